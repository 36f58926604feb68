import { sql, type QueryExecutorProvider } from 'kysely';
import type { Clock } from '../clock/index.js';
import type { Database } from '../database/index.js';
import { randomToken, sha256 } from '../secret/index.js';

/** What a session cookie stands for. `subject` and `epoch` are the owner's; the owner compares the epoch with its own. */
export interface Session {
  readonly idHash: Buffer;
  readonly subject: string;
  readonly epoch: number;
  readonly createdAt: Date;
}

/** A message for the next page, kept with the session. */
export type Flash = { readonly [key: string]: string | number | boolean | null | readonly string[] };

export interface SessionStore {
  /** A new session; the answer is the cookie's value, stored only as a hash. */
  create(subject: string, epoch: number, db?: QueryExecutorProvider): Promise<string>;
  /** The living session of a cookie, or null: unknown, idle too long, too old, ended. Finding counts as activity. */
  find(token: string): Promise<Session | null>;
  /** Whether `find` would find it; asking does not count as activity. */
  isAlive(token: string): Promise<boolean>;
  end(token: string): Promise<void>;
  /** Ends every session of the subject, but for the one of `exceptToken`. */
  endAll(subject: string, db?: QueryExecutorProvider, exceptToken?: string): Promise<void>;
  setFlash(token: string, flash: Flash): Promise<void>;
  /** The waiting message, once. */
  takeFlash(token: string): Promise<Flash | null>;
}

interface SessionRow {
  readonly id_hash: Buffer;
  readonly subject: string;
  readonly epoch: number;
  readonly created_at: Date;
  readonly flash: Flash | null;
}

const prefix = 'ses-';
/** Activity is written at most this often, so that reading a page does not cost a write. */
const touchEveryMs = 15_000;

/**
 * Server-side sessions (ASVS 7.2, 7.3). The table is `(id_hash bytea primary key, subject text, epoch int4,
 * created_at timestamptz, last_seen_at timestamptz, flash jsonb)`. Times in milliseconds.
 */
export function createSessionStore(options: {
  database: Database; table: string; clock: Clock; idleMs: number; absoluteMs: number;
}): SessionStore {
  const { clock, idleMs, absoluteMs } = options;
  const db = options.database.kysely<unknown>();
  const table = sql.table(options.table);
  const alive = (now: Date) => sql`
    last_seen_at > ${new Date(now.getTime() - idleMs)} and created_at > ${new Date(now.getTime() - absoluteMs)}`;

  return {
    async create(subject, epoch, trx = db) {
      const token = randomToken(prefix);
      const now = clock.now();
      await sql`delete from ${table} where subject = ${subject} and not (${alive(now)})`.execute(trx);
      await sql`insert into ${table} (id_hash, subject, epoch, created_at, last_seen_at)
        values (${sha256(token)}, ${subject}, ${epoch}, ${now}, ${now})`.execute(trx);
      return token;
    },
    async find(token) {
      if (!token.startsWith(prefix)) return null;
      const idHash = sha256(token);
      const now = clock.now();
      const { rows: [row] } = await sql<SessionRow & { last_seen_at: Date }>`
        select id_hash, subject, epoch, created_at, last_seen_at from ${table} where id_hash = ${idHash} and ${alive(now)}`.execute(db);
      if (!row) return null;
      if (now.getTime() - row.last_seen_at.getTime() >= Math.min(touchEveryMs, idleMs / 4)) {
        await sql`update ${table} set last_seen_at = ${now} where id_hash = ${idHash} and last_seen_at < ${now}`.execute(db);
      }
      return { idHash: row.id_hash, subject: row.subject, epoch: row.epoch, createdAt: row.created_at };
    },
    async isAlive(token) {
      const { rows } = await sql`select 1 from ${table} where id_hash = ${sha256(token)} and ${alive(clock.now())}`.execute(db);
      return rows.length > 0;
    },
    async end(token) {
      await sql`delete from ${table} where id_hash = ${sha256(token)}`.execute(db);
    },
    async endAll(subject, trx = db, exceptToken) {
      const kept = exceptToken === undefined ? Buffer.alloc(0) : sha256(exceptToken);
      await sql`delete from ${table} where subject = ${subject} and id_hash <> ${kept}`.execute(trx);
    },
    async setFlash(token, flash) {
      await sql`update ${table} set flash = ${JSON.stringify(flash)}::jsonb where id_hash = ${sha256(token)}`.execute(db);
    },
    async takeFlash(token) {
      const { rows: [row] } = await sql<{ flash: Flash }>`
        with waiting as (select id_hash, flash from ${table} where id_hash = ${sha256(token)} and flash is not null for update)
        update ${table} s set flash = null from waiting w where s.id_hash = w.id_hash returning w.flash as flash`.execute(db);
      return row?.flash ?? null;
    },
  };
}
