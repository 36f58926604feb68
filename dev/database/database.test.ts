import { sql } from 'kysely';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, testDatabase } from './index.js';

describe.each(databaseKinds())('a test database on %s', (kind) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayleave-migrations-'));
    await writeFile(join(folder, '0001_note.sql'), 'create table sample.note (body text not null);');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const sets = () => [{ schema: 'sample', directory: pathToFileURL(`${folder}/`) }];

  it('is migrated, empty and its own', async () => {
    await using first = await testDatabase(kind, sets());
    await using second = await testDatabase(kind, sets());
    await sql`insert into sample.note (body) values ('one')`.execute(first.kysely());
    const counted = await sql<{ count: string }>`select count(*) from sample.note`.execute(second.kysely());
    expect(first.kind).toBe(kind);
    expect(counted.rows).toEqual([{ count: '0' }]);
  });

  it('is empty without migrations', async () => {
    await using database = await testDatabase(kind);
    const { rows } = await sql<{ version: string }>`select to_regclass('sample.note') as version`.execute(database.kysely());
    expect(rows).toEqual([{ version: null }]);
  });

  if (kind === 'pglite') return;

  it('is reached by a second connection and dropped at the end', async () => {
    const database = await testDatabase(kind, sets());
    const other = await database.connect({ max: 1 });
    await sql`insert into sample.note (body) values ('one')`.execute(database.kysely());
    const counted = await sql<{ count: string }>`select count(*) from sample.note`.execute(other.kysely());
    expect(counted.rows).toEqual([{ count: '1' }]);
    await other.close();
    await database.close();
    await expect(database.connect()).rejects.toThrow(/does not exist/);
  });
});
