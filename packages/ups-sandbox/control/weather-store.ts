import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import type { Endpoint, Fault, Weather } from './weather.js';

export interface WeatherStore {
  /** Adds weather behind what is due already. */
  order(weather: Weather): Promise<void>;
  /** Takes the next fault that is due at an endpoint, or null in fine weather. Each counts for one request. */
  take(endpoint: Endpoint): Promise<Fault | null>;
  /** Fine weather everywhere. */
  clear(): Promise<void>;
}

/** The table `upscom.weather`. */
export function createWeatherStore(database: Database): WeatherStore {
  const db = database.kysely<unknown>();
  return {
    async order({ endpoint, times, fault }) {
      await sql`delete from upscom.weather where remaining = 0`.execute(db);
      await sql`insert into upscom.weather (endpoint, remaining, fault) values (${endpoint}, ${times}, ${JSON.stringify(fault)}::jsonb)`.execute(db);
    },
    async take(endpoint) {
      const { rows } = await sql<{ fault: Fault }>`
        update upscom.weather set remaining = remaining - 1
        where remaining > 0 and id = (select id from upscom.weather where endpoint = ${endpoint} and remaining > 0 order by id limit 1)
        returning fault
      `.execute(db);
      return rows[0]?.fault ?? null;
    },
    async clear() {
      await sql`delete from upscom.weather`.execute(db);
    },
  };
}
