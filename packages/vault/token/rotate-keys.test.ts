import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { Secret } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId, rotateKeys, verifyAudit, WrongMasterKey, type RotationProgress, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import {
  ada, begin, clearNow, comeBack, company, idm, masterKey, openWorld, optIn, otherCompany, refreshPath, session, track, until, vaultDatabase, type World,
} from '../tests/test-vault.js';
import { CannotOpen } from './cipher.js';

const oldKey = new Secret(masterKey);
const newKey = new Secret(Buffer.alloc(32, 9));
const both = { masterKey: newKey, previousMasterKey: oldKey };

describe.each(databaseKinds())('a rotation of the master key on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const db = () => database.kysely<VaultTables>();
  const use = (vault: Vault, key: Parameters<Vault['use']>[0] = idm) => vault.use(key, 'test', async ({ call }) => (await call(track)).status);
  const rotate = (more: { onProgress?: (progress: RotationProgress) => void; signal?: AbortSignal } = {}) => rotateKeys({ database, clock: world.clock, ...both, ...more });
  const keysInUse = async () => {
    const rows = await db().selectFrom('vault.token_set').select('master_key_id').distinct().execute();
    return rows.map(({ master_key_id }) => master_key_id);
  };
  const companies = async (count: number) => {
    const all = Array.from({ length: count }, (_, index) => companyId(`co_many_${String(index).padStart(3, '0')}`));
    for (const of of all) await optIn(world.vault, 'idm', ada, of);
    return all;
  };

  it('ST02 puts every token set under the new key, says so in audit and events, and retires the old key', async () => {
    await optIn(world.vault);
    await optIn(world.vault, 'idh', ada, otherCompany);
    const tokens = await db().selectFrom('vault.token_set').select(['access_token', 'refresh_token']).orderBy('company_id').execute();
    const progress: RotationProgress[] = [];
    expect(await rotate({ onProgress: (step) => progress.push(step) })).toEqual({ kind: 'rotated', grants: 2 });
    expect(progress).toEqual([{ done: 0, left: 2 }, { done: 2, left: 0 }]);
    expect(await db().selectFrom('vault.token_set').select(['access_token', 'refresh_token']).orderBy('company_id').execute()).toEqual(tokens);
    expect(await keysInUse()).toHaveLength(1);
    expect(await db().selectFrom('vault.master_key').select('master_key_id').execute()).toEqual([{ master_key_id: (await keysInUse())[0] }]);
    const [entry] = await world.vault.history(company, { limit: 1 });
    expect(entry).toMatchObject({ action: 'key.rotated', actor: null, detail: { to: (await keysInUse())[0] } });
    const events: string[] = [];
    await world.vault.deliverEvents(async ({ type }) => void events.push(type));
    expect(events.filter((type) => type === 'key.rotated')).toHaveLength(2);
    expect((await verifyAudit(database, 'all')).findings).toEqual([]);

    const onlyNew = await world.another({ masterKey: newKey });
    expect(await use(onlyNew)).toBe(200);
    expect(await onlyNew.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
    await expect(world.another()).rejects.toThrow(WrongMasterKey);
    expect(await rotate()).toEqual({ kind: 'nothing-to-do' });
  });

  it('ST02 leaves nothing that the old key opens: a process that still has only that one can neither read nor write', async () => {
    await optIn(world.vault);
    await optIn(world.vault, 'idm', ada, otherCompany);
    await use(world.vault);
    await rotate();
    await expect(use(world.vault, { company: otherCompany, application: 'idm' })).rejects.toThrow(CannotOpen);
    // Its lease still holds the token in memory; it must not spend a refresh token for a pair that it could not store.
    await expect(world.vault.refresh(company, 'idm')).rejects.toThrow(WrongMasterKey);
    expect(world.ups.arrivalsAt(refreshPath)).toEqual([]);
    await expect(begin(world.vault)).rejects.toThrow(WrongMasterKey);
    for (const of of [company, otherCompany]) expect((await world.vault.grant(of, 'idm')).state).toBe('authorized');
    const onlyNew = await world.another({ masterKey: newKey });
    expect(await onlyNew.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
  });

  it('refuses to start with one key while tokens lie under two, and with a key that is none of them, in sentences', async () => {
    await optIn(world.vault);
    const during = await world.another(both);
    await optIn(during, 'idm', ada, otherCompany);
    expect(await keysInUse()).toHaveLength(2);
    await expect(world.another({ masterKey: newKey })).rejects.toThrow('and run "wayleave rotate-keys"');
    await expect(world.another()).rejects.toThrow('A rotation of the master key has begun');
    const stranger = new Secret(Buffer.alloc(32, 5));
    await expect(world.another({ masterKey: stranger })).rejects.toThrow('is not the one');
    await expect(world.another({ masterKey: newKey, previousMasterKey: stranger })).rejects.toThrow(WrongMasterKey);
    await expect(rotateKeys({ database, clock: world.clock, masterKey: stranger, previousMasterKey: stranger })).rejects.toThrow(WrongMasterKey);
    await expect(world.another({ masterKey: newKey, previousMasterKey: new Secret(Buffer.alloc(8)) })).rejects.toThrow('WAYLEAVE_PREVIOUS_MASTER_KEY');
    for (const key of [idm, { company: otherCompany, application: 'idm' }] as const) expect(await use(during, key)).toBe(200);
  });

  it('ST02 goes on where it was interrupted', async () => {
    await companies(4);
    const stop = new AbortController();
    stop.abort();
    expect(await rotate({ signal: stop.signal })).toEqual({ kind: 'stopped', grants: 0 });
    let looks = 0;
    const dying = { now: () => {
      looks += 1;
      if (looks > 2) throw new Error('killed in the middle of a transaction');
      return world.clock.now();
    } };
    await expect(rotateKeys({ database, ...both, clock: dying })).rejects.toThrow('killed');
    expect(await keysInUse()).toHaveLength(2);
    const progress: RotationProgress[] = [];
    expect(await rotate({ onProgress: (step) => progress.push(step) })).toEqual({ kind: 'rotated', grants: 2 });
    expect(progress[0]).toEqual({ done: 0, left: 2 });
    expect(await keysInUse()).toHaveLength(1);
    expect((await verifyAudit(database, 'all')).findings).toEqual([]);
  });

  it('lets an opt-in that began before it come back after it', async () => {
    const state = await begin(world.vault);
    const stale = await begin(world.vault, 'idh');
    await sql`update vault.opt_in set verifier = decode('00', 'hex') where application = 'idh'`.execute(db());
    await rotate();
    const onlyNew = await world.another({ masterKey: newKey });
    expect(await comeBack(onlyNew, { state, code: 'code' })).toMatchObject({ kind: 'opted-in' });
    expect(await comeBack(onlyNew, { state: stale, code: 'code' }, { application: 'idh', sessionBinding: session })).toMatchObject({ kind: 'superseded' });
  });

  it('stops at a row that was swapped, names it, and opens it under no key', async () => {
    await optIn(world.vault);
    await optIn(world.vault, 'idm', ada, otherCompany);
    await sql`update vault.token_set t set wrapped_key = o.wrapped_key, data_key_id = o.data_key_id from vault.token_set o where o.company_id <> t.company_id`.execute(db());
    await expect(rotate()).rejects.toThrow(`A data key of ${company}/idm opens with neither key`);
    const during = await world.another(both);
    await expect(use(during)).rejects.toThrow(CannotOpen);
    await optIn(during);
    await optIn(during, 'idm', ada, otherCompany);
    await rotate();
    await sql`update vault.token_set t set wrapped_key = o.wrapped_key, access_token = o.access_token, data_key_id = o.data_key_id
      from vault.token_set o where o.company_id <> t.company_id`.execute(db());
    const onlyNew = await world.another({ masterKey: newKey });
    await expect(use(onlyNew)).rejects.toThrow(CannotOpen);
  });

  // PGlite has one session: nobody else can be writing.
  it.runIf(kind === 'postgres')('waits with the end of the old key for who is writing under it', async () => {
    await optIn(world.vault);
    const writer = await database.connect({ max: 1 });
    let finish = () => {};
    let isWriting = false;
    const writing = writer.kysely<VaultTables>().transaction().execute(async (trx) => {
      await sql`lock table vault.master_key in row share mode`.execute(trx);
      isWriting = true;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await until(() => isWriting);
    let isOver = false;
    const rotation = rotate().finally(() => {
      isOver = true;
    });
    await until(async () => (await sql`select from pg_locks where not granted and relation = 'vault.master_key'::regclass`.execute(db())).rows.length > 0);
    expect(isOver).toBe(false);
    finish();
    await writing;
    expect(await rotation).toMatchObject({ kind: 'rotated' });
    await writer.close();
  });

  it('goes on under load: uses, refreshes, Clears and opt-ins in several processes lose nothing by it', async () => {
    const all = await companies(kind === 'postgres' ? 40 : 8);
    await world.vault.close();
    const vaults = [await world.another(both), await world.another(both)];
    const failures: unknown[] = [];
    let isOver = false;
    const repeat = async (act: (vault: Vault, of: (typeof all)[number]) => Promise<unknown>) => {
      for (let round = 0; !isOver; round += 1) {
        const [vault, of] = [vaults[round % vaults.length], all[Math.floor(Math.random() * all.length)]];
        if (vault && of) await act(vault, of).catch((error: unknown) => failures.push(error));
        // PGlite answers within the turn: without a pause nothing else would ever have one.
        await new Promise((resolve) => {
          setTimeout(resolve, Math.random() * 10);
        });
      }
    };
    const load = [
      ...Array.from({ length: 3 }, () => repeat((vault, of) => use(vault, { company: of, application: 'idm' }))),
      repeat((vault, of) => vault.refresh(of, 'idm')),
      repeat((vault) => clearNow(vault)),
      repeat((vault) => optIn(vault)),
    ];
    await until(() => world.ups.arrivalsAt(refreshPath).length > 2);
    const other = kind === 'postgres' ? await database.connect({ max: 2 }) : null;
    const outcomes = await Promise.all([rotate(), ...(other ? [rotateKeys({ database: other, clock: world.clock, ...both })] : [])]);
    await other?.close();
    isOver = true;
    await Promise.all(load);
    expect(outcomes.map(({ kind: of }) => of)).toContain('rotated');
    expect(failures.filter((error) => !(error instanceof Error && 'status' in error))).toEqual([]);
    expect(await keysInUse()).toHaveLength(1);
    for (const vault of vaults) await vault.close();
    const onlyNew = await world.another({ masterKey: newKey });
    for (const of of all) expect(await use(onlyNew, { company: of, application: 'idm' })).toBe(200);
    const spent = world.ups.arrivalsAt(refreshPath).map(({ form }) => form.get('refresh_token'));
    expect(new Set(spent).size).toBe(spent.length);
    expect((await verifyAudit(database, 'all')).findings).toEqual([]);
  });
});
