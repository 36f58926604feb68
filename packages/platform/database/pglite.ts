import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { checkChannel, type Database } from './database.js';
import { lockDataFolder } from './pglite-lock.js';

const checkpointEveryMs = 60_000;
const vacuumEveryMs = 600_000;

/** PostgreSQL's own 128 MB of pages would be cleared at every start, which takes longer than all else of it, and held for ever. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];
/** What is in memory outlives no crash: its log needs no whole pages. */
const memoryParams = [...startParams, '-c', 'full_page_writes=off'];

/** Opens PGlite on a data folder, which it locks against other processes until `close`. Throws DataFolderInUse. */
export async function openDataFolder(folder: string): Promise<Database> {
  const unlock = lockDataFolder(folder);
  try {
    const cluster = join(folder, 'pglite');
    mkdirSync(cluster, { recursive: true, mode: 0o700 });
    // PGlite creates its files with mode 0666 whatever the umask says; the folder is what keeps others out.
    chmodSync(cluster, 0o700);
    const pglite = await PGlite.create({ dataDir: cluster, startParams });
    const database = await overPglite(pglite, unlock, inodeOf(join(cluster, 'PG_VERSION')));
    return withHousekeeping(database);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Opens PGlite in memory, empty or from a snapshot made by `dumpDataDir`. */
export async function openMemory(snapshot?: Blob): Promise<Database> {
  return overPglite(await PGlite.create({ startParams: memoryParams, ...(snapshot && { loadDataDir: snapshot }) }), () => undefined);
}

/**
 * PGlite is one session. Every statement goes through a pool of one, so that nobody's statement slips into another
 * caller's transaction.
 */
async function overPglite(pglite: PGlite, release: () => void, filesId: string | null = null): Promise<Database> {
  const pool = new pg.Pool({ ...createPgConfig(pglite), max: 1 });
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const handlers = new Map<string, Set<(payload: string) => void>>();
  const stopNotifications = pglite.onNotification((channel, payload) => {
    for (const handler of handlers.get(channel) ?? []) handler(payload);
  });
  await pool.query(`set time zone 'UTC'`);
  return {
    kind: 'pglite',
    filesId,
    kysely: <T>() => kysely as unknown as Kysely<T>,
    async listen(channel, onPayload) {
      checkChannel(channel);
      const existing = handlers.get(channel);
      if (existing) existing.add(onPayload);
      else {
        handlers.set(channel, new Set([onPayload]));
        await pool.query(`listen ${channel}`);
      }
      return async () => {
        handlers.get(channel)?.delete(onPayload);
      };
    },
    async ping() {
      await sql`select 1`.execute(kysely);
    },
    async close() {
      stopNotifications();
      await kysely.destroy();
      await pglite.close();
      release();
    },
  };
}

/** A copy of a file is another inode; a file that is moved within its file system keeps it. */
function inodeOf(file: string): string {
  return String(statSync(file, { bigint: true }).ino);
}

/** PGlite runs neither checkpointer nor autovacuum: without these two the log and the tables only ever grow. */
function withHousekeeping(database: Database): Database {
  const kysely = database.kysely<unknown>();
  const run = (statement: 'checkpoint' | 'vacuum') => {
    sql.raw(statement).execute(kysely).catch(() => undefined);
  };
  const timers = [setInterval(run, checkpointEveryMs, 'checkpoint'), setInterval(run, vacuumEveryMs, 'vacuum')];
  for (const timer of timers) timer.unref();
  return {
    ...database,
    async close() {
      timers.forEach(clearInterval);
      await sql`checkpoint`.execute(kysely);
      await database.close();
    },
  };
}
