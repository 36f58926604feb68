import { applicationIds, companyId, GrantEnded, NeedsOptIn, NotOptedIn, type Vault } from '@wayleave/vault';
import { sql } from 'kysely';

const tickMs = 10;
const mostAtOnce = 64;
const [application] = applicationIds;

/** Uses grants at a steady rate. A grant that ended is left alone until `resume`. */
export class Load {
  answered = 0;
  ended = 0;
  readonly failed: Record<string, number> = {};
  readonly #vault: Vault;
  readonly #instance: string;
  readonly #resting = new Set<string>();
  /** How often each company was resumed: what began before that says nothing about what is there since. */
  readonly #resumed = new Map<string, number>();
  #running = 0;
  #turn = 0;

  constructor(vault: Vault, instance: string) {
    this.#vault = vault;
    this.#instance = instance;
  }

  start(companies: readonly string[], usesPerSecond: number, storeEvery: number): void {
    const began = performance.now();
    let begun = 0;
    setInterval(() => {
      // What could not be begun in time is left out, or a process that was stopped would make up for all of it at once.
      const due = Math.floor(((performance.now() - began) * usesPerSecond) / 1_000);
      const now = Math.min(due - begun, mostAtOnce - this.#running);
      begun = due;
      for (let use = 0; use < now; use += 1) this.#next(companies, storeEvery);
    }, tickMs);
  }

  resume(company: string): void {
    this.#resting.delete(company);
    this.#resumed.set(company, this.#timesResumed(company) + 1);
  }

  #next(companies: readonly string[], storeEvery: number): void {
    this.#turn += 1;
    const company = companies[this.#turn % companies.length];
    if (company === undefined || this.#resting.has(company)) return;
    this.#running += 1;
    void this.#use(company, this.#turn % storeEvery === 0).finally(() => {
      this.#running -= 1;
    });
  }

  #timesResumed(company: string): number {
    return this.#resumed.get(company) ?? 0;
  }

  async #use(company: string, isStored: boolean): Promise<void> {
    const resumed = this.#timesResumed(company);
    try {
      await this.#vault.use({ company: companyId(company), application }, 'load', async ({ call, store }) => {
        const { body } = await call({ method: 'GET', path: '/api/track/v1/details/1Z0', headers: { transactionSrc: this.#instance } });
        if (isStored) await store((trx) => sql`insert into public.kept (answer, instance) values (${body}, ${this.#instance})`.execute(trx));
      });
      this.answered += 1;
    } catch (error) {
      if (error instanceof GrantEnded || error instanceof NotOptedIn || error instanceof NeedsOptIn) {
        this.ended += 1;
        if (resumed === this.#timesResumed(company)) this.#resting.add(company);
      } else {
        const name = error instanceof Error ? error.name : 'unknown';
        this.failed[name] = (this.failed[name] ?? 0) + 1;
      }
    }
  }
}
