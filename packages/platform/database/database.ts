import type { Kysely } from 'kysely';

/** An open database: PostgreSQL, or PGlite embedded in this process. Both speak the same SQL and give the same types. */
export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** The query builder, typed for the caller's own tables (keys are schema-qualified). All share one pool. */
  kysely<T>(): Kysely<T>;
  /**
   * Calls `onPayload` for each NOTIFY on `channel`; the returned function stops that. A lost connection is reopened, and
   * what was notified meanwhile is lost: nothing may depend on a notification arriving.
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Tells the files of an embedded database from a copy of them, as long as they stay on their file system. Null where the
   * server knows better (PostgreSQL), and in memory.
   */
  readonly filesId: string | null;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Channels are identifiers in SQL, where they cannot be parameters. */
export function checkChannel(channel: string): string {
  if (!/^[a-z_]{1,60}$/.test(channel)) throw new TypeError(`not a channel name: ${channel}`);
  return channel;
}

const uniqueViolation = '23505';

/** Whether a write failed because a unique constraint (any, or the named one) was violated. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== uniqueViolation) return false;
  return constraint === undefined || ('constraint' in error && error.constraint === constraint);
}
