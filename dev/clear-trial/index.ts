import type { Database } from '@wayleave/platform/database';
import { companyId, type ClearOutcome, type Vault, type VaultSettings } from '@wayleave/vault';
import { sql } from 'kysely';
import { RecordingUps } from '../recording-ups/index.js';
import { admin, openBareVault, optInBare, VaultProcess } from '../vault-process/index.js';

export interface ClearTrialOptions {
  /** Of the instances: each entry is the address under which one of them reaches the database. */
  readonly databaseUrls: readonly string[];
  /** The same database, with the vault's tables, for the trial itself. */
  readonly database: Database;
  readonly companies: readonly string[];
  /** Of each instance. */
  readonly usesPerSecond: number;
  readonly settings?: Partial<VaultSettings>;
}

/** A Clear's answer, how long it took, and what had arrived and was stored when it came. */
interface Cleared {
  readonly token: string;
  readonly mark: number;
  readonly stored: number;
}

/** One answer in so many is stored. */
const storeEvery = 20;
const answerDelayMs = 10;

/**
 * Processes that use grants as fast as they are told to, a UPS that records what arrives, and a Clear now and then.
 * `breaches` says what arrived or was stored after the answer.
 */
export class ClearTrial implements AsyncDisposable {
  readonly instances: readonly VaultProcess[];
  /** The instance that opts in and clears, in this process. */
  readonly vault: Vault;
  readonly ups: RecordingUps;
  readonly #database: Database;
  readonly #cleared: Cleared[] = [];
  readonly #rounds = new Map<string, number>();

  private constructor(instances: readonly VaultProcess[], vault: Vault, ups: RecordingUps, database: Database) {
    this.instances = instances;
    this.vault = vault;
    this.ups = ups;
    this.#database = database;
  }

  static async start({ databaseUrls, database, companies, usesPerSecond, settings = {} }: ClearTrialOptions): Promise<ClearTrial> {
    await sql`create table public.kept (answer text not null, instance text not null)`.execute(database.kysely());
    await sql`create index on public.kept (answer)`.execute(database.kysely());
    const ups = await RecordingUps.start(answerDelayMs);
    const vault = await openBareVault(database, ups.url, settings);
    const instances = await Promise.all(databaseUrls.map((url) => VaultProcess.start(url, ups.url, settings)));
    await Promise.all(instances.map((instance) => instance.do('load', companies, usesPerSecond, storeEvery)));
    return new ClearTrial(instances, vault, ups, database);
  }

  /** A new consent, and its use by every instance that lives; resolves when so many calls of it have arrived. */
  async optIn(company: string, calls: number): Promise<void> {
    this.#rounds.set(company, (this.#rounds.get(company) ?? 0) + 1);
    await optInBare(this.vault, company, this.#code(company));
    await Promise.all(this.#living.map((instance) => instance.do('resume', company)));
    await this.ups.reached(this.#token(company), calls);
  }

  /** Clears what is there, and notes how things stood when the answer came. `by` is who is asked, else this process. */
  async clear(company: string, by?: VaultProcess): Promise<{ outcome: ClearOutcome; tookMs: number }> {
    const { generation } = await this.vault.grant(companyId(company), 'idm');
    const began = performance.now();
    const outcome = await (by?.do('clear', company, generation) ?? this.vault.clear({ company: companyId(company), application: 'idm', member: admin, generation }));
    const tookMs = performance.now() - began;
    await this.noteCleared(company);
    return { outcome, tookMs };
  }

  /** Notes that the company's grant counts as cleared from now on. */
  async noteCleared(company: string): Promise<void> {
    const token = this.#token(company);
    const [mark, stored] = await Promise.all([this.ups.mark(), this.#stored(token)]);
    this.#cleared.push({ token, mark, stored });
  }

  /** Looks at all that was cleared: what arrived or was stored under it afterwards. */
  async breaches(): Promise<string[]> {
    const arrivals = await this.ups.arrivals();
    const found: string[] = [];
    for (const { token, mark, stored } of this.#cleared) {
      const last = arrivals.get(token)?.last ?? 0;
      if (last > mark) found.push(`${token}: a call arrived at ${last}, after Clear had answered at ${mark}`);
      const now = await this.#stored(token);
      if (now !== stored) found.push(`${token}: ${stored} rows were stored when Clear answered, now there are ${now}`);
    }
    return found;
  }

  /** Uses that were answered so far, and errors other than that the grant had ended. */
  async loaded(): Promise<{ answered: number; failed: Record<string, number> }> {
    const failed: Record<string, number> = {};
    let answered = 0;
    for (const load of await Promise.all(this.#living.map((instance) => instance.do('loaded')))) {
      answered += load.answered;
      for (const [name, count] of Object.entries(load.failed)) failed[name] = (failed[name] ?? 0) + count;
    }
    return { answered, failed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.kill()));
    await this.vault.close();
    await this.ups[Symbol.asyncDispose]();
  }

  get #living(): readonly VaultProcess[] {
    return this.instances.filter(({ isGone }) => !isGone);
  }

  #code(company: string): string {
    return `${company}.${this.#rounds.get(company) ?? 0}`;
  }

  #token(company: string): string {
    return `access-${this.#code(company)}`;
  }

  async #stored(token: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int4 as count from public.kept where answer = ${JSON.stringify({ token })}`.execute(this.#database.kysely());
    return rows[0]?.count ?? 0;
  }
}
