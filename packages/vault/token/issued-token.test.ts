import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endWaitingToken } from '../opt-in/pending-store.js';
import { company, countRowsRead, idm, openWorld, optIn, vaultDatabase, type World } from '../tests/test-vault.js';
import { endIssuedToken } from './issued-token-store.js';

describe.each(databaseKinds())('the issued tokens of a grant on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    world = await openWorld(database);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await database.close();
  });

  it('are not read again, years of them, when the one in use or the one that waits is over', async () => {
    await optIn(world.vault);
    await sql`insert into vault.issued_token (company_id, application, generation, version, came_by, opted_in_by_id, opted_in_by_label, fingerprint, created_at, expires_at, fate)
      select ${company}, 'idm', 1, n, 'refresh', 'm_ada', 'ada', 'f', now(), now(), 'replaced' from generate_series(1, 5000) n`.execute(database.kysely());
    expect(await countRowsRead(database, 'vault.issued_token', (trx) => endIssuedToken(trx, idm, 'replaced').execute())).toBe(1);
    expect(await countRowsRead(database, 'vault.issued_token', (trx) => endWaitingToken(trx, idm, 'never used'))).toBe(0);
    const { rows, total } = await world.vault.issuedTokens(company, 'idm', { page: 5_001, pageSize: 1 });
    expect([total, rows.map(({ state }) => state)]).toEqual([5_001, ['replaced']]);
  });
});
