import { sql, type Kysely } from 'kysely';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { Database } from './database.js';

/** The numbered SQL files (`NNNN_name.sql`) of one owner and the schema they build. */
export interface MigrationSet {
  readonly schema: string;
  readonly directory: URL;
}

/** The database is not what the code expects: a file changed after it was applied, or the database is newer than the code. */
export class MigrationMismatch extends Error {
  override readonly name = 'MigrationMismatch';
}

/** Any number, the same in every process: whoever migrates first makes the others wait. */
const migrationLock = 7_215_904;

/**
 * Brings each set's schema up to date: every file once, in order, each in a transaction of its own. Safe when several
 * processes start at once. Throws MigrationMismatch and applies nothing more when a file differs from what was applied.
 */
export async function migrate(database: Database, sets: readonly MigrationSet[]): Promise<void> {
  await database.kysely<unknown>().connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${migrationLock})`.execute(connection);
    try {
      for (const set of sets) await migrateSchema(connection, set);
    } finally {
      await sql`select pg_advisory_unlock(${migrationLock})`.execute(connection);
    }
  });
}

async function migrateSchema(connection: Kysely<unknown>, set: MigrationSet): Promise<void> {
  const table = sql.table(`${set.schema}.migration`);
  await sql`create schema if not exists ${sql.id(set.schema)}`.execute(connection);
  await sql`create table if not exists ${table} (
    version int4 primary key, name text not null, hash text not null, applied_at timestamptz not null default now()
  )`.execute(connection);
  const { rows: applied } = await sql<{ version: number; name: string; hash: string }>`select version, name, hash from ${table}`.execute(connection);
  const files = (await readdir(set.directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  const newest = applied.reduce((max, row) => Math.max(max, row.version), 0);
  if (newest > files.length) {
    throw new MigrationMismatch(`The database's schema ${set.schema} is newer than this program. Run the newer program.`);
  }
  for (const [index, name] of files.entries()) {
    const version = index + 1;
    const text = await readFile(new URL(name, set.directory), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    const before = applied.find((row) => row.version === version);
    if (before && before.hash !== hash) {
      throw new MigrationMismatch(`Migration ${set.schema}/${name} changed after it was applied. Restore the file, or start on an empty database.`);
    }
    if (before) continue;
    await connection.transaction().execute(async (trx) => {
      await sql.raw(text).execute(trx);
      await sql`insert into ${table} (version, name, hash) values (${version}, ${name}, ${hash})`.execute(trx);
    });
  }
}
