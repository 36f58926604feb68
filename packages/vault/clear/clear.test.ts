import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, GrantEnded, NotOptedIn, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { ada, begin, bob, clearNow, comeBack, company, idm, openWorld, optIn, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';

describe.each(databaseKinds())('Clear on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  let vault: Vault;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    await sql`create table public.kept (text text)`.execute(database.kysely());
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    vault = world.vault;
    await sql`truncate public.kept`.execute(db());
    await optIn(vault);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const grant = () => vault.grant(company, 'idm');
  const arrivals = () => world.ups.arrivalsAt(trackPath).length;
  const db = () => world.database.kysely<VaultTables>();

  /** How many wait for somebody's lock. */
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int4 as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db());
    return rows[0]?.count;
  };

  /** Calls again and again, several at a time, until the grant ends; gives what ended each. */
  function useWithoutEnd(by: Vault, callers = 4): Promise<unknown[]> {
    const caller = async () => {
      try {
        for (;;) await by.use(idm, 'test', ({ call }) => call(track));
      } catch (error) {
        return error;
      }
    };
    return Promise.all(Array.from({ length: callers }, caller));
  }

  it('destroys the tokens with their data key, and says who did it and when', async () => {
    const outcome = await clearNow(vault);
    expect(outcome).toMatchObject({ kind: 'cleared', callsCutOff: 0, lastCallEndedAt: null });
    expect(await grant()).toMatchObject({ state: 'cleared', endedBy: bob, endReason: 'cleared', accessTokenExpiresAt: null });
    expect(await db().selectFrom('vault.token_set').selectAll().execute()).toEqual([]);
    const { rows } = await vault.issuedTokens(company, 'idm', { page: 1, pageSize: 9 });
    expect(rows.map(({ state }) => state)).toEqual(['destroyed by Clear']);
    await expect(vault.use(idm, 'test', ({ call }) => call(track))).rejects.toThrow(NotOptedIn);
    expect((await vault.history(company, { limit: 2 })).map(({ action, actor }) => [action, actor])).toEqual([['cleared', bob], ['clear.began', bob]]);
  });

  it('stops only its own application', async () => {
    await optIn(vault, 'idh');
    await clearNow(vault, 'idm');
    const response = await vault.use({ company, application: 'idh' }, 'test', ({ call }) => call(track));
    expect(response.status).toBe(200);
  });

  it('RF10 lets nothing arrive after its answer, from this instance or another', async () => {
    const other = await world.another();
    const using = [useWithoutEnd(vault), useWithoutEnd(other)];
    await until(() => arrivals() > 50);
    const outcome = await clearNow(vault);
    const place = await world.ups.mark();
    expect(outcome.kind).toBe('cleared');
    await Promise.all(using);
    await world.ups.mark();
    expect(world.ups.arrivals.slice(place + 1).filter(({ path }) => path.startsWith(trackPath))).toEqual([]);
  });

  it('cuts running calls off, counts them, and gives their callers GrantEnded', async () => {
    const other = await world.another();
    for (let held = 0; held < 4; held += 1) world.ups.once(trackPath, () => undefined);
    const uses = [vault, vault, other, other].map((by) => by.use(idm, 'test', ({ call }) => call(track)));
    await until(() => arrivals() === 4);
    const settled = Promise.allSettled(uses);
    const outcome = await clearNow(vault);
    expect(outcome).toMatchObject({ kind: 'cleared', callsCutOff: 4, lastCallEndedAt: expect.any(Date) });
    for (const use of await settled) expect(use).toMatchObject({ status: 'rejected', reason: expect.any(GrantEnded) });
  });

  it('lets nothing of an answer that came before it be stored after it', async () => {
    let proceed = () => {};
    const paused = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    let isAnswered = false;
    const use = vault.use(idm, 'test', async ({ call, store }) => {
      await call(track);
      isAnswered = true;
      await paused;
      await store((trx) => sql`insert into public.kept values ('late')`.execute(trx));
    });
    await until(() => isAnswered);
    await clearNow(vault);
    proceed();
    await expect(use).rejects.toThrow(GrantEnded);
    const { rows } = await sql`select * from public.kept`.execute(db());
    expect(rows).toEqual([]);
  });

  it('waits for a storer that was there first, and keeps what it stored', async () => {
    let isStoring = false;
    let proceed = () => {};
    const paused = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const use = vault.use(idm, 'test', ({ store }) => store(async (trx) => {
      await sql`insert into public.kept values ('in time')`.execute(trx);
      isStoring = true;
      await paused;
    }));
    await until(() => isStoring);
    let isAnswered = false;
    const clearing = vault.clear({ company, application: 'idm', member: bob, generation: 1 }).finally(() => {
      isAnswered = true;
    });
    // On PGlite nobody can look: the storer has the one connection.
    if (kind === 'postgres') await until(async () => isAnswered || (await waiting()) === 1);
    const cameBefore = isAnswered;
    proceed();
    await use;
    expect(cameBefore).toBe(false);
    expect(await clearing).toMatchObject({ kind: 'cleared' });
    const { rows } = await sql`select * from public.kept`.execute(db());
    expect(rows).toEqual([{ text: 'in time' }]);
  });

  it.skipIf(kind === 'pglite')('has its turn before storers that come after it', async () => {
    const stored: string[] = [];
    const proceed = new Map<string, () => void>();
    const storer = (name: string) => vault.use(idm, 'test', ({ store }) => store(async () => {
      stored.push(name);
      await new Promise<void>((resolve) => {
        proceed.set(name, resolve);
      });
    }));
    const before = storer('before');
    await until(() => stored.includes('before'));
    const clearing = clearNow(vault);
    await until(async () => (await waiting()) === 1);
    const after = expect(storer('after')).rejects.toThrow(GrantEnded);
    await until(async () => (await waiting()) === 2 || stored.includes('after'));
    for (const go of proceed.values()) go();
    await before;
    expect(await clearing).toMatchObject({ kind: 'cleared' });
    expect(stored).toEqual(['before']);
    await after;
  });

  it('answers the same to all who press it at the same time', async () => {
    const other = await world.another();
    const { generation } = await grant();
    const outcomes = await Promise.all([vault, other, vault].map((by) => by.clear({ company, application: 'idm', member: bob, generation })));
    const cleared = outcomes.filter(({ kind }) => kind === 'cleared');
    expect(cleared.length).toBeGreaterThan(0);
    for (const outcome of outcomes) expect(['cleared', 'nothing']).toContain(outcome.kind);
    expect((await vault.history(company, { limit: 99 })).filter(({ action }) => action === 'cleared')).toHaveLength(1);
  });

  it('does nothing when there is nothing, and when the grant was renewed since the page was made', async () => {
    const { generation } = await grant();
    expect(await vault.clear({ company, application: 'idh', member: bob, generation: 0 })).toMatchObject({ kind: 'nothing', grant: { state: 'none' } });
    await optIn(vault, 'idm', bob);
    expect(await vault.clear({ company, application: 'idm', member: ada, generation })).toMatchObject({ kind: 'moved', grant: { state: 'authorized', optedInBy: bob } });
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared' });
    expect(await clearNow(vault)).toMatchObject({ kind: 'nothing', grant: { state: 'cleared' } });
  });

  it('clears a grant that UPS voided', async () => {
    world.ups.changePassword();
    await vault.refresh(company, 'idm');
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared' });
    expect((await grant()).state).toBe('cleared');
  });

  it('and a new opt-in at the same time end in one or the other, never in between', async () => {
    for (let round = 0; round < 10; round += 1) {
      if ((await grant()).state !== 'authorized') await optIn(vault);
      const { generation } = await grant();
      const state = await begin(vault, 'idm', bob);
      const [outcome, cleared] = await Promise.all([
        comeBack(vault, { state, code: 'c' }),
        vault.clear({ company, application: 'idm', member: ada, generation }),
      ]);
      const { state: after } = await grant();
      if (outcome.kind === 'opted-in') expect([cleared.kind, after]).toEqual(['moved', 'authorized']);
      else expect([outcome.kind, cleared.kind, after]).toEqual(['superseded', 'cleared', 'cleared']);
    }
  });

  describe('after an instance died', () => {
    const leaseMs = 1_000;
    beforeEach(async () => {
      vault = await world.another({ settings: { ...defaultVaultSettings, leaseMs } });
    });

    it('lets an opt-in that begins while it waits succeed after it', async () => {
      await leaveLease('dead');
      const { generation } = await grant();
      const clearing = vault.clear({ company, application: 'idm', member: bob, generation });
      await until(async () => (await grant()).state === 'clearing');
      const opted = optIn(vault);
      expect(await clearing).toMatchObject({ kind: 'cleared' });
      expect(await opted).toEqual({ kind: 'opted-in', company, replaced: false });
      expect((await grant()).state).toBe('authorized');
    });

    it('is held up by a dead instance for one lease at most', async () => {
      await leaveLease('dead');
      const started = performance.now();
      expect(await clearNow(vault)).toMatchObject({ kind: 'cleared' });
      const waitedMs = performance.now() - started;
      expect(waitedMs).toBeGreaterThan(leaseMs);
      expect(waitedMs).toBeLessThan(leaseMs + 3_000);
    });

    it('is finished by another instance when its owner died', async () => {
      await sql`update vault."grant" set state = 'clearing', drawn = drawn + 1, generation = drawn + 1, last_clear = drawn + 1,
        clearing_since = clock_timestamp() - interval '1 minute', ended_by_id = 'm_bob', ended_by_label = 'bob'`.execute(db());
      await leaveLease('dead');
      await vault.maintain();
      await until(async () => (await grant()).state === 'cleared');
    });

    it('is not held up by rows of dead instances that were swept', async () => {
      await leaveLease('dead', '-1 second');
      await until(async () => {
        await vault.maintain();
        return (await db().selectFrom('vault.lease').selectAll().execute()).length === 0;
      });
    });

    /** What an instance leaves that was killed while it held a lease. */
    async function leaveLease(instance: string, until = '1 second'): Promise<void> {
      await sql`insert into vault.lease (company_id, application, generation, instance_id, take_id, taken_at, until)
        values (${company}, 'idm', 1, ${instance}, ${instance}, clock_timestamp(), clock_timestamp() + ${until}::interval)`.execute(db());
    }
  });
});
