import type { Database } from './database.js';
import { openDataFolder, openMemory } from './pglite.js';
import { openPostgres, type PostgresOptions } from './postgres.js';

export { isUniqueViolation, type Database } from './database.js';
export { readDatabaseUrl } from './database-url.js';
export { migrate, MigrationMismatch, type MigrationSet } from './migrate.js';
export { DatabaseSilent } from './answering-pool.js';
export { DataFolderInUse } from './pglite-lock.js';

/** Where the data lies: a PostgreSQL URL, a folder for embedded PGlite, or memory (tests), empty or from a snapshot. */
export type DatabaseOptions =
  | ({ readonly url: string } & PostgresOptions)
  | { readonly dataDirectory: string }
  | { readonly memory: true; readonly snapshot?: Blob };

/** Opens the database. Throws DataFolderInUse, or what the PostgreSQL client says when no server answers. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  if ('url' in options) return openPostgres(options.url, options);
  if ('dataDirectory' in options) return openDataFolder(options.dataDirectory);
  return openMemory(options.snapshot);
}
