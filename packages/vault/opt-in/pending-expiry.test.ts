import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VaultTables } from '../tables.js';
import { ada, company, openWorld, optIn, otherCompany, vaultDatabase } from '../tests/test-vault.js';

const harbor = { sub: 'shipping@harborpine.example', uuid: '3f1c0a52-7b7e-4a5e-9d65-0c2a1d9b8e71' };
const other = { sub: 'someone@lowtide.example', uuid: '9b2f64a1-1d2c-4f3e-8a77-5e6d7c8b9a00' };

describe.each(databaseKinds())('consents that nobody decided about, on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  it('are destroyed in time, whatever became of the audit chain of a company that comes before', async () => {
    await using world = await openWorld(database);
    const db = database.kysely<VaultTables>();
    for (const login of [harbor, other]) for (const of of [company, otherCompany]) {
      world.ups.login = login;
      await optIn(world.vault, 'idm', ada, of);
    }
    const waiting = async () => (await db.selectFrom('vault.pending_consent').select('company_id').orderBy('company_id').execute()).map(({ company_id }) => company_id);
    expect(await waiting()).toEqual([company, otherCompany]);
    // Its next entry has a number that is taken already.
    const moveHead = (by: number) => sql`update vault.audit_head set seq = seq + ${by} where company_id = ${company}`.execute(db);
    await moveHead(-1);
    world.clock.advance(24 * 3_600_000);
    await world.vault.maintain();
    expect(await waiting()).toEqual([company]);
    await moveHead(1);
    await world.vault.maintain();
    expect(await waiting()).toEqual([]);
  });
});
