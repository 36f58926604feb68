import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { DatabaseGate } from '@wayleave/dev/database-gate';
import { openDatabase } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, type CompanyId, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { company, idm, openWorld, optIn, otherCompany, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';

const other = { company: otherCompany, application: 'idm' } as const;

describe.each(databaseKinds())('leases of several companies on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    await optIn(world.vault);
    await optIn(world.vault, 'idm', undefined, otherCompany);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const db = () => database.kysely<VaultTables>();
  const leaseOf = (of: CompanyId) => db().selectFrom('vault.lease').select(['take_id', 'until']).where('company_id', '=', of).executeTakeFirstOrThrow();
  /** Resolves when the lease was renewed so often. */
  async function renewed(of: CompanyId, times: number): Promise<void> {
    for (let left = times; left > 0; left -= 1) {
      const { until: before } = await leaseOf(of);
      await until(async () => (await leaseOf(of)).until > before);
    }
  }

  it('go on when a newer token of one of them cannot be opened', async () => {
    let answer = () => {};
    world.ups.once(trackPath, (_, response) => {
      answer = () => response.writeHead(200).end('in the end');
    });
    await world.vault.use(idm, 'test', ({ call }) => call({ ...track, path: '/api/other' })).catch(() => undefined);
    const running = world.vault.use(other, 'test', ({ call }) => call(track));
    const held = world.vault.use(idm, 'test', () => until(async () => world.log.some((line) => line.includes('could not be read')), 20_000));
    // A version higher than the one that it was encrypted for: it opens for nobody.
    await sql`update vault.token_set set version = version + 1 where company_id = ${company}`.execute(db());
    await sql`update vault."grant" set version = version + 1 where company_id = ${company}`.execute(db());
    await held;
    await renewed(otherCompany, 4);
    answer();
    expect(await running).toMatchObject({ status: 200, body: 'in the end' });
  });

  if (kind === 'pglite') return;

  /** One call for each company, and another when it is over. */
  const useBoth = (vault: Vault, isOver: () => boolean) => Promise.all([idm, other].map((key) => vault.use(key, 'test', async ({ call }) => {
    await call(track);
    await until(isOver, 30_000);
    return (await call(track)).status;
  })));

  it('are renewed while the grant of one of them is locked, which is renewed when it is free again', async () => {
    let isOver = false;
    const running = useBoth(world.vault, () => isOver);
    await until(async () => (await db().selectFrom('vault.lease').selectAll().execute()).length === 2);
    const { take_id } = await leaseOf(company);
    const stopped = await database.connect({ max: 1 });
    await stopped.kysely<VaultTables>().transaction().execute(async (trx) => {
      await sql`select from vault."grant" where company_id = ${company} for update`.execute(trx);
      await renewed(otherCompany, 2);
    });
    await stopped.close();
    await renewed(company, 1);
    await renewed(otherCompany, 2);
    isOver = true;
    expect(await running).toEqual([200, 200]);
    expect(world.log.filter((line) => line.includes('LeaseLost'))).toEqual([]);
    expect((await leaseOf(company)).take_id).toBe(take_id);
  });

  it('are renewed while the audit chain of one of them is locked, whose uses are entered when it is free again', async () => {
    const vault = await world.another({ settings: { ...defaultVaultSettings, leaseMs: 1_500, auditWindowMs: 1 } });
    let isOver = false;
    const running = useBoth(vault, () => isOver);
    await until(async () => (await db().selectFrom('vault.lease').selectAll().execute()).length === 2);
    const { take_id } = await leaseOf(otherCompany);
    const stopped = await database.connect({ max: 1 });
    await stopped.kysely<VaultTables>().transaction().execute(async (trx) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      await sql`select from vault.audit_head where company_id = ${company} for update`.execute(trx);
      await renewed(company, 4);
      await renewed(otherCompany, 4);
    });
    await stopped.close();
    const isUsed = async () => (await world.vault.history(company, { limit: 9, uses: true })).some(({ action }) => action === 'used');
    await until(isUsed, 20_000);
    isOver = true;
    expect(await running).toEqual([200, 200]);
    expect((await leaseOf(otherCompany)).take_id).toBe(take_id);
  });

  describe('while somebody holds the audit chain of one of them', () => {
    const usedBy = async (of: CompanyId) => (await world.vault.history(of, { limit: 9, uses: true })).filter(({ action }) => action === 'used');
    let own: Awaited<ReturnType<typeof openDatabase>>;
    let vault: Vault;
    beforeEach(async () => {
      own = await openDatabase({ url: database.url ?? '', max: 5, answerWithinMs: 1_000 });
      vault = await world.another({ database: own, settings: { ...defaultVaultSettings, leaseMs: 1_500, auditWindowMs: 1 } });
    });
    afterEach(async () => {
      await vault.close();
      await own.close();
    });
    const whileHeld = async (act: () => Promise<void>) => {
      const stopped = await database.connect({ max: 1 });
      await stopped.kysely<VaultTables>().transaction().execute(async (trx) => {
        await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
        await sql`select from vault.audit_head where company_id = ${company} for update`.execute(trx);
        await act();
      });
      await stopped.close();
    };

    it('have their uses entered into the audit behind one that goes on, too', () => whileHeld(async () => {
      for (const key of [idm, other]) await vault.use(key, 'test', ({ call }) => call(track));
      await until(async () => (await usedBy(otherCompany)).length > 0, 20_000);
      expect(await usedBy(company)).toEqual([]);
    }));

    it('have the uses of a dead process entered, too', async () => {
      for (const key of [idm, other]) await world.vault.use(key, 'test', ({ call }) => call(track));
      const windows = () => db().selectFrom('vault.audit_window').select(['company_id', 'counted']).orderBy('since').execute();
      await until(async () => (await windows()).every(({ counted }) => counted.length > 0));
      expect((await windows()).map(({ company_id }) => company_id)).toEqual([company, otherCompany]);
      await sql`update vault.audit_window set instance_id = 'dead', take_id = 'dead'`.execute(db());
      await whileHeld(async () => {
        await vault.maintain();
        // Beside it there may be the exact count, late, of the instance that lives after all.
        expect(await usedBy(otherCompany)).toContainEqual(expect.objectContaining({ detail: expect.objectContaining({ count: 'unknown', countedCalls: 1 }) }));
        expect(await usedBy(company)).toEqual([]);
      });
    });
  });

  it('are taken anew on new connections when the network has lost those that were open', async () => {
    await using gate = await DatabaseGate.start(database.url ?? '');
    const own = await openDatabase({ url: gate.url, max: 5, answerWithinMs: 2_000 });
    const vault = await world.another({ database: own, settings: { ...defaultVaultSettings, leaseMs: 1_500 } });
    const call = () => vault.use(idm, 'test', async (tools) => (await tools.call(track)).status);
    // As many connections as the pool has, all of them idle when the network fails.
    await Promise.all(Array.from({ length: 5 }, () => sql`select pg_sleep(0.2)`.execute(own.kysely())));
    expect(await call()).toBe(200);
    gate.swallow();
    await until(() => world.log.some((line) => line.includes('could not be renewed')), 20_000);
    let status = 0;
    await until(async () => {
      status = await call().catch(() => 0);
      return status > 0;
    }, 20_000);
    expect(status).toBe(200);
    const before = (await leaseOf(company)).until;
    await vault.use(idm, 'test', () => until(async () => (await leaseOf(company)).until > before));
    await vault.close();
    await own.close();
  });
});
