import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { DatabaseGate } from '@wayleave/dev/database-gate';
import { openDatabase } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, type Vault } from '../index.js';
import { begin, clearNow, comeBack, company, idm, openWorld, optIn, tokenPath, track, until, vaultDatabase, type World } from '../tests/test-vault.js';

describe.runIf(databaseKinds().includes('postgres'))('a consent that the database does not take at once', () => {
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
    gate = await DatabaseGate.start(database.url ?? '');
    own = await openDatabase({ url: gate.url, max: 5, answerWithinMs: 500 });
    vault = await world.another({ database: own, settings: { ...defaultVaultSettings, consentMs: 5_000 } });
  });
  afterEach(async () => {
    await works();
    gate.thaw();
    await vault.close();
    await own.close();
    await gate[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const states = async () => (await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 9 })).rows.map(({ state }) => state);
  const actions = async () => (await world.vault.history(company, { limit: 99 })).map(({ action }) => action);
  const fails = async () => {
    await sql`create or replace function not_now() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`.execute(database.kysely());
    await sql`create trigger not_now before insert on vault.token_set for each row execute function not_now()`.execute(database.kysely());
  };
  const works = () => sql`drop trigger if exists not_now on vault.token_set`.execute(database.kysely());

  it('is stored when the database works again, with one exchange of its code', async () => {
    const state = await begin(vault);
    await fails();
    const coming = comeBack(vault, { state, code: 'code' });
    await until(() => world.log.some((line) => line.includes('a consent could not be stored; trying again')));
    await works();
    expect(await coming).toEqual({ kind: 'opted-in', company, replaced: false });
    expect(world.ups.arrivalsAt(tokenPath)).toHaveLength(1);
    expect(await states()).toEqual(['in use']);
    expect(await actions()).toEqual(['opted-in', 'opt-in.began']);
  });

  it('fails after a while, and the log names its token by the fingerprint alone', async () => {
    const state = await begin(vault);
    await fails();
    await expect(comeBack(vault, { state, code: 'code' })).rejects.toThrow('not now');
    const lost = world.log.find((line) => line.includes('a consent was not stored'));
    expect(JSON.parse(lost ?? '{}')).toMatchObject({ grant: `${company}/idm`, fingerprint: expect.stringMatching(/^[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}$/) });
    expect(lost).not.toContain('access-canary');
  });

  it.each([false, true])('is told once, as what it is, when its commit was not answered (another before: %s)', async (replaced) => {
    if (replaced) await optIn(world.vault);
    const state = await begin(vault);
    const unheard = gate.holdAnswer('grant.opted_in', 'commit');
    expect(await comeBack(vault, { state, code: 'code' })).toEqual({ kind: 'opted-in', company, replaced });
    await unheard;
    expect(await states()).toEqual(replaced ? ['in use', 'replaced'] : ['in use']);
    expect((await actions()).filter((action) => action.startsWith('opt-in.superseded'))).toEqual([]);
    expect((await actions()).filter((action) => action === 'opted-in')).toHaveLength(replaced ? 2 : 1);
    expect(await vault.use(idm, 'test', async ({ call }) => (await call(track)).status)).toBe(200);
  });

  it('waits once, when it came by another login and its commit was not answered', async () => {
    world.ups.login = { sub: 'shipping@harborpine.example', uuid: '3f1c0a52-7b7e-4a5e-9d65-0c2a1d9b8e71' };
    await optIn(world.vault);
    world.ups.login = { sub: 'someone@lowtide.example', uuid: '9b2f64a1-1d2c-4f3e-8a77-5e6d7c8b9a00' };
    const unheard = gate.holdAnswer('grant.pending', 'commit');
    expect(await comeBack(vault, { state: await begin(vault), code: 'code' })).toEqual({ kind: 'pending', company });
    await unheard;
    expect(await states()).toEqual(['waiting', 'in use']);
    expect((await actions()).filter((action) => action.startsWith('pending'))).toEqual(['pending.began']);
  });

  it('is told once, too, when it came after a Clear', async () => {
    await optIn(world.vault);
    let release = () => {};
    world.ups.once(tokenPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const coming = comeBack(vault, { state: await begin(vault), code: 'code' });
    await until(() => world.ups.arrivalsAt(tokenPath).length === 2);
    await clearNow(world.vault);
    const unheard = gate.holdAnswer('grant.issued_after_clear', 'commit');
    release();
    expect(await coming).toEqual({ kind: 'superseded', company });
    await unheard;
    expect((await actions()).filter((action) => action === 'opt-in.superseded')).toHaveLength(1);
    expect(await states()).toEqual(['never stored', 'destroyed by Clear']);
  });
});
