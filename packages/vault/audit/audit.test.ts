import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, verifyAudit, type AuditFinding, type AuditProgress } from '../index.js';
import type { VaultTables } from '../tables.js';
import { ada, clearNow, company, idm, openWorld, optIn, otherCompany, track, until, vaultDatabase, type World } from '../tests/test-vault.js';
import { appendAudit } from './audit-store.js';

describe.each(databaseKinds())('the audit chain on %s', (kind) => {
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
  const append = (count: number, of = company) => db().transaction().execute(async (trx) => {
    for (let index = 0; index < count; index += 1) {
      const detail = { count: 'exact', calls: index, purposes: [{ job: null, purpose: 'test', calls: index, bytes: 7 }] };
      await appendAudit(trx, { company: of, application: 'idm' }, { at: new Date(1_800_000_000_000 + index), action: 'used', generation: 1, actor: index % 2 ? ada : null, detail });
    }
  });
  /** What whoever owns the database can do: the trigger that refuses it switched off. */
  const tamper = async (statement: string) => {
    await sql.raw('alter table vault.audit_entry disable trigger audit_entry_stays').execute(db());
    try {
      await sql.raw(statement).execute(db());
    } finally {
      await sql.raw('alter table vault.audit_entry enable trigger audit_entry_stays').execute(db());
    }
  };
  const findings = async () => (await verifyAudit(database, 'all')).findings;

  it('of a whole life verifies, and says how much it looked at', async () => {
    await optIn(world.vault);
    await world.vault.use(idm, 'test', ({ call }) => call(track));
    await world.vault.refresh(company, 'idm');
    await clearNow(world.vault);
    await optIn(world.vault, 'idh', ada, otherCompany);
    const progress: AuditProgress[] = [];
    const { companies, entries, findings } = await world.vault.verifyAudit('all', { onProgress: (step) => progress.push(step) });
    expect(findings).toEqual([]);
    expect(companies).toBe(2);
    expect(entries).toBe((await world.vault.history(company, { limit: 99, uses: true })).length + 2);
    expect(progress.at(-1)).toEqual({ companies: 2, of: 2, entries });
    expect(await world.vault.verifyAudit(otherCompany)).toEqual({ companies: 1, entries: 2, findings: [] });
  });

  it('refuses to be changed', async () => {
    await append(1);
    for (const statement of [`update vault.audit_entry set action = 'cleared'`, 'delete from vault.audit_entry', 'truncate vault.audit_entry']) {
      await expect(sql.raw(statement).execute(db())).rejects.toThrow('append only');
    }
  });

  it('shows any change of any column of any entry, any entry removed, any two swapped and any end cut off, by the first bad number', async () => {
    const length = 8;
    const seq = fc.integer({ min: 1, max: length });
    const text = fc.stringMatching(/^[a-z]{1,8}$/);
    const change = fc.oneof(
      fc.constantFrom(`at = at + interval '1 microsecond'`, `at = at - interval '1 day'`, `at = 'infinity'`, 'generation = generation + 1', `detail = '[]'`, `detail = '{}'`),
      fc.constantFrom(`previous_hash = sha256('x')`, `hash = sha256('x')`, `application = 'idh'`, `actor_id = coalesce(actor_id || 'x', 'x')`, `actor_label = coalesce(actor_label || 'x', 'x')`),
      text.map((name) => `action = 'x${name}'`),
      text.map((name) => `detail = detail || '{"${name}": 1}'`),
      fc.constantFrom(`detail = jsonb_set(detail, '{calls}', '99')`, `detail = jsonb_set(detail, '{purposes,0,calls}', '99')`, `detail = jsonb_set(detail, '{purposes}', '[["list"]]')`),
    );
    interface Tampering { readonly statement: string; readonly first: number; readonly kinds: readonly AuditFinding['kind'][] }
    const where = (number: number) => `where company_id = '${company}' and seq = ${number}`;
    const tampering: fc.Arbitrary<Tampering> = fc.oneof(
      fc.tuple(seq, change).map(([number, set]): Tampering => ({ statement: `update vault.audit_entry set ${set} ${where(number)}`, first: number, kinds: ['changed'] })),
      seq.map((number): Tampering => ({ statement: `delete from vault.audit_entry ${where(number)}`, first: number, kinds: number === length ? ['truncated'] : ['removed'] })),
      seq.map((number): Tampering => ({ statement: `delete from vault.audit_entry where company_id = '${company}' and seq >= ${number}`, first: number, kinds: ['truncated'] })),
      seq.map((number): Tampering => ({ statement: `update vault.audit_entry set company_id = 'co_stranger' ${where(number)}`, first: number, kinds: ['removed', 'truncated'] })),
      fc.uniqueArray(seq, { minLength: 2, maxLength: 2 }).map((pair): Tampering => {
        const [a = 1, b = 2] = pair.sort((x, y) => x - y);
        const swap = [[a, -1], [b, a], [-1, b]].map(([from, to]) => `update vault.audit_entry set seq = ${to} where company_id = '${company}' and seq = ${from}`);
        return { statement: swap.join('; '), first: a, kinds: ['reordered'] };
      }),
      seq.map((number): Tampering => ({ statement: `delete from vault.audit_entry ${where(number)}; update vault.audit_entry set seq = seq - 1 where company_id = '${company}' and seq > ${number};
        update vault.audit_head set seq = seq - 1 where company_id = '${company}'`, first: number, kinds: ['changed', 'head'] })),
    );
    await append(length);
    await append(3, otherCompany);
    await sql`create table public.kept_entry as table vault.audit_entry`.execute(db());
    await sql`create table public.kept_head as table vault.audit_head`.execute(db());
    expect(await findings()).toEqual([]);
    await fc.assert(fc.asyncProperty(tampering, async ({ statement, first, kinds }) => {
      await tamper(statement);
      const found = (await findings()).find((finding) => finding.company === company);
      expect(found, statement).toBeDefined();
      // A removed last entry whose head was moved back leaves the head's hash behind: that is found at the entry before.
      expect([first, first - 1], statement).toContain(found?.seq);
      if (found?.kind !== 'head') expect(found?.seq, statement).toBe(first);
      expect(kinds, statement).toContain(found?.kind);
      expect(found?.sentence).toContain(`${company}: `);
      await tamper('truncate vault.audit_entry, vault.audit_head; insert into vault.audit_entry table public.kept_entry; insert into vault.audit_head table public.kept_head');
    }), { numRuns: 60 });
    await sql`drop table public.kept_entry, public.kept_head`.execute(db());
    expect(await findings()).toEqual([]);
  });

  it('shows entries beyond the head, a head that is gone, and a chain that is gone altogether', async () => {
    await optIn(world.vault);
    await tamper(`update vault.audit_head set seq = 1, hash = (select hash from vault.audit_entry where seq = 1)`);
    expect(await findings()).toMatchObject([{ kind: 'added', seq: 2 }]);
    await tamper('delete from vault.audit_head');
    expect(await findings()).toMatchObject([{ kind: 'head' }]);
    await tamper('delete from vault.audit_entry');
    expect(await findings()).toMatchObject([{ kind: 'removed', seq: null, sentence: `${company}: the whole history is gone.` }]);
  });

  it('that was erased with its head and its grant is missed by the events that left', async () => {
    await optIn(world.vault);
    await append(3, otherCompany);
    await tamper(`delete from vault.audit_entry where company_id = '${company}'; delete from vault.audit_head where company_id = '${company}';
      delete from vault."grant" where company_id = '${company}'`);
    const gone = [{ company, kind: 'removed', seq: null, sentence: `${company}: the whole history is gone.` }];
    expect(await verifyAudit(database, 'all')).toEqual({ companies: 2, entries: 3, findings: gone });
    expect(await verifyAudit(database, company)).toEqual({ companies: 1, entries: 0, findings: gone });
  });

  it('that was cut off and given a new head contradicts the events that left, which carry the head of their moment', async () => {
    await optIn(world.vault);
    const events: { audit: unknown }[] = [];
    await world.vault.deliverEvents(async (event) => void events.push(event));
    const { rows } = await sql<{ hash: string }>`select encode(hash, 'hex') as hash from vault.audit_entry where seq = 2`.execute(db());
    expect(events).toMatchObject([{ type: 'grant.opted_in', audit: { seq: 2, hash: rows[0]?.hash } }]);
    await tamper('delete from vault.audit_entry where seq = 2; update vault.audit_head set seq = 1, hash = (select hash from vault.audit_entry where seq = 1)');
    expect(await findings()).toMatchObject([{ kind: 'truncated', seq: 2 }]);
  });

  it('is verified and exported while others append, in batches', async () => {
    await append(1_200);
    const appending = (async () => {
      for (let times = 0; times < 20; times += 1) await append(5);
    })();
    const lines: string[] = [];
    for await (const line of world.vault.exportAudit(company)) lines.push(line);
    for (let times = 0; times < 3; times += 1) expect(await findings()).toEqual([]);
    await appending;
    expect(lines.length).toBeGreaterThanOrEqual(1_200);
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(entries[1]).toMatchObject({ company, action: 'used', actor: ada, previousHash: entries[0]?.['hash'], detail: { calls: 1, purposes: [{ purpose: 'test', calls: 1, bytes: 7 }] } });
  });

  it('pages through the entries, of one application or of all', async () => {
    await optIn(world.vault);
    await optIn(world.vault, 'idh');
    const { rows, total } = await world.vault.auditPage(company, { page: 2, pageSize: 3 });
    expect(total).toBe(4);
    expect(rows.map(({ seq }) => seq)).toEqual([1]);
    const ofIdh = await world.vault.auditPage(company, { page: 1, pageSize: 3, application: 'idh' });
    expect(ofIdh).toMatchObject({ total: 2, rows: [{ action: 'opted-in', application: 'idh' }, { action: 'opt-in.began' }] });
  });

  it('counts what is going on at every renewal, and follows it with the time of the last use', async () => {
    await optIn(world.vault);
    const { body } = await world.vault.use(idm, { job: 'nightly', purpose: 'track' }, async ({ call }) => {
      await call(track);
      return call(track);
    });
    const bytes = 2 * Buffer.byteLength(body);
    const counted = () => db().selectFrom('vault.audit_window').select(['counted', 'instance_id']).executeTakeFirst();
    await until(async () => (await counted())?.counted.length === 1);
    expect((await counted())?.counted).toEqual([{ job: 'nightly', purpose: 'track', calls: 2, bytes }]);
    expect((await db().selectFrom('vault.grant').select('last_use_at').executeTakeFirstOrThrow()).last_use_at).toBeNull();
    expect((await world.vault.grant(company, 'idm')).lastUseAt).not.toBeNull();
    await until(async () => (await counted()) === undefined);
    expect(await world.vault.history(company, { limit: 1, uses: true })).toMatchObject([
      { action: 'used', detail: { count: 'exact', calls: 2, bytes, cutOff: 0, purposes: [{ job: 'nightly', purpose: 'track', calls: 2, bytes }] } },
    ]);
    expect(await findings()).toEqual([]);
  });

  it('remembers the last use of a worker that died, and never an earlier one instead', async () => {
    await optIn(world.vault);
    const lastUse = async () => (await world.vault.grant(company, 'idm')).lastUseAt?.toISOString();
    const left = async (at: string) => {
      await sql`insert into vault.audit_window (company_id, application, take_id, generation, instance_id, since, counted_at, last_call_at)
        values (${company}, 'idm', ${at}, (select generation from vault."grant"), 'dead', ${at}, ${at}, ${at})`.execute(db());
      expect(await lastUse()).toBe('2031-05-05T12:00:00.000Z');
      await world.vault.maintain();
      expect(await db().selectFrom('vault.audit_window').select('take_id').execute()).toEqual([]);
      expect(await lastUse()).toBe('2031-05-05T12:00:00.000Z');
    };
    await left('2031-05-05T12:00:00.000Z');
    await left('2031-05-05T11:00:00.000Z');
    await world.vault.use(idm, 'test', ({ call }) => call(track));
    await clearNow(world.vault);
    expect(await lastUse()).toBe('2031-05-05T12:00:00.000Z');
  });

  it('enters in between what a lease that goes on for long has done, each call once', async () => {
    const other = await world.another({ settings: { ...defaultVaultSettings, leaseMs: 1_500, auditWindowMs: 0 } });
    await optIn(other);
    const used = async () => (await other.history(company, { limit: 99, uses: true })).filter(({ action }) => action === 'used');
    let made = 0;
    await other.use(idm, 'test', async ({ call }) => {
      while ((await used()).length < 2) {
        await call(track);
        made += 1;
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
    });
    await other.close();
    expect((await used()).reduce((sum, { detail }) => sum + Number(detail['calls']), 0)).toBe(made);
    expect(await db().selectFrom('vault.audit_window').selectAll().execute()).toEqual([]);
  });

  it('closes the window of an instance that died as unknown, with what had been counted', async () => {
    await optIn(world.vault);
    await world.vault.use(idm, 'test', ({ call }) => call(track));
    await until(async () => (await db().selectFrom('vault.audit_window').select('counted').executeTakeFirst())?.counted.length === 1);
    // As if it had been another process, which is no more: its lease is gone without having been given back.
    await sql`update vault.audit_window set instance_id = 'dead', take_id = 'dead'`.execute(db());
    await world.vault.maintain();
    const [entry] = await world.vault.history(company, { limit: 1, uses: true });
    expect(entry).toMatchObject({ action: 'used', detail: { count: 'unknown', countedCalls: 1, purposes: [{ purpose: 'test', calls: 1 }] } });
    expect(entry?.detail).not.toHaveProperty('calls');
    await world.vault.close();
    // It lived after all, and gave back what it knows.
    expect(await world.vault.history(company, { limit: 1, uses: true })).toMatchObject([{ detail: { count: 'exact', calls: 1, late: true } }]);
    expect(await findings()).toEqual([]);
  });
});
