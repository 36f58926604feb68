import { sql, type QueryExecutorProvider } from 'kysely';
import type { Clock } from '../clock/index.js';
import type { Database } from '../database/index.js';
import { randomToken, sha256 } from '../secret/index.js';

/** What a mailed link is good for. */
export interface OneTimeLink {
  readonly purpose: string;
  readonly subject: string;
  readonly data: LinkData;
  readonly expiresAt: Date;
}

export type LinkData = { readonly [key: string]: string | number | boolean | null };

export interface LinkStore {
  /** A new link token; every older unused link of the same purpose and subject dies. Stored only as a hash. */
  create(link: { purpose: string; subject: string; data?: LinkData; lifetimeMs: number }, db?: QueryExecutorProvider): Promise<string>;
  /** The link if it can still be used; using nothing up (a mail scanner's GET must not spend it, ASVS 6.4.1). */
  peek(token: string, purpose: string): Promise<OneTimeLink | null>;
  /** Spends the link: of several callers one gets it, the others null. Call it in the transaction that acts on it. */
  consume(token: string, purpose: string, db: QueryExecutorProvider): Promise<OneTimeLink | null>;
  /** Ends every unused link of the subject for the purpose. */
  endAll(subject: string, purpose: string, db?: QueryExecutorProvider): Promise<void>;
}

interface LinkRow {
  readonly purpose: string;
  readonly subject: string;
  readonly data: LinkData;
  readonly expires_at: Date;
}

const prefix = 'lnk-';

/** The table is `(token_hash bytea primary key, purpose text, subject text, data jsonb, created_at, expires_at timestamptz)`. A spent link leaves the table. */
export function createLinkStore(options: { database: Database; table: string; clock: Clock }): LinkStore {
  const { clock } = options;
  const db = options.database.kysely<unknown>();
  const table = sql.table(options.table);
  const usable = (token: string, purpose: string) => sql`
    token_hash = ${sha256(token)} and purpose = ${purpose} and expires_at > ${clock.now()}`;
  const toLink = (row: LinkRow | undefined): OneTimeLink | null =>
    row ? { purpose: row.purpose, subject: row.subject, data: row.data, expiresAt: row.expires_at } : null;

  const endAll: LinkStore['endAll'] = async (subject, purpose, trx = db) => {
    await sql`delete from ${table} where subject = ${subject} and purpose = ${purpose}`.execute(trx);
  };

  return {
    endAll,
    async create({ purpose, subject, data = {}, lifetimeMs }, trx = db) {
      await endAll(subject, purpose, trx);
      const token = randomToken(prefix);
      const now = clock.now();
      await sql`delete from ${table} where expires_at <= ${now}`.execute(trx);
      await sql`insert into ${table} (token_hash, purpose, subject, data, created_at, expires_at)
        values (${sha256(token)}, ${purpose}, ${subject}, ${JSON.stringify(data)}::jsonb, ${now}, ${new Date(now.getTime() + lifetimeMs)})`.execute(trx);
      return token;
    },
    async peek(token, purpose) {
      const { rows } = await sql<LinkRow>`select purpose, subject, data, expires_at from ${table} where ${usable(token, purpose)}`.execute(db);
      return toLink(rows[0]);
    },
    async consume(token, purpose, trx) {
      const { rows } = await sql<LinkRow>`
        delete from ${table} where ${usable(token, purpose)} returning purpose, subject, data, expires_at`.execute(trx);
      return toLink(rows[0]);
    },
  };
}
