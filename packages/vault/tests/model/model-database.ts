import { testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import { systemClock } from '@wayleave/platform/clock';
import { sql, type Kysely } from 'kysely';
import { settleHome } from '../../home/home-store.js';
import { vaultMigrations } from '../../index.js';
import type { VaultTables } from '../../tables.js';
import { admitKeys } from '../../token/admit-keys.js';
import { KeyRing } from '../../token/key-ring.js';
import { Canon, mirror, newKey, oldKey, sorted, type Rows, type Summary } from './rows.js';

/** Tables that only remember. They are emptied before each operation, and what it wrote there is looked at after it. */
const chronicles = ['audit_entry', 'audit_head', 'audit_window', 'outbox', 'issued_token'];

/** What an operation wrote into the chronicles. */
export interface Written {
  readonly actions: readonly string[];
  readonly events: readonly string[];
  readonly inUse: number;
  readonly waiting: number;
  readonly neverStored: number;
}

/** The number of the state before the first opt-in. */
export const emptyDatabase = 0;

/** A state of the database, and what an operation led to from there. */
export interface Outcome {
  readonly to: number;
  readonly out: unknown;
  readonly written: Written;
}

/**
 * A real database that can be put into any state it was in before. States are numbered; an operation is run once for each
 * state that it is tried in, and its outcome is remembered: equal rows and equal arguments lead to equal rows.
 */
export class ModelDatabase implements AsyncDisposable {
  readonly db: Kysely<VaultTables>;
  readonly keys = new KeyRing(newKey, oldKey);
  readonly #database: TestDatabase;
  readonly #canon = new Canon(this.keys);
  readonly #numbers = new Map<string, number>();
  readonly #states: { readonly rows: string; readonly summary: Summary }[] = [];
  readonly #outcomes = new Map<string, Outcome>();
  readonly #mirrored: number[] = [];
  #current = -1;

  private constructor(database: TestDatabase) {
    this.#database = database;
    this.db = database.kysely<VaultTables>();
  }

  static async open(kind: DatabaseKind): Promise<ModelDatabase> {
    const database = await testDatabase(kind, [vaultMigrations]);
    const model = new ModelDatabase(database);
    await model.#prepare();
    return model;
  }

  /** Where other connections reach it. Throws on PGlite. */
  get url(): string {
    if (this.#database.url === null) throw new Error('PGlite has one connection');
    return this.#database.url;
  }

  /** How many states of the database were seen, and how many operations were really run. */
  get sizes(): { states: number; operations: number } {
    return { states: this.#states.length, operations: this.#outcomes.size };
  }

  summary(state: number): Summary {
    const known = this.#states[state];
    if (!known) throw new Error(`no state ${state}`);
    return known.summary;
  }

  /** The outcome if the operation was run in this state before. */
  known(state: number, name: string): Outcome | undefined {
    return this.#outcomes.get(`${state} ${name}`);
  }

  /** Runs an operation in a state. What it gives must be plain data. */
  async run(state: number, name: string, operation: () => Promise<unknown>): Promise<Outcome> {
    if (this.#current !== state) await this.#restore(state);
    this.#current = -1;
    const out = await operation();
    const { number, written } = await this.#note();
    const outcome = { to: number, out, written };
    this.#outcomes.set(`${state} ${name}`, outcome);
    return outcome;
  }

  /** The state in which the two instances have changed places. */
  mirrored(state: number): number {
    const known = this.#mirrored[state];
    if (known !== undefined) return known;
    const rows = JSON.parse(mirror(this.#states[state]?.rows ?? '')) as Rows;
    const summary = () => JSON.parse(mirror(JSON.stringify(this.summary(state)))) as Summary;
    const number = this.#numberOf(JSON.stringify(sorted(rows)), summary);
    this.#mirrored[state] = number;
    this.#mirrored[number] = state;
    return number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }

  async #prepare(): Promise<void> {
    const run = (statement: string) => sql.raw(statement).execute(this.db);
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'vault' order by 1`.execute(this.db);
    const tables = rows.map(({ name }) => name);
    const kept = tables.filter((name) => !chronicles.includes(name));
    const quoted = (name: string) => `vault."${name}"`;
    const dumped = kept.map((name) => `'${name}', (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${quoted(name)} t)`);
    await run('alter table vault.audit_entry disable trigger audit_entry_stays');
    await run(`create function public.dump() returns jsonb language sql as $$ select jsonb_build_object(${dumped.join(', ')}) $$`);
    const emptied = tables.map((name) => `delete from ${quoted(name)};`);
    const filled = kept.map((name) => `insert into ${quoted(name)} overriding system value select * from jsonb_populate_recordset(null::${quoted(name)}, rows->'${name}');`);
    await run(`create function public.restore(rows jsonb) returns void language plpgsql as $$ begin ${emptied.join(' ')} ${filled.join(' ')}
      insert into vault.issued_token (company_id, application, generation, version, came_by, opted_in_by_id, opted_in_by_label, fingerprint, created_at, expires_at, fate)
        select company_id, application, generation, version, 'opt-in', 'm', 'm', '', issued_at, issued_at, 'in use' from vault.token_set
        union all select company_id, application, number, 0, 'opt-in', 'm', 'm', '', issued_at, issued_at, 'waiting' from vault.pending_consent; end $$`);
    await settleHome({ db: this.db, clock: systemClock, filesId: null });
    await admitKeys(this.db, new KeyRing(oldKey));
    await this.#note();
  }

  async #restore(state: number): Promise<void> {
    await sql`select public.restore(${this.#states[state]?.rows}::jsonb)`.execute(this.db);
  }

  async #note(): Promise<{ number: number; written: Written }> {
    const { rows: [seen] } = await sql<{ rows: Rows; written: Written }>`
      select public.dump() as rows, jsonb_build_object(
        'actions', (select coalesce(jsonb_agg(action order by seq), '[]') from vault.audit_entry),
        'events', (select coalesce(jsonb_agg(type order by id), '[]') from vault.outbox),
        'inUse', (select count(*) from vault.issued_token where fate = 'in use'),
        'waiting', (select count(*) from vault.issued_token where fate = 'waiting'),
        'neverStored', (select count(*) from vault.issued_token where fate = 'never stored')) as written`.execute(this.db);
    if (!seen) throw new Error('the database says nothing');
    const rows = JSON.stringify(this.#canon.rows(seen.rows));
    return { number: this.#numberOf(rows, () => this.#canon.summary(seen.rows)), written: seen.written };
  }

  #numberOf(rows: string, summary: () => Summary): number {
    const known = this.#numbers.get(rows);
    if (known !== undefined) return known;
    const number = this.#states.push({ rows, summary: summary() }) - 1;
    this.#numbers.set(rows, number);
    return number;
  }
}
