import type { Database } from './database.js';
import { openDataFolder, openMemory } from './pglite.js';
import { openPostgres } from './postgres.js';

export { isUniqueViolation, type Database } from './database.js';
export { migrate, MigrationMismatch, type MigrationSet } from './migrate.js';
export { DataFolderInUse } from './pglite-lock.js';

/** Where the data lies: a PostgreSQL URL (`max` connections, `idleInTransactionMs` as `openPostgres` has them), a folder for embedded PGlite, or memory (tests), empty or from a snapshot. */
export type DatabaseOptions =
  | { readonly url: string; readonly max?: number; readonly idleInTransactionMs?: number }
  | { readonly dataDirectory: string }
  | { readonly memory: true; readonly snapshot?: Blob };

/** Opens the database. Throws DataFolderInUse, or what the PostgreSQL client says when no server answers. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  if ('url' in options) return openPostgres(options.url, options.max, options.idleInTransactionMs);
  if ('dataDirectory' in options) return openDataFolder(options.dataDirectory);
  return openMemory(options.snapshot);
}
