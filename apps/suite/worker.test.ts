import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createWorker, openSuite, type Worker } from './index.js';
import { findCredentials } from './sign-in/member-store.js';
import { findDelay } from './retrieval/delay-store.js';
import { countFollowed } from './retrieval/followed-package-store.js';
import { postForm } from './tests/walk.js';

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => `1Z8A3F47${String(from + index).padStart(10, '0')}`).join(' ');

describe.each(databaseKinds())('the worker, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  const follow = (list: string) => postForm(admin, constellation, '/idm/packages', '/idm/packages', { numbers: list });
  const tracked = async () => (await constellation.control.ledger()).filter(({ path }) => path.includes('/track/'));
  const grant = async () => {
    const member = await findCredentials(constellation.suite.db, constellation.signIns.admin.name);
    if (!member) throw new Error('the admin is gone');
    return { company: member.companyId, application: 'idm' } as const;
  };

  const delay = async () => findDelay(constellation.suite.db, await grant(), { now: constellation.clock.now(), perMinute: constellation.suite.config.followCallsPerMinute });
  const toGo = async () => (await countFollowed(constellation.suite.db, await grant())).toGo;
  /** Lets workers look for due packages until none is unasked: what is drawn for one look may not suffice on a slow machine. */
  const askAll = async (...workers: readonly Worker[]) => {
    do await Promise.all(workers.map((worker) => worker.tick()));
    while ((await toGo()) > 0);
  };

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
  });
  afterAll(() => constellation.stop());

  it('asks UPS once for each package, however many workers there are', async () => {
    const { suite, database, clock, worker } = constellation;
    await follow(numbers(0, 30));
    const other = await openSuite({ config: suite.config, database: kind === 'postgres' ? await database.connect() : database, clock, logger: suite.logger });
    const before = (await tracked()).length;
    await askAll(worker, createWorker(other));
    const asked = (await tracked()).slice(before).map(({ path }) => path).filter((path) => path.includes('1Z8A3F47'));
    expect(asked).toHaveLength(30);
    expect(new Set(asked).size).toBe(30);
    await other.vault.close();
    if (kind === 'postgres') await other.database.close();
  });

  it('stops a batch when UPS asks for fewer calls, says so, and goes on later', async () => {
    const { control, worker, clock } = constellation;
    await follow(numbers(100, 20));
    await control.orderWeather({ endpoint: 'track', status: 429, times: 1_000, content_type: 'application/json', body: '{"response":{"errors":[{"code":"10429","message":"Too Many Requests"}]}}' });
    const before = (await tracked()).length;
    await worker.tick();
    expect((await tracked()).length - before).toBeLessThan(10);
    expect(await delay()).toMatchObject({ reason: 'throttled' });
    await admin.goTo(new URL('/idm/packages', constellation.suiteUrl));
    expect(admin.text).toContain('UPS asks us to call less often');
    // Still too early, for the second time after twice as long: the pause doubles.
    clock.advance(15_000);
    await worker.tick();
    clock.advance(16_000);
    const asked = async () => (await tracked()).filter(({ path }) => path.includes('1Z8A3F47')).length;
    const askedSoFar = await asked();
    await worker.tick();
    expect(await asked()).toBe(askedSoFar);
    await control.clearWeather();
    clock.advance(40_000);
    await askAll(worker);
    expect(await delay()).toBeNull();
  });

  it('gives up on a batch after a few packages without an answer', async () => {
    const { control, worker, clock } = constellation;
    await follow(numbers(200, 20));
    await control.orderWeather({ endpoint: 'track', cut: true, times: 1_000 });
    const before = (await tracked()).length;
    await worker.tick();
    expect((await tracked()).length - before).toBeLessThan(12);
    expect(await delay()).toMatchObject({ reason: 'unreachable' });
    await control.clearWeather();
    clock.advance(120_000);
    await askAll(worker);
  });

  it('runs by itself, survives what fails, and stops soon while calls are running', async () => {
    const { suite, control, log } = constellation;
    const failing = { ...suite, mailer: { ...suite.mailer, deliver: () => Promise.reject(new Error('no mail today')) } };
    const worker = createWorker(failing);
    worker.start();
    await follow(numbers(300, 5));
    await vi.waitFor(async () => expect(await toGo()).toBe(0), { timeout: 60_000 });
    expect(log.some((line) => line.includes('no mail today') && line.includes('background work failed'))).toBe(true);
    await control.orderWeather({ endpoint: 'track', latency_ms: 500, times: 1_000 });
    await follow(numbers(400, 40));
    await vi.waitFor(async () => expect((await tracked()).some(({ status }) => status === null)).toBe(true), { timeout: 60_000, interval: 20 });
    await worker.stop();
    await control.clearWeather();
    expect(await toGo()).toBeGreaterThan(0);
    const asked = (await tracked()).length;
    await constellation.worker.tick();
    expect((await tracked()).length).toBeGreaterThan(asked);
  });
});
