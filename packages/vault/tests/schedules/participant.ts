import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { VaultTables } from '../../tables.js';

/**
 * Statements that others can notice: they take locks, change what is decided on, or end a transaction. The others (reads
 * of a token set, what a page is shown, the audit, the outbox) go along with the one before.
 */
const noticeable = /"?vault"?\."?(grant|lease|redemption|opt_in)\b(?!" as "g" left join)|(delete from|update|insert into) "vault"\."(token_set|pending_consent)"|exclusive mode|^(commit|rollback)$/i;

/** One connection of its own to the database, that stops before each statement until it is let on. */
export class Participant implements AsyncDisposable {
  readonly db: Kysely<VaultTables>;
  isDone = true;
  /** Lets the statement go that it waits with, if it waits. */
  #gate: (() => void) | null = null;
  readonly #client: pg.Client;
  #backend = 0;
  #changed: () => void = () => {};

  private constructor(url: string) {
    this.#client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
    const query = async (text: string, values?: unknown[]) => {
      if (noticeable.test(text) && !this.isDone) await this.#wait();
      return this.#client.query(text, values);
    };
    const connection = { query, release: () => {} };
    const pool = { connect: async () => connection, end: async () => {} };
    this.db = new Kysely<VaultTables>({ dialect: new PostgresDialect({ pool: pool as never }) });
  }

  static async connect(url: string): Promise<Participant> {
    const participant = new Participant(url);
    await participant.#client.connect();
    const { rows } = await participant.#client.query<{ pid: number }>('select pg_backend_pid() as pid');
    participant.#backend = rows[0]?.pid ?? 0;
    return participant;
  }

  /** Begins `work`, which stops before its first statement. */
  begin<T>(work: () => Promise<T>): Promise<T> {
    this.isDone = false;
    return work().finally(() => {
      this.isDone = true;
      this.#changed();
    });
  }

  /** Resolves when it waits at a statement or is done; false when it waits for a lock of the other's. */
  async settled(observer: pg.Client, other: Participant): Promise<boolean> {
    while (this.#gate === null && !this.isDone) {
      const change = new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
      const look = observer.query<{ blocked: boolean }>('select $2 = any(pg_blocking_pids($1)) as blocked', [this.#backend, other.#backend]);
      const blocked = await Promise.race([change.then(() => false), look.then(({ rows }) => rows[0]?.blocked ?? false)]);
      await look;
      if (blocked) return false;
    }
    return true;
  }

  /** Lets the next statement go. */
  go(): void {
    const open = this.#gate;
    this.#gate = null;
    open?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }

  async #wait(): Promise<void> {
    await new Promise<void>((open) => {
      this.#gate = open;
      this.#changed();
    });
  }
}
