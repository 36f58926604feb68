import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VaultTables } from '../tables.js';
import { ada, company, openWorld, optIn, otherCompany, vaultDatabase } from '../tests/test-vault.js';

describe.each(databaseKinds())('troubles of an application, on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  it('are told by another grant that shows them where the first cannot be written, and keep no other trouble from being told', async () => {
    await using world = await openWorld(database);
    const db = database.kysely<VaultTables>();
    for (const [application, of] of [['idm', company], ['idm', otherCompany], ['idh', company]] as const) await optIn(world.vault, application, ada, of);
    const troubles = [['idm', company, 3], ['idm', otherCompany, 2], ['idh', company, 4]] as const;
    for (const [application, of, hours] of troubles) {
      await db.updateTable('vault.grant').where('company_id', '=', of).where('application', '=', application)
        .set({ trouble: 'ups-fault', trouble_at: 'use', trouble_since: new Date(world.clock.now().getTime() - hours * 3_600_000) }).execute();
    }
    await world.vault.deliverEvents(async () => {});
    await sql`create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`.execute(db);
    await sql`create trigger refuse before insert on vault.outbox for each row when (new.company_id = 'co_1') execute function public.refuse()`.execute(db);
    const told: unknown[] = [];
    const tell = () => world.vault.deliverEvents(async (event) => {
      if (event.type === 'application.troubled') told.push([event.application, event.company, event.data['grants']]);
    });
    await world.vault.maintain();
    await tell();
    expect(told).toEqual([['idm', otherCompany, 2]]);
    await sql`drop trigger refuse on vault.outbox`.execute(db);
    await world.vault.maintain();
    await tell();
    expect(told).toEqual([['idm', otherCompany, 2], ['idh', company, 1]]);
  });
});
