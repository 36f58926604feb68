import { Kysely, PostgresDialect, sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { answeringPool } from './answering-pool.js';
import { checkChannel, type Database } from './database.js';

const reconnectAfterMs = 1_000;
/** A listener sends nothing: that its connection is lost shows only in the answers that the kernel asks for. */
const keepAliveAfterMs = 10_000;
/** A database that is gone does not say goodbye. */
const goodbyeMs = 1_000;

export interface PostgresOptions {
  /** The pool's size; 10 by default. */
  readonly max?: number | undefined;
  /** The server ends a transaction in which nothing happens for so long (4 s): a process that stopped, or whom the network lost, gives up its locks. */
  readonly idleInTransactionMs?: number | undefined;
  /**
   * A statement that is not answered for so long (30 s) fails with DatabaseSilent, and the server lets none wait longer for a lock:
   * it would wait on with a connection that nobody reads from any more. Null waits for ever.
   */
  readonly answerWithinMs?: number | null | undefined;
}

/** Opens a pool on PostgreSQL 15 or newer. Rejects when no server answers. */
export async function openPostgres(url: string, { max = 10, idleInTransactionMs = 4_000, answerWithinMs = 30_000 }: PostgresOptions = {}): Promise<Database> {
  const options = `-c timezone=UTC -c idle_in_transaction_session_timeout=${idleInTransactionMs} -c lock_timeout=${answerWithinMs ?? 0}`;
  const pool = new pg.Pool({ connectionString: url, max, options, connectionTimeoutMillis: 10_000 });
  // A connection that dies is replaced at the next query, and who was using it learns of it by theirs; without these
  // listeners, for connections that wait and for those in use, its error would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: answerWithinMs === null ? pool : answeringPool(pool, answerWithinMs) }) });
  const listener = new Listener(url);
  const ping = async () => {
    await sql`select 1`.execute(kysely);
  };
  try {
    await ping();
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  return {
    kind: 'postgres',
    filesId: null,
    kysely: <T>() => kysely as unknown as Kysely<T>,
    listen: (channel, onPayload) => listener.add(checkChannel(channel), onPayload),
    ping,
    async close() {
      await listener.close();
      await kysely.destroy();
    },
  };
}

/** One connection that holds every LISTEN of this process, reopened when it breaks. */
class Listener {
  readonly #url: string;
  readonly #handlers = new Map<string, Set<(payload: string) => void>>();
  readonly #closing = new AbortController();
  #opening: Promise<pg.Client> | undefined;
  #open: pg.Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async add(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers.add(onPayload));
    const client = await (this.#opening ??= this.#connectFirst());
    // A connection that broke is replaced by one that listens to every channel.
    await client.query(`listen ${channel}`).catch(() => this.#replace(client));
    return async () => {
      handlers.delete(onPayload);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The database is closed.'));
    const client = await this.#opening?.catch(() => undefined);
    if (client) await Promise.race([client.end(), delay(goodbyeMs, undefined, { ref: false })]);
  }

  async #connectFirst(): Promise<pg.Client> {
    try {
      return await this.#connect();
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true, keepAliveInitialDelayMillis: keepAliveAfterMs });
    client.on('error', () => undefined);
    client.on('end', () => this.#replace(client));
    client.on('notification', ({ channel, payload }) => {
      for (const handler of this.#handlers.get(channel) ?? []) handler(payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.#handlers.keys()) await client.query(`listen ${channel}`);
    } catch (error) {
      void client.end();
      throw error;
    }
    this.#open = client;
    return client;
  }

  /** The connection that comes after `broken`; opened once, whoever notices first. */
  #replace(broken: pg.Client): Promise<pg.Client> | undefined {
    if (this.#open === broken) {
      this.#open = undefined;
      this.#opening = this.#reconnect();
      this.#opening.catch(() => undefined);
    }
    return this.#opening;
  }

  async #reconnect(): Promise<pg.Client> {
    for (;;) {
      await delay(reconnectAfterMs, undefined, { ref: false, signal: this.#closing.signal });
      try {
        return await this.#connect();
      } catch {
        // Tried again until it answers or is closed.
      }
    }
  }
}
