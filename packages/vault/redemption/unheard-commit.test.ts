import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { DatabaseGate } from '@wayleave/dev/database-gate';
import { openDatabase } from '@wayleave/platform/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../index.js';
import { clearNow, company, idm, openWorld, optIn, refreshPath, track, until, vaultDatabase, type World } from '../tests/test-vault.js';

describe.runIf(databaseKinds().includes('postgres'))('a refresh whose commit the database does not answer', () => {
  let database: TestDatabase;
  let world: World;
  let gate: DatabaseGate;
  let own: Awaited<ReturnType<typeof openDatabase>>;
  let vault: Vault;
  beforeAll(async () => {
    database = await vaultDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    await optIn(world.vault);
    gate = await DatabaseGate.start(database.url ?? '');
    own = await openDatabase({ url: gate.url, max: 5, answerWithinMs: 1_000 });
    vault = await world.another({ database: own });
  });
  afterEach(async () => {
    gate.thaw();
    await vault.close();
    await own.close();
    await gate[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const states = async () => (await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 9 })).rows.map(({ state }) => state);
  const actions = async () => (await world.vault.history(company, { limit: 99 })).map(({ action }) => action);

  it('is told once, as what it is', async () => {
    const unheard = gate.holdAnswer('grant.refreshed', 'commit');
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
    await unheard;
    expect(await states()).toEqual(['in use', 'replaced']);
    expect(await actions()).toEqual(['refreshed', 'opted-in', 'opt-in.began']);
    expect(await vault.use(idm, 'test', async ({ call }) => (await call(track)).status)).toBe(200);
    expect(world.ups.arrivals.at(-1)?.bearer).toBe('access-canary-2');
  });

  it('is told once, too, when its pair came after a Clear', async () => {
    let release = () => {};
    world.ups.once(refreshPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const refreshing = vault.refresh(company, 'idm');
    await until(() => world.ups.arrivalsAt(refreshPath).length === 1);
    await clearNow(world.vault);
    const unheard = gate.holdAnswer('grant.issued_after_clear', 'commit');
    release();
    expect(await refreshing).toMatchObject({ kind: 'no-grant' });
    await unheard;
    expect(await states()).toEqual(['never stored', 'destroyed by Clear']);
    expect((await actions()).filter((action) => action === 'issued-after-clear')).toHaveLength(1);
  });
});
