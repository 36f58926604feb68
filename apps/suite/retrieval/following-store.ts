import { companyId, type ApplicationId, type GrantKey } from '@wayleave/vault';
import { sql, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import { notifyFollowed } from './followed-package-store.js';

/** A worker's right to ask for one company's due packages until `until`. */
export interface Claim extends GrantKey {
  readonly id: string;
  readonly version: string;
  readonly until: Date;
}

/** What made a run stop early, and since when runs stop early for it. */
export interface Delay {
  readonly reason: string;
  readonly since: Date;
}

/**
 * Claims up to `limit` companies whose packages are due, the longest waiting first, but none of an application that is
 * `resting`. A claim ends by itself after `claimMs`.
 */
export async function claimDue(
  db: QueryExecutorProvider, { now, limit, claimMs, resting = [] }: { now: Date; limit: number; claimMs: number; resting?: readonly string[] },
): Promise<Claim[]> {
  const id = randomUUID();
  const until = new Date(now.getTime() + claimMs);
  const { rows } = await sql<{ company_id: string; application: ApplicationId; version: string }>`
    update suite.following set claim = ${id}, claimed_until = ${until}
    where (company_id, application) in (
      select company_id, application from suite.following
      where due_at <= ${now} and (claimed_until is null or claimed_until <= ${now}) and application <> all(${resting}::text[])
      order by due_at limit ${limit} for update skip locked)
    returning company_id, application, version`.execute(db);
  return rows.map((row) => ({ id, until, company: companyId(row.company_id), application: row.application, version: row.version }));
}

/** The numbers of a claimed company that are due, the longest waiting first. */
export async function dueNumbers(db: QueryExecutorProvider, { company, application }: GrantKey, { now, limit }: { now: Date; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`
    select number from suite.followed_package
    where company_id = ${company} and application = ${application} and due_at <= ${now}
    order by due_at, number limit ${limit}`.execute(db);
  return rows.map((row) => row.number);
}

/**
 * Gives a claim back. The company is due again when its next package is, but not before `notBefore`; at once when
 * packages were added meanwhile, or when it opted in anew while the run was ending for want of a grant. Does nothing when
 * the claim ended and somebody else took over.
 */
export async function giveBack(
  db: QueryExecutorProvider,
  { id, company, application, version }: Claim,
  { now, notBefore, delay }: { now: Date; notBefore: Date; delay: string | null },
): Promise<void> {
  const isOvertaken = sql`(version <> ${version} and ${delay}::text = 'no-grant')`;
  await sql`
    update suite.following
    set claim = null, claimed_until = null,
      delayed_since = case when ${delay}::text is null or ${isOvertaken} then null when delay = ${delay} then delayed_since else ${now} end,
      delay = case when ${isOvertaken} then null else ${delay}::text end,
      due_at = case when ${isOvertaken} then ${now} when version <> ${version} then greatest(${now}, ${notBefore}::timestamptz) else (
        select greatest(min(package.due_at), ${notBefore}) from suite.followed_package package
        where package.company_id = ${company} and package.application = ${application} having count(*) > 0) end
    where company_id = ${company} and application = ${application} and claim = ${id}`.execute(db);
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

/** Why the packages of `company` are not being asked for, or null. */
export async function findDelay(db: QueryExecutorProvider, { company, application }: GrantKey): Promise<Delay | null> {
  const { rows: [row] } = await sql<{ delay: string | null; delayed_since: Date | null }>`
    select delay, delayed_since from suite.following where company_id = ${company} and application = ${application}`.execute(db);
  return row?.delay && row.delayed_since ? { reason: row.delay, since: row.delayed_since } : null;
}
