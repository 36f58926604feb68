import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VaultEvent } from '../index.js';
import type { VaultTables } from '../tables.js';
import { clearNow, company, countRowsRead, openWorld, optIn, vaultDatabase, type World } from '../tests/test-vault.js';
import { forgetDelivered, noteDelivered } from './outbox-store.js';

describe.each(databaseKinds())('the outbox on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    await sql`create table public.handled (id text primary key, type text)`.execute(database.kysely());
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await sql`truncate public.handled`.execute(database.kysely());
    world = await openWorld(database);
    await optIn(world.vault, 'idm');
    await optIn(world.vault, 'idh');
    await clearNow(world.vault, 'idm');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const all = ['grant.opted_in idm', 'grant.opted_in idh', 'grant.clearing idm', 'grant.cleared idm'];
  const name = ({ type, application }: VaultEvent) => `${type} ${application}`;

  it('hands each event over once, in order', async () => {
    const seen: string[] = [];
    expect(await world.vault.deliverEvents(async (event) => void seen.push(name(event)))).toBe(4);
    expect(seen).toEqual(all);
    expect(await world.vault.deliverEvents(async (event) => void seen.push(name(event)))).toBe(0);
  });

  it('holds back only the grant whose event failed, keeps nothing of the failed handling, and delivers it later', async () => {
    const seen: string[] = [];
    let fails = true;
    const deliver = () => world.vault.deliverEvents(async (event, trx) => {
      await sql`insert into public.handled values (${event.id}, ${event.type})`.execute(trx);
      if (fails && name(event) === 'grant.clearing idm') throw new Error('not now');
      seen.push(name(event));
    });
    expect(await deliver()).toBe(2);
    expect(await deliver()).toBe(0);
    fails = false;
    world.clock.advance(60_000);
    expect(await deliver()).toBe(2);
    expect(seen).toEqual(all);
    const { rows } = await sql`select * from public.handled`.execute(database.kysely());
    expect(rows).toHaveLength(4);
  });

  it('delivers in order per grant when two workers deliver at once', async () => {
    const other = await world.another();
    const seen: string[] = [];
    const handler = async (event: VaultEvent) => void seen.push(name(event));
    const counts = await Promise.all([world.vault, other, world.vault].map((by) => by.deliverEvents(handler)));
    for (let more = 1; more > 0;) counts.push(more = await world.vault.deliverEvents(handler));
    expect(counts.reduce((sum, count) => sum + count)).toBe(4);
    expect(seen.filter((event) => event.endsWith('idm'))).toEqual(all.filter((event) => event.endsWith('idm')));
  });

  it('delivers without reading what was delivered before', async () => {
    await sql`insert into vault.outbox (company_id, application, type, generation, at, data, next_attempt_at, delivered_at)
      select 'co_' || n, 'idm', 'grant.refreshed', 1, now(), '{}', now(), now() from generate_series(1, 5000) n`.execute(database.kysely());
    const { id } = await database.kysely<VaultTables>().selectFrom('vault.outbox').select('id').where('company_id', '=', company).executeTakeFirstOrThrow();
    expect(await countRowsRead(database, 'vault.outbox', (trx) => noteDelivered(trx, id, new Date()))).toBe(1);
  });

  it('forgets what was delivered long ago without reading the rest', async () => {
    await world.vault.deliverEvents(async () => {});
    await sql`insert into vault.outbox (company_id, application, type, generation, at, data, next_attempt_at, delivered_at)
      select 'co_' || n, 'idm', 'grant.refreshed', 1, now(), '{}', now(), now() - make_interval(days => case when n <= 3 then 40 else 1 end)
      from generate_series(1, 5000) n`.execute(database.kysely());
    const monthAgo = new Date(Date.now() - 30 * 24 * 3_600_000);
    expect(await countRowsRead(database, 'vault.outbox', (trx) => forgetDelivered(trx, monthAgo))).toBe(3);
    const { rows } = await sql<{ left: number }>`select count(*)::int4 as left from vault.outbox`.execute(database.kysely());
    expect(rows).toEqual([{ left: all.length + 4_997 }]);
  });

  it('keeps the history in a chain that nothing can be changed in', async () => {
    const history = await world.vault.history(company, { limit: 99 });
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => history.length - index));
    const { rows } = await sql<{ broken: string }>`
      select count(*) as broken from (
        select previous_hash, lag(hash) over (order by seq) as before from vault.audit_entry where company_id = ${company}
      ) links where before is not null and before <> previous_hash`.execute(database.kysely());
    expect(Number(rows[0]?.broken)).toBe(0);
    for (const change of ['update vault.audit_entry set action = \'x\'', 'delete from vault.audit_entry', 'truncate vault.audit_entry']) {
      await expect(sql.raw(change).execute(database.kysely())).rejects.toThrow('append only');
    }
  });
});
