import { sql } from 'kysely';
import type { Clock } from '../clock/index.js';
import type { Database } from '../database/index.js';
import { TooManyRequests } from '../errors/index.js';
import { sha256 } from '../secret/index.js';

/** At most `limit` hits in each window of `windowMs`. */
export interface ThrottleLimit {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Throttle {
  /** Counts one hit; throws TooManyRequests when the key has used up its window. */
  hit(key: string, limit: ThrottleLimit): Promise<void>;
  /** Throws TooManyRequests when the key has used up its window; counts nothing. */
  check(key: string, limit: ThrottleLimit): Promise<void>;
  /** Forgets the key, for example after a success. */
  clear(key: string): Promise<void>;
}

interface ThrottleTable {
  readonly key_hash: Buffer;
  readonly window_start: Date;
  readonly hits: number;
}

const oldestWindowMs = 24 * 60 * 60 * 1000;
const sweepEvery = 1_000;

/**
 * Counts in the database, so that limits hold across instances and restarts. The table is
 * `(key_hash bytea, window_start timestamptz, hits int4, primary key (key_hash))`; keys are stored as hashes, and rows
 * of past days are deleted now and then.
 */
export function createThrottle(options: { database: Database; table: string; clock: Clock }): Throttle {
  const { clock } = options;
  const db = options.database.kysely<Record<string, ThrottleTable>>();
  const table = sql.table(options.table);
  let hitsSinceSweep = 0;

  const refuse = (row: ThrottleTable, { windowMs }: ThrottleLimit): never => {
    throw new TooManyRequests(Math.max(1, Math.ceil((row.window_start.getTime() + windowMs - clock.now().getTime()) / 1000)));
  };

  return {
    async hit(key, limit) {
      const now = clock.now();
      const windowOpened = new Date(now.getTime() - limit.windowMs);
      const { rows: [row] } = await sql<ThrottleTable>`
        insert into ${table} as t (key_hash, window_start, hits) values (${sha256(key)}, ${now}, 1)
        on conflict (key_hash) do update set
          hits = case when t.window_start <= ${windowOpened} then 1 else t.hits + 1 end,
          window_start = case when t.window_start <= ${windowOpened} then ${now} else t.window_start end
        returning window_start, hits`.execute(db);
      hitsSinceSweep += 1;
      if (hitsSinceSweep >= sweepEvery) {
        hitsSinceSweep = 0;
        await sql`delete from ${table} where window_start < ${new Date(now.getTime() - oldestWindowMs)}`.execute(db);
      }
      if (row && row.hits > limit.limit) refuse(row, limit);
    },
    async check(key, limit) {
      const windowOpened = new Date(clock.now().getTime() - limit.windowMs);
      const { rows: [row] } = await sql<ThrottleTable>`
        select window_start, hits from ${table} where key_hash = ${sha256(key)} and window_start > ${windowOpened}`.execute(db);
      if (row && row.hits >= limit.limit) refuse(row, limit);
    },
    async clear(key) {
      await sql`delete from ${table} where key_hash = ${sha256(key)}`.execute(db);
    },
  };
}
