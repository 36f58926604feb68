import { companyId, type ApplicationId, type GrantKey } from '@wayleave/vault';
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import { drawPortions, portionCalls, portionMs, type CallsPerMinute } from './call-budget.js';
import { lockBudget, writeDraw } from './call-budget-store.js';
import { isShort, type StopReason } from './delay.js';
import { isInLine } from './delay-store.js';
import { notifyFollowed, notifyWaiting } from './followed-package-store.js';

/** A worker's right to ask for one company's due packages until `until`. */
export interface Claim extends GrantKey {
  readonly id: string;
  readonly version: string;
  readonly until: Date;
  /** For so many of them, each begun before `callsEnd`: what was drawn from the budgets, and is lost when it is not used. */
  readonly calls: number;
  readonly callsEnd: Date;
  /** When the grant's own budget has its next portion. */
  readonly nextPortionAt: Date;
}

export interface ClaimLimits {
  readonly now: Date;
  /** Companies at most. */
  readonly limit: number;
  /** A claim ends by itself after so long. */
  readonly claimMs: number;
  readonly perMinute: CallsPerMinute;
}

/**
 * Claims companies of one application whose packages are due, the longest waiting first, and draws for each from its
 * grant's budget and from the application's. Where that falls short, the rest keep their places in the line. The line is
 * served by one process at a time.
 */
export async function claimDue(db: Kysely<unknown>, application: ApplicationId, limits: ClaimLimits): Promise<Claim[]> {
  const { now } = limits;
  const { rows } = await sql`select 1 from suite.following where application = ${application} and ${isInLine(now)} limit 1`.execute(db);
  if (rows.length === 0) return [];
  return db.transaction().execute((trx) => claimInLine(trx, application, limits));
}

async function claimInLine(trx: QueryExecutorProvider, application: ApplicationId, { now, limit, claimMs, perMinute }: ClaimLimits): Promise<Claim[]> {
  const budget = await lockBudget(trx, application);
  const { rows } = await sql<{ company_id: string; version: string; used_up_to: number; delay: string | null; due: number }>`
    select company_id, version, used_up_to, delay,
      (select count(*)::int4 from (
        select 1 from suite.followed_package package
        where package.company_id = following.company_id and package.application = following.application and package.due_at <= ${now}
        limit ${portionCalls}) due) as due
    from suite.following where application = ${application} and ${isInLine(now)}
    order by due_at, company_id limit ${limit} for update skip locked`.execute(trx);
  const wishes = rows.map((row) => ({ due: row.due, usedUpTo: row.used_up_to, withoutGrant: row.delay === 'no-grant' }));
  const draw = drawPortions(budget, wishes, now.getTime(), perMinute);
  const claim = { id: randomUUID(), application, until: new Date(now.getTime() + claimMs), callsEnd: new Date(now.getTime() + portionMs) };
  const taken = rows.flatMap((row, place) => {
    const portion = draw.portions[place];
    return portion?.taken ? [{ row, portion }] : [];
  });
  await sql`
    update suite.following set claim = ${claim.id}, claimed_until = ${claim.until}, used_up_to = drawn.used_up_to
    from unnest(${taken.map(({ row }) => row.company_id)}::text[], ${taken.map(({ portion }) => portion.usedUpTo)}::float8[]) as drawn (company_id, used_up_to)
    where following.company_id = drawn.company_id and application = ${application}`.execute(trx);
  await writeDraw(trx, application, draw, now);
  if (draw.short && !isShort(budget.shortAt, now)) await notifyWaiting(trx, application, now);
  return taken.map(({ row, portion }) => ({
    ...claim, company: companyId(row.company_id), version: row.version, calls: portion.calls, nextPortionAt: portion.nextAt,
  }));
}

/** The numbers of a claimed company that are due, the longest waiting first: as many as calls were drawn for. */
export async function dueNumbers(db: QueryExecutorProvider, { company, application, calls }: Claim, now: Date): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`
    select number from suite.followed_package
    where company_id = ${company} and application = ${application} and due_at <= ${now}
    order by due_at, number limit ${calls}`.execute(db);
  return rows.map((row) => row.number);
}

/**
 * Gives a claim back. The company is due again when its next package is, but not before `notBefore`, nor before its
 * grant's budget has a portion; it then stands behind those that are due already. At once when packages were added
 * meanwhile, or when it opted in anew while the run was ending for want of a grant. Does nothing when the claim ended and
 * somebody else took over. Gives whether the company waits, for `delay` or for its budget.
 */
export async function giveBack(
  db: QueryExecutorProvider,
  { id, company, application, version, nextPortionAt }: Claim,
  { now, notBefore, delay }: { now: Date; notBefore: Date; delay: StopReason | null },
): Promise<boolean> {
  const isGrown = sql`version <> ${version}`;
  const isOvertaken = sql`(${isGrown} and ${delay}::text = 'no-grant')`;
  const isUsedUp = sql`(${nextPortionAt}::timestamptz > ${now}::timestamptz and (next.due_at <= ${now} or ${isGrown}))`;
  const reason = sql`case when ${isOvertaken} then null when ${delay}::text is not null then ${delay}::text when ${isUsedUp} then 'grant-budget' end`;
  const earliest = sql`greatest(${notBefore}::timestamptz, ${nextPortionAt}::timestamptz)`;
  const { rows: [row] } = await sql<{ delay: string | null }>`
    update suite.following
    set claim = null, claimed_until = null, delay = ${reason},
      delayed_since = case when ${reason} is null then null when delay = ${reason} then delayed_since else ${now} end,
      due_at = case when ${isOvertaken} then ${now} when ${isGrown} then greatest(${now}, ${earliest})
        when next.due_at is not null then greatest(next.due_at, ${earliest}) end
    from (select min(due_at) as due_at from suite.followed_package where company_id = ${company} and application = ${application}) next
    where company_id = ${company} and application = ${application} and claim = ${id}
    returning delay`.execute(db);
  return (row?.delay ?? null) !== null;
}

/** Makes everything that a company follows under `application` due now, as after an opt-in. Run it in a transaction. */
export async function resumeFollowing(trx: QueryExecutorProvider, { company, application }: GrantKey, now: Date): Promise<void> {
  const { rows } = await sql`
    update suite.following set due_at = ${now}, version = version + 1, delay = null, delayed_since = null
    where company_id = ${company} and application = ${application} and due_at is not null returning company_id`.execute(trx);
  if (rows.length === 0) return;
  await sql`
    update suite.followed_package set due_at = least(due_at, ${now})
    where company_id = ${company} and application = ${application}`.execute(trx);
  await notifyFollowed(trx, { company, application });
}
