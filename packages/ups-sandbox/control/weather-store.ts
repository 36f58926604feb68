import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { seededRandom, seedOf } from '../world/random.js';
import type { Fault } from './fault.js';
import type { Endpoint, Weather } from './weather.js';

/** Where a call arrived and whose it is, as far as known before it is handled. */
export interface StruckCall {
  readonly endpoint: Endpoint;
  readonly clientId: string | null;
  readonly grant: string | null;
}

/** Weather as ordered, and what is left of it. */
export interface WeatherNow extends Omit<Weather, 'lastsMs' | 'times'> {
  readonly id: string;
  readonly remaining: number | null;
  readonly endsAt: Date | null;
}

export interface WeatherStore {
  /** Adds weather behind what is due already. */
  order(weather: Weather): Promise<void>;
  /** Whether any weather asks whose a call of this endpoint is. */
  asksWhose(endpoint: Endpoint): boolean;
  /** Takes the fault that a call meets, or null in fine weather. The oldest weather that strikes counts it. */
  take(call: StruckCall): Promise<Fault | null>;
  /** What is due, oldest first. */
  list(): Promise<WeatherNow[]>;
  /** Fine weather everywhere. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly endpoint: Endpoint | null;
  readonly application: string | null;
  readonly grant_id: string | null;
  readonly share: number;
  readonly seed: number;
  readonly remaining: number | null;
  readonly jitter_ms: number;
  readonly ends_at: Date | null;
  readonly fault: Fault;
}

const channel = 'upscom_weather';

/**
 * The table `upscom.weather`. In fine weather no call asks the database: an order acts at once in this process, and in
 * others on the same database as soon as they are notified.
 */
export async function openWeather(database: Database): Promise<WeatherStore> {
  const db = database.kysely<unknown>();
  let due = await read();

  const stopListening = await database.listen(channel, () => {
    read().then((fresh) => {
      due = fresh;
    }, () => undefined);
  });

  async function read(): Promise<Row[]> {
    const { rows } = await sql<Row>`
      select id, endpoint, application, grant_id, share, seed, remaining, jitter_ms, ends_at, fault from upscom.weather
      where (remaining is null or remaining > 0) and (ends_at is null or ends_at > ${new Date()}) order by id
    `.execute(db);
    return rows;
  }

  async function announce(): Promise<void> {
    await sql`select pg_notify(${channel}, '')`.execute(db);
    due = await read();
  }

  const fits = (row: Row, { endpoint, clientId, grant }: StruckCall) => (row.endpoint ?? endpoint) === endpoint
    && (row.application ?? clientId) === clientId && (row.grant_id ?? grant) === grant && (row.ends_at === null || row.ends_at > new Date());

  /** The fault with its jitter when this weather strikes the call; null when it does not, or is used up. */
  async function strike(row: Row): Promise<Fault | null> {
    if (row.share === 1 && row.jitter_ms === 0) return await countDown(row) ? row.fault : null;
    const { rows: [asked] } = await sql<{ asked: number }>`
      update upscom.weather set asked = asked + 1 where id = ${row.id} returning asked
    `.execute(db);
    if (!asked) return null;
    const random = seededRandom(seedOf('weather', row.seed, asked.asked));
    if (!random.chance(row.share * 1_000) || !await countDown(row)) return null;
    return { ...row.fault, latencyMs: row.fault.latencyMs + random.integer(0, row.jitter_ms) };
  }

  async function countDown(row: Row): Promise<boolean> {
    if (row.remaining === null) return true;
    const { rows } = await sql`
      update upscom.weather set remaining = remaining - 1 where id = ${row.id} and remaining > 0 returning id
    `.execute(db);
    if (rows.length === 0) due = due.filter(({ id }) => id !== row.id);
    return rows.length > 0;
  }

  return {
    async order({ endpoint, application, grant, share, seed, times, lastsMs, jitterMs, fault }) {
      const now = new Date();
      await sql`delete from upscom.weather where remaining = 0 or ends_at <= ${now}`.execute(db);
      await sql`
        insert into upscom.weather (endpoint, application, grant_id, share, seed, remaining, jitter_ms, ends_at, fault)
        values (${endpoint}, ${application}, ${grant}, ${share}, ${seed}, ${times}, ${jitterMs},
          ${lastsMs === null ? null : new Date(now.getTime() + lastsMs)}, ${JSON.stringify(fault)}::jsonb)
      `.execute(db);
      await announce();
    },
    asksWhose: (endpoint) => due.some((row) => (row.endpoint ?? endpoint) === endpoint && (row.application !== null || row.grant_id !== null)),
    async take(call) {
      for (const row of due) {
        const fault = fits(row, call) ? await strike(row) : null;
        if (fault) return fault;
      }
      return null;
    },
    async list() {
      return (await read()).map(({ id, endpoint, application, grant_id, share, seed, remaining, jitter_ms, ends_at, fault }) => ({
        id, endpoint, application, grant: grant_id, share, seed, remaining, jitterMs: jitter_ms, endsAt: ends_at, fault,
      }));
    },
    async clear() {
      await sql`delete from upscom.weather`.execute(db);
      await announce();
    },
    close: stopListening,
  };
}
