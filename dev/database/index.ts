import { migrate, openDatabase, type Database, type MigrationSet } from '@wayleave/platform/database';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { pgliteSnapshot } from './pglite-snapshot.js';
import { cloneTemplate, dropDatabase, ensureTemplate, testDatabaseName } from './postgres-template.js';

export { dumpTables, type DumpedRow } from './dump.js';
export { createRole, databaseUrl, dropDatabase, findPostgres, withClient } from './postgres-template.js';

export type DatabaseKind = Database['kind'];

/** A database of one test file. `close` also throws it away. */
export interface TestDatabase extends Database, AsyncDisposable {
  /** Where other processes reach it; null for PGlite, which lives inside this process. */
  readonly url: string | null;
  /** Opens a second, independent pool on the same database (PostgreSQL only), for tests with several processes. */
  connect(options?: { max?: number }): Promise<Database>;
}

let made = 0;

/** The databases to run a test on: PGlite always, PostgreSQL when one answered at the start of the run. */
export function databaseKinds(): DatabaseKind[] {
  return process.env['WAYLEAVE_TEST_POSTGRES'] ? ['pglite', 'postgres'] : ['pglite'];
}

/**
 * A fresh database of its own, with `sets` already migrated: PGlite in memory from a cached image, or a copy of a
 * template on the PostgreSQL server. Without `sets` it is empty, and the caller migrates it.
 */
export async function testDatabase(kind: DatabaseKind = 'pglite', sets: readonly MigrationSet[] = []): Promise<TestDatabase> {
  const key = await hashOf(sets);
  const fill = (database: Database) => migrate(database, sets);
  if (kind === 'pglite') {
    const snapshot = await pgliteSnapshot(key, fill);
    return withDisposal(await openDatabase({ memory: true, snapshot }), null, async () => {});
  }
  const serverUrl = process.env['WAYLEAVE_TEST_POSTGRES'];
  if (!serverUrl) throw new Error('No PostgreSQL answered at the start of this run: take the kinds from databaseKinds().');
  const run = process.env['WAYLEAVE_TEST_RUN'] ?? `${Math.floor(Date.now() / 1000)}_${process.pid}`;
  const template = testDatabaseName(run, `template_${key}`);
  await ensureTemplate(serverUrl, template, async (url) => {
    const database = await openDatabase({ url, max: 2 });
    await fill(database);
    await database.close();
  });
  made += 1;
  const name = testDatabaseName(run, `${process.pid}_${made}`);
  const url = await cloneTemplate(serverUrl, template, name);
  return withDisposal(await openDatabase({ url }), url, () => dropDatabase(serverUrl, name));
}

function withDisposal(database: Database, url: string | null, drop: () => Promise<void>): TestDatabase {
  const close = async () => {
    await database.close();
    await drop();
  };
  const connect = async ({ max }: { max?: number } = {}) => {
    if (url === null) throw new Error('PGlite lives inside one process and has one session: test several connections on PostgreSQL.');
    return openDatabase(max === undefined ? { url } : { url, max });
  };
  return { ...database, url, connect, close, [Symbol.asyncDispose]: close };
}

async function hashOf(sets: readonly MigrationSet[]): Promise<string> {
  const hash = createHash('sha256').update('4');
  for (const { schema, directory } of sets) {
    hash.update(`\n${schema}\n`);
    for (const name of (await readdir(directory)).sort()) hash.update(name).update(await readFile(new URL(name, directory)));
  }
  return hash.digest('hex').slice(0, 16);
}
