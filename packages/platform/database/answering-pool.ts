import type { PostgresPool } from 'kysely';
import type pg from 'pg';

/** The database has not answered a statement in time; whether it was carried out is not known. */
export class DatabaseSilent extends Error {
  override readonly name = 'DatabaseSilent';

  constructor(ms: number) {
    super(`The database did not answer within ${ms} ms. Is the network between the two up?`);
  }
}

/**
 * A pool in which a statement that is not answered within `ms` fails and its connection is given up. A network that loses
 * a connection tells neither side; the kernel goes on trying for a quarter of an hour.
 */
export function answeringPool(pool: pg.Pool, ms: number): PostgresPool {
  const connect = async () => {
    const client = await pool.connect();
    let silent: DatabaseSilent | undefined;
    const query = async (text: string, values?: unknown[]) => {
      if (silent) throw silent;
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject((silent = new DatabaseSilent(ms))), ms);
      });
      const answer = client.query(text, values);
      answer.catch(() => undefined);
      try {
        return await Promise.race([answer, silence]);
      } finally {
        clearTimeout(timer);
      }
    };
    return { query, release: () => client.release(silent) };
  };
  // Kysely uses no more of a pool than this; its types want pg's own overloads.
  return { connect, end: () => pool.end() } as unknown as PostgresPool;
}
