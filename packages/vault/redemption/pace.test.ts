import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId } from '../index.js';
import type { VaultTables } from '../tables.js';
import { ada, openWorld, optIn, refreshPath, track, trackPath, vaultDatabase, type World } from '../tests/test-vault.js';

const companies = Array.from({ length: 5 }, (_, index) => companyId(`co_${index}`));
const callsPerMinute = 20;

describe.each(databaseKinds())('the pace of a client on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database, { callsPerMinute });
    for (const company of companies) await optIn(world.vault, 'idm', ada, company);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const made = (path: string) => world.ups.arrivalsAt(path).length;
  const usedUp = () => database.kysely<VaultTables>().updateTable('vault.pace').set({ used_up_to: world.clock.now().getTime() + 30_000 }).execute();

  it('is kept by two workers together, for refreshes and probes, until all are served once', async () => {
    const other = await world.another();
    world.clock.advance(4 * 3_600_000);
    const start = world.clock.now().getTime();
    for (let tick = 0; tick < 100 && made(refreshPath) < companies.length; tick += 1) {
      await Promise.all([world.vault.maintain(), other.maintain()]);
      const elapsed = world.clock.now().getTime() - start;
      expect(made(refreshPath) + made(trackPath)).toBeLessThanOrEqual((elapsed + 6_000) / (66_000 / callsPerMinute));
      world.clock.advance(2_000);
    }
    expect(made(refreshPath)).toBe(companies.length);
    const grants = await Promise.all(companies.map((company) => world.vault.grant(company, 'idm')));
    expect(grants.map(({ nextRefreshAt }) => nextRefreshAt !== null && nextRefreshAt > world.clock.now())).toEqual(companies.map(() => true));
  });

  it('holds back whoever needs a token now, loses nothing, and holds back nobody at a browser', async () => {
    const [company = companyId('nobody')] = companies;
    world.clock.advance(5 * 3_600_000);
    await usedUp();
    const use = () => world.vault.use({ company, application: 'idm' }, 'test', async ({ call }) => (await call(track)).status);
    await expect(use()).rejects.toThrow('nothing was sent');
    expect(made(refreshPath)).toBe(0);
    expect(await world.vault.grant(company, 'idm')).toMatchObject({ state: 'authorized', trouble: null });
    expect(await optIn(world.vault, 'idm', ada, companyId('co_new'))).toMatchObject({ kind: 'opted-in' });
    world.clock.advance(60_000);
    expect(await use()).toBe(200);
  });
});
