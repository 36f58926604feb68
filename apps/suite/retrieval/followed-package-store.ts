import type { ApplicationId, GrantKey } from '@wayleave/vault';
import { sql, type QueryExecutorProvider } from 'kysely';
import { failureKind, type FailureKind, type FollowedPackage, type LatestState } from './followed-package.js';

/** How far the first look at the followed packages has come, and when any of them was last answered. */
export interface FollowCounts {
  readonly total: number;
  readonly toGo: number;
  readonly lastAnswerAt: Date | null;
}

/** Database channel on which each change of a company's followed packages is told; the payload is `application|company`. */
export const followedChannel = 'suite_followed';

/** Tells open pages, once the transaction commits, that the packages of `company` changed. */
export async function notifyFollowed(db: QueryExecutorProvider, { company, application }: GrantKey): Promise<void> {
  await sql`select pg_notify(${followedChannel}, ${`${application}|${company}`})`.execute(db);
}

/** Tells the open pages of every company in the application's line. */
export async function notifyWaiting(db: QueryExecutorProvider, application: ApplicationId, now: Date): Promise<void> {
  await sql`
    select pg_notify(${followedChannel}, application || '|' || company_id) from suite.following
    where application = ${application} and due_at <= ${now}`.execute(db);
}

/**
 * Adds numbers to what is followed and makes them due at once. A number that is followed already stays as it is.
 * Gives how many were new. Run it in a transaction.
 */
export async function follow(
  trx: QueryExecutorProvider,
  { company, application }: GrantKey,
  { numbers, by, now }: { numbers: readonly string[]; by: string; now: Date },
): Promise<number> {
  await sql`
    insert into suite.following (company_id, application, due_at) values (${company}, ${application}, ${now})
    on conflict (company_id, application) do update
    set due_at = least(coalesce(suite.following.due_at, excluded.due_at), excluded.due_at), version = suite.following.version + 1`.execute(trx);
  const { rows } = await sql`
    insert into suite.followed_package (company_id, application, number, followed_by, followed_at, due_at)
    select ${company}, ${application}, number, ${by}, ${now}, ${now} from unnest(${[...numbers]}::text[]) as given (number)
    on conflict (company_id, application, number) do nothing
    returning number`.execute(trx);
  await notifyFollowed(trx, { company, application });
  return rows.length;
}

/** Stops following one number and forgets what was retrieved for it. False when it was not followed. */
export async function unfollow(db: QueryExecutorProvider, { company, application }: GrantKey, number: string): Promise<boolean> {
  const { rows } = await sql`
    delete from suite.followed_package
    where company_id = ${company} and application = ${application} and number = ${number} returning number`.execute(db);
  if (rows.length > 0) await notifyFollowed(db, { company, application });
  return rows.length > 0;
}

export async function countFollowed(db: QueryExecutorProvider, { company, application }: GrantKey): Promise<FollowCounts> {
  const { rows: [row] } = await sql<{ total: string; to_go: string; last_answer_at: Date | null }>`
    select count(*) as total, count(*) filter (where asked_at is null and failed_at is null) as to_go, max(asked_at) as last_answer_at
    from suite.followed_package where company_id = ${company} and application = ${application}`.execute(db);
  return { total: Number(row?.total ?? 0), toGo: Number(row?.to_go ?? 0), lastAnswerAt: row?.last_answer_at ?? null };
}

/** One page of the followed packages, the newest followed first. `page` counts from 1. */
export async function listFollowed(
  db: QueryExecutorProvider,
  { company, application }: GrantKey,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<FollowedPackage[]> {
  const { rows } = await sql<PackageRow>`
    select number, followed_by, followed_at, asked_at, found, status_type, status_code, status_text, scan_at, scan_local, scan_place, failed_at, failure
    from suite.followed_package where company_id = ${company} and application = ${application}
    order by followed_at desc, number limit ${pageSize} offset ${(page - 1) * pageSize}`.execute(db);
  return rows.map(toPackage);
}

/** Writes what UPS answered for one number at `now`, and when to ask next. An older answer never replaces a newer one. */
export async function recordAnswer(
  trx: QueryExecutorProvider,
  { company, application }: GrantKey,
  { number, state, now, dueAt }: { number: string; state: LatestState | null; now: Date; dueAt: Date },
): Promise<void> {
  await sql`
    update suite.followed_package
    set asked_at = ${now}, due_at = ${dueAt}, found = ${state !== null}, status_type = ${state?.type ?? null}, status_code = ${state?.code ?? null},
      status_text = ${state?.text ?? null}, scan_at = ${state?.scanAt ?? null}, scan_local = ${state?.scanLocal ?? null},
      scan_place = ${state?.scanPlace ?? null}, failed_at = null, failure = null, failures = 0
    where company_id = ${company} and application = ${application} and number = ${number}
      and coalesce(asked_at, '-infinity') <= ${now}`.execute(trx);
}

/** Notes that a number could not be asked at `now`; what was known of it stays. */
export async function recordFailure(
  trx: QueryExecutorProvider,
  { company, application }: GrantKey,
  { number, failure, now, dueAt }: { number: string; failure: FailureKind; now: Date; dueAt: Date },
): Promise<void> {
  await sql`
    update suite.followed_package set failed_at = ${now}, failure = ${failure}, failures = failures + 1, due_at = ${dueAt}
    where company_id = ${company} and application = ${application} and number = ${number}
      and coalesce(asked_at, '-infinity') <= ${now}`.execute(trx);
}

interface PackageRow {
  readonly number: string;
  readonly followed_by: string;
  readonly followed_at: Date;
  readonly asked_at: Date | null;
  readonly found: boolean | null;
  readonly status_type: string | null;
  readonly status_code: string | null;
  readonly status_text: string | null;
  readonly scan_at: Date | null;
  readonly scan_local: string | null;
  readonly scan_place: string | null;
  readonly failed_at: Date | null;
  readonly failure: string | null;
}

function toPackage(row: PackageRow): FollowedPackage {
  const state = row.found
    ? { type: row.status_type, code: row.status_code, text: row.status_text, scanAt: row.scan_at, scanLocal: row.scan_local, scanPlace: row.scan_place }
    : null;
  return {
    number: row.number, followedBy: row.followed_by, followedAt: row.followed_at, askedAt: row.asked_at, state,
    failure: row.failed_at === null ? null : { at: row.failed_at, kind: failureKind(row.failure) },
  };
}
