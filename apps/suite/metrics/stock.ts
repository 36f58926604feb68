import type { VaultStock } from '@wayleave/vault';
import { sql } from 'kysely';
import type { SuiteContext } from '../suite.js';
import { countUnsettled } from '../webhooks/delivery-store.js';

/** What lies in the database, of all companies together. */
export interface Stock {
  readonly vault: VaultStock;
  readonly deliveries: { readonly waiting: number; readonly dead: number };
  readonly mailsWaiting: number;
}

const longestStatementMs = 2_000;
/** Somewhat longer than a statement may take: a database that is gone gives no answer at all. */
const longestWaitMs = 3_000;
/** After a reading it rests so many times as long as that took. */
const restFactor = 20;

/**
 * Gives a function that reads the stock, or null when the database does not answer in time. However often and by how many it is
 * called, one connection is busy with it a twentieth of the time at most: in between it gives what was read last.
 */
export function stockReader(context: Pick<SuiteContext, 'database' | 'vault' | 'mailer' | 'logger'>): () => Promise<Stock | null> {
  let latest: Promise<Stock | null> = Promise.resolve(null);
  let isReading = false;
  let restUntilMs = 0;
  return () => {
    if (isReading || performance.now() < restUntilMs) return latest;
    isReading = true;
    const startMs = performance.now();
    const reading = readStock(context).catch((error: unknown) => {
      context.logger.warn({ err: error }, 'metrics: the database could not be read');
      return null;
    }).finally(() => {
      isReading = false;
      restUntilMs = performance.now() + restFactor * (performance.now() - startMs);
    });
    latest = Promise.race([reading, nothingAfter(longestWaitMs)]);
    return latest;
  };
}

async function readStock({ database, vault, mailer }: Pick<SuiteContext, 'database' | 'vault' | 'mailer'>): Promise<Stock> {
  return database.kysely<unknown>().transaction().setAccessMode('read only').execute(async (trx) => {
    await sql`select set_config('statement_timeout', ${String(longestStatementMs)}, true)`.execute(trx);
    return { vault: await vault.takeStock(trx), deliveries: await countUnsettled(trx), mailsWaiting: await mailer.countWaiting(trx) };
  });
}

function nothingAfter(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null).unref());
}
