import { testDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { sandboxMigrations } from '../index.js';
import { createLedger } from './ledger.js';

it('the ledger of a database in memory forgets what is a hundred thousand lines old', async () => {
  const database = await testDatabase('pglite', [sandboxMigrations]);
  const db = database.kysely();
  const ledger = createLedger(database);
  await sql`
    insert into upscom.arrival (id, at, method, path) overriding system value values (1, now(), 'GET', '/oldest'), (1000, now(), 'GET', '/old')
  `.execute(db);
  await sql`alter table upscom.arrival alter column id restart with 95500`.execute(db);
  await Promise.all(Array.from({ length: 5_000 }, async () => {
    const arrival = { atMs: Date.now(), method: 'GET', path: '/new', clientId: null, grant: null, profileId: null };
    ledger.begin(arrival);
    await ledger.finish(arrival, 200);
  }));
  const { rows } = await sql<{ path: string; lines: number }>`select path, count(*)::int4 as lines from upscom.arrival group by path order by path`.execute(db);
  expect(rows).toEqual([{ path: '/new', lines: 5_000 }, { path: '/old', lines: 1 }]);
  await database.close();
});
