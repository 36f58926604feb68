import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VaultTables } from '../tables.js';
import { ada, company, openWorld, optIn, otherCompany, until, vaultDatabase } from '../tests/test-vault.js';

describe.each(databaseKinds())('leases that somebody left behind, on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  it('are removed, whatever keeps the first of them from it', async () => {
    await using world = await openWorld(database, { leaseMs: 300, wireAllowanceMs: 10 });
    const db = database.kysely<VaultTables>();
    for (const of of [company, otherCompany]) {
      await optIn(world.vault, 'idm', ada, of);
      await sql`insert into vault.lease (company_id, application, generation, instance_id, take_id, taken_at, until)
        values (${of}, 'idm', 1, 'dead', ${of}, now() - interval '1 minute', now() - interval '1 second' * (case when ${of} = 'co_1' then 20 else 10 end))`.execute(db);
    }
    await sql`create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`.execute(db);
    await sql`create trigger refuse before delete on vault.lease for each row when (old.company_id = 'co_1') execute function public.refuse()`.execute(db);
    const left = async () => (await db.selectFrom('vault.lease').select('company_id').orderBy('company_id').execute()).map(({ company_id }) => company_id);
    expect(await left()).toEqual([company, otherCompany]);
    await until(async () => {
      await world.vault.maintain();
      return (await left()).length < 2;
    });
    expect(await left()).toEqual([company]);
    await sql`drop trigger refuse on vault.lease`.execute(db);
    await world.vault.maintain();
    expect(await left()).toEqual([]);
  });
});
