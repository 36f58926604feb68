import { quantumViewRequest } from '@wayleave/ups-api';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from './tests/carrier-client.js';
import { controlToken, startMachineSite, tokens, track, type MachineSite } from './tests/machine-site.js';
import { turn } from './turn.js';

describe('work that takes turns', () => {
  it('goes on once in each turn of the event loop, however much there is, and each of it comes to its end', async () => {
    let loops = 0;
    let immediate = setImmediate(function again() {
      loops += 1;
      immediate = setImmediate(again);
    });
    const went: { work: number; loop: number }[] = [];
    await Promise.all(['one', 'two', 'three'].map(async (_, work) => {
      for (let step = 0; step < 5; step += 1) {
        for (let others = turn(); others === undefined; others = turn());
        await turn();
        went.push({ work, loop: loops });
      }
    }));
    clearImmediate(immediate);
    expect(went).toHaveLength(15);
    expect(new Set(went.map(({ loop }) => loop)).size).toBe(15);
    expect(went.slice(0, 3).map(({ work }) => work).sort()).toEqual([0, 1, 2]);
  });
});

describe('a stand-in with a large world', () => {
  let site: MachineSite;
  let access: string;
  beforeAll(async () => {
    site = await startMachineSite({ accounts: ['W4Y135'], env: { UPSCOM_WORLD_SIZE: '300000' } });
    access = (await tokens(site)).access;
  });
  afterAll(() => site[Symbol.asyncDispose]());

  /** What ended, in the order in which it did, of some long work and of calls for one package that came after it. */
  async function race(long: Promise<unknown>, begun: () => Promise<unknown>): Promise<string[]> {
    const ended: string[] = [];
    const work = long.then(() => void ended.push('long'));
    await begun();
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await track(site, access)).status).toBe(200);
      ended.push('track');
    }
    await work;
    return ended;
  }

  const seen = (path: string) => vi.waitFor(async () => {
    expect((await site.control.ledger()).some((entry) => entry.path === path)).toBe(true);
  }, { interval: 2, timeout: 30_000 });

  it('answers other calls while somebody asks for all that Quantum View has of its largest account', async () => {
    const { path, ...request } = quantumViewRequest({ transId: 'turn-1', transactionSrc: 'test' });
    const first = call(site, access, { path, ...request }).then(({ status, body }) => expect([status, body.includes('SubscriptionFile')]).toEqual([200, true]));
    expect(await race(first, () => seen(path))).toEqual(['track', 'track', 'track', 'long']);
  });

  it('answers other calls while the whole world is listed, and stops listing when nobody reads on', async () => {
    const headers = { authorization: `Bearer ${controlToken}` };
    const { port } = new URL(site.url);
    const answer = await new Promise<NodeJS.ReadableStream & { destroy(): void; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      get({ port, path: '/control/parcels?format=jsonl', headers }, resolve).on('error', reject);
    });
    expect(Number(answer.headers['x-total-count'])).toBeGreaterThan(250_000);
    let lines = 0;
    answer.on('data', (chunk: Buffer) => { lines += chunk.toString().split('\n').length - 1; });
    const before = lines;
    for (let calls = 0; calls < 3; calls += 1) expect((await track(site, access)).status).toBe(200);
    await vi.waitFor(() => expect(lines).toBeGreaterThan(before + 1_000), { timeout: 30_000 });
    expect(lines).toBeLessThan(250_000);
    answer.destroy();
    expect((await track(site, access)).status).toBe(200);
  });
});
