import { sql } from 'kysely';
import { createBatch } from '../batch/index.js';
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

interface Hit {
  readonly key: string;
  readonly windowMs: number;
}

const mostAtOnce = 128;
const oldestWindowMs = 24 * 60 * 60 * 1000;
const sweepEvery = 1_000;
/** Clocks of instances differ, and a hit can be written after a later one; a start further ahead is of a clock that was set back. */
const clocksDifferMs = 60_000;

/** The form in which a key is stored. */
export function keyHash(key: string): Buffer {
  return sha256(key);
}

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

  async function count({ key, windowMs }: Hit, times: number): Promise<ThrottleTable | undefined> {
    const now = clock.now();
    const { opened, ahead } = boundsAt(now, windowMs);
    const isOver = sql<boolean>`t.window_start <= ${opened} or t.window_start > ${ahead}`;
    const { rows: [row] } = await sql<ThrottleTable>`
      insert into ${table} as t (key_hash, window_start, hits) values (${keyHash(key)}, ${now}, ${times})
      on conflict (key_hash) do update set
        hits = case when ${isOver} then excluded.hits else t.hits + excluded.hits end,
        window_start = case when ${isOver} then excluded.window_start else t.window_start end
      returning window_start, hits`.execute(db);
    return row;
  }

  async function find({ key, windowMs }: Hit): Promise<ThrottleTable | undefined> {
    const { opened, ahead } = boundsAt(clock.now(), windowMs);
    const { rows: [row] } = await sql<ThrottleTable>`
      select window_start, hits from ${table} where key_hash = ${keyHash(key)} and window_start > ${opened} and window_start <= ${ahead}`.execute(db);
    return row;
  }

  // Many hits on one key at one moment are one statement, so that they do not queue for the key's row.
  const counted = createBatch<Hit, ThrottleTable | undefined>({
    most: mostAtOnce,
    work: (hits) => together(hits, async (hit, times) => {
      const row = await count(hit, times);
      // Each learns the number that it would have had if they had come one by one.
      return (nth) => row && { ...row, hits: row.hits - times + nth };
    }),
  });
  const found = createBatch<Hit, ThrottleTable | undefined>({
    most: mostAtOnce,
    work: (hits) => together(hits, async (hit) => {
      const row = await find(hit);
      return () => row;
    }),
  });

  return {
    async hit(key, limit) {
      const row = await counted({ key, windowMs: limit.windowMs });
      hitsSinceSweep += 1;
      if (hitsSinceSweep >= sweepEvery) {
        hitsSinceSweep = 0;
        await sql`delete from ${table} where window_start < ${new Date(clock.now().getTime() - oldestWindowMs)}`.execute(db);
      }
      if (row && row.hits > limit.limit) refuse(row, limit);
    },
    async check(key, limit) {
      const row = await found({ key, windowMs: limit.windowMs });
      if (row && row.hits >= limit.limit) refuse(row, limit);
    },
    async clear(key) {
      await sql`delete from ${table} where key_hash = ${keyHash(key)}`.execute(db);
    },
  };
}

/** A window counts at an instant if it began after `opened`, and not after `ahead`. */
function boundsAt(now: Date, windowMs: number): { opened: Date; ahead: Date } {
  return { opened: new Date(now.getTime() - windowMs), ahead: new Date(now.getTime() + clocksDifferMs) };
}

/** Does `work` once for all equal hits and gives each its result; `nth` counts from 1 in the order of the hits. */
async function together<Result>(hits: readonly Hit[], work: (hit: Hit, times: number) => Promise<(nth: number) => Result>): Promise<Result[]> {
  const groups = new Map<string, { hit: Hit; indexes: number[] }>();
  for (const [index, hit] of hits.entries()) {
    const name = `${hit.windowMs} ${hit.key}`;
    const group = groups.get(name) ?? { hit, indexes: [] };
    group.indexes.push(index);
    groups.set(name, group);
  }
  const results = new Array<Result>(hits.length);
  await Promise.all([...groups.values()].map(async ({ hit, indexes }) => {
    const resultOf = await work(hit, indexes.length);
    indexes.forEach((index, before) => { results[index] = resultOf(before + 1); });
  }));
  return results;
}
