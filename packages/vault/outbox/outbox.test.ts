import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VaultEvent } from '../index.js';
import { clearNow, company, openWorld, optIn, vaultDatabase, type World } from '../tests/test-vault.js';

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
