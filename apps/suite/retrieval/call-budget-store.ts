import { slowDown } from '@wayleave/ups-api';
import type { ApplicationId } from '@wayleave/vault';
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely';
import type { CallBudget, Draw } from './call-budget.js';

/** An application's budget with when it last fell short of what the companies in line wanted; null when it did not the last time. */
export interface StoredBudget extends CallBudget {
  readonly shortAt: Date | null;
}

/** Locks an application's budget until the transaction ends: who draws from it does so one after another, in all processes. */
export async function lockBudget(trx: QueryExecutorProvider, application: ApplicationId): Promise<StoredBudget> {
  const { rows: [row] } = await sql<BudgetRow>`
    select used_up_to, halvings, slowed_at, short_at from suite.call_budget where application = ${application} for update`.execute(trx);
  return toBudget(row);
}

export async function findBudget(db: QueryExecutorProvider, application: ApplicationId): Promise<StoredBudget> {
  const { rows: [row] } = await sql<BudgetRow>`
    select used_up_to, halvings, slowed_at, short_at from suite.call_budget where application = ${application}`.execute(db);
  return toBudget(row);
}

/** Writes what a draw left. The budget is locked by `trx`. */
export async function writeDraw(trx: QueryExecutorProvider, application: ApplicationId, { usedUpTo, short }: Draw, now: Date): Promise<void> {
  await sql`
    update suite.call_budget set used_up_to = ${usedUpTo}, short_at = ${short ? now : null}
    where application = ${application}`.execute(trx);
}

/** Notes for all processes that UPS asked an application for fewer calls. */
export async function slowApplication(db: Kysely<unknown>, application: ApplicationId, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { halvings, slowedAt } = slowDown(await lockBudget(trx, application), now.getTime());
    await sql`update suite.call_budget set halvings = ${halvings}, slowed_at = ${slowedAt} where application = ${application}`.execute(trx);
  });
}

interface BudgetRow {
  readonly used_up_to: number;
  readonly halvings: number;
  readonly slowed_at: number;
  readonly short_at: Date | null;
}

function toBudget(row: BudgetRow | undefined): StoredBudget {
  if (!row) throw new Error('An application has no budget: is the database migrated?');
  return { usedUpTo: row.used_up_to, halvings: row.halvings, slowedAt: row.slowed_at, shortAt: row.short_at };
}
