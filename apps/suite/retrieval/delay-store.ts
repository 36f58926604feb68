import { slowedCalls } from '@wayleave/ups-api';
import type { ApplicationId, GrantKey } from '@wayleave/vault';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { turnAt, type CallsPerMinute } from './call-budget.js';
import { findBudget } from './call-budget-store.js';
import { isShort, type Delay, type StopReason } from './delay.js';

/** Whether a company in `suite.following` is due and nobody has claimed it. */
export function isInLine(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(due_at <= ${now} and (claimed_until is null or claimed_until <= ${now}))`;
}

/** Why packages of `company` that are due are not being asked for, or null. */
export async function findDelay(
  db: QueryExecutorProvider, grant: GrantKey, { now, perMinute }: { now: Date; perMinute: CallsPerMinute },
): Promise<Delay | null> {
  const { rows: [row] } = await sql<{ delay: StopReason | 'grant-budget' | null; delayed_since: Date; due_at: Date; in_line: boolean }>`
    select delay, delayed_since, due_at, ${isInLine(now)} as in_line from suite.following
    where company_id = ${grant.company} and application = ${grant.application} and due_at is not null`.execute(db);
  if (!row) return null;
  const { delay, delayed_since: since, due_at: dueAt, in_line: inLine } = row;
  if (inLine && delay !== 'no-grant') {
    const budget = await findBudget(db, grant.application);
    if (isShort(budget.shortAt, now)) {
      const [waiting, ahead] = await Promise.all([countDue(db, grant, now), countAhead(db, grant.application, { dueAt, now })]);
      const callsPerMinute = slowedCalls(perMinute.application, budget, now.getTime());
      return { reason: 'application-budget', since: dueAt, waiting, callsPerMinute, goesOnAt: turnAt(budget, ahead, now.getTime(), perMinute) };
    }
  }
  if (delay === 'grant-budget') {
    return { reason: delay, since, waiting: await countDue(db, grant, now), callsPerMinute: perMinute.grant, goesOnAt: dueAt > now ? dueAt : null };
  }
  return delay === null ? null : { reason: delay, since };
}

async function countDue(db: QueryExecutorProvider, { company, application }: GrantKey, now: Date): Promise<number> {
  const { rows: [row] } = await sql<{ due: number }>`
    select count(*)::int4 as due from suite.followed_package
    where company_id = ${company} and application = ${application} and due_at <= ${now}`.execute(db);
  return row?.due ?? 0;
}

/** How many companies stand in the application's line before one that is due since `dueAt`. */
async function countAhead(db: QueryExecutorProvider, application: ApplicationId, { dueAt, now }: { dueAt: Date; now: Date }): Promise<number> {
  const { rows: [row] } = await sql<{ ahead: number }>`
    select count(*)::int4 as ahead from suite.following where application = ${application} and due_at < ${dueAt} and ${isInLine(now)}`.execute(db);
  return row?.ahead ?? 0;
}
