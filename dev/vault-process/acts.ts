import type { ClearOutcome, RefreshOutcome } from '@wayleave/vault';

/** What a vault in a process of its own can be told to do. `company` stands for its grant of application `idm`. */
export interface Acts {
  /** Uses the grants of these companies in turn, this often a second altogether, and stores one answer in `storeEvery`. */
  load(companies: readonly string[], usesPerSecond: number, storeEvery: number): Promise<void>;
  /** Goes on with a company whose grant had ended. */
  resume(company: string): Promise<void>;
  /** What the load came to so far: answered, ended with the grant, failed in other ways (by the name of the error). */
  loaded(): Promise<{ answered: number; ended: number; failed: Record<string, number> }>;
  /** Does a worker's tick again and again, with this pause in between. */
  maintain(pauseMs: number): Promise<void>;
  /** One call; gives UPS's status. */
  use(company: string): Promise<number>;
  refresh(company: string): Promise<RefreshOutcome>;
  clear(company: string, generation: number): Promise<ClearOutcome>;
}

export type Act = keyof Acts;

/** One act to do, as it goes to the process. */
export interface Order {
  readonly number: number;
  readonly act: Act;
  readonly values: readonly unknown[];
}

/** What came of it, as it comes back. */
export type Report =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly error: string };
