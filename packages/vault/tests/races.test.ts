import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../index.js';
import { begin, bob, comeBack, company, idm, openWorld, optIn, refreshPath, tokenPath, track, trackPath, vaultDatabase } from './test-vault.js';

const longestMs = 30_000;
const clearsWanted = 3;
const refreshesWanted = 6;

describe.each(databaseKinds())('two instances on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  it('keep every promise while consents, uses, refreshes, Clears and ticks of the worker race', async () => {
    // Long leases: PGlite on a busy machine would lose short ones to its queue, and races would be waits.
    await using world = await openWorld(database, { leaseMs: 10_000 });
    const { ups } = world;
    const vaults = [world.vault, await world.another()];
    const pick = () => vaults[Math.floor(Math.random() * vaults.length)] ?? world.vault;
    for (const path of [tokenPath, refreshPath, trackPath]) {
      ups.always(path, (arrival, response) => {
        setTimeout(() => ups.answer(arrival, response), Math.random() * 20);
      });
    }
    const end = performance.now() + longestMs;
    const breaches: string[] = [];
    let clears = 0;
    const isEnough = () => performance.now() > end || (clears >= clearsWanted && ups.arrivalsAt(refreshPath).length >= refreshesWanted);
    const repeat = async (pauseMs: number, act: (vault: Vault) => Promise<unknown>) => {
      while (!isEnough()) {
        await act(pick()).catch((error: unknown) => {
          if (!(error instanceof Error) || !('status' in error || error.name.startsWith('Ups'))) throw error;
        });
        await new Promise((resolve) => {
          setTimeout(resolve, Math.random() * pauseMs);
        });
      }
    };
    const dead = new Map<string, number>();
    await Promise.all([
      ...Array.from({ length: 3 }, () => repeat(5, (vault) => vault.use(idm, 'race', ({ call }) => call(track)))),
      repeat(60, (vault) => vault.refresh(company, 'idm')),
      repeat(400, (vault) => vault.maintain()),
      ...Array.from({ length: 2 }, () => repeat(100, async (vault) => {
        // Consents over a living one are the rarer ones: else Clear would hardly ever find the generation that it saw.
        if ((await vault.grant(company, 'idm')).state === 'authorized' && Math.random() < 0.8) return;
        await comeBack(vault, { state: await begin(vault), code: 'c' });
      })),
      repeat(1_000, async (vault) => {
        const { generation } = await vault.grant(company, 'idm');
        const before = ups.issued();
        const outcome = await vault.clear({ company, application: 'idm', member: bob, generation });
        if (outcome.kind !== 'cleared') return;
        clears += 1;
        const place = await ups.mark();
        for (const token of before) if (!dead.has(token)) dead.set(token, place);
      }),
    ]);
    for (const [place, { bearer }] of ups.arrivals.entries()) {
      if (bearer !== null && place > (dead.get(bearer) ?? Infinity)) breaches.push(`V3 ${bearer} arrived after Clear answered`);
    }
    const spent = ups.arrivalsAt(refreshPath).map(({ form }) => form.get('refresh_token'));
    if (new Set(spent).size !== spent.length) breaches.push('V1 a refresh token was sent twice');
    expect(breaches).toEqual([]);
    expect(clears).toBeGreaterThan(0);
    expect(spent.length).toBeGreaterThan(0);
    await optIn(world.vault);
    for (const vault of vaults) expect(await vault.use(idm, 'race', async ({ call }) => (await call(track)).status)).toBe(200);
    const history = await world.vault.history(company, { limit: 10_000, uses: true });
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => history.length - index));
    expect(history.filter(({ action }) => action === 'voided')).toEqual([]);
  });
});
