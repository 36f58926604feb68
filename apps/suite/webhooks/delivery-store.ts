import type { CompanyId } from '@wayleave/vault';
import { sql, type QueryExecutorProvider, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { PostOutcome } from './post.js';
import type { EndpointKey } from './secret-box.js';

export type DeliveryState = 'waiting' | 'delivered' | 'dead';

/** Why the last attempt brought no good answer; a status tells itself. */
export type DeliveryFailure = Extract<PostOutcome, { kind: 'failed' }>['reason'] | 'refused' | 'secret' | 'disabled';

/** A message on its way to one endpoint, as its company sees it. */
export interface Delivery {
  readonly id: string;
  readonly endpoint: string;
  readonly url: string;
  /** The endpoint is disabled, so it cannot be sent again now. */
  readonly disabled: boolean;
  readonly application: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastFailure: DeliveryFailure | null;
}

/** A worker's right to make one attempt. */
export interface ClaimedDelivery {
  readonly claim: string;
  readonly company: CompanyId;
  readonly id: string;
  readonly endpoint: EndpointKey;
  readonly messageId: string;
  readonly type: string;
  readonly url: URL;
  readonly secret: Buffer;
  readonly body: string;
  readonly attempts: number;
  readonly giveUpAt: Date;
}

export interface Message {
  readonly messageId: string;
  readonly application: string;
  readonly type: string;
  readonly body: string;
  readonly now: Date;
  readonly giveUpAt: Date;
}

/** The endpoints that want this event; they are neither disabled nor removed until the transaction ends. */
export async function lockSubscribers(trx: QueryExecutorProvider, company: CompanyId, type: string): Promise<EndpointKey[]> {
  const { rows } = await sql<{ id: string }>`
    select id from suite.webhook_endpoint
    where company_id = ${company} and disabled_at is null and ${type} = any(events) order by id for share`.execute(trx);
  return rows.map(({ id }) => ({ company, id }));
}

/** Writes a message for an endpoint, to be sent from now on. */
export async function insertDelivery(db: QueryExecutorProvider, { company, id }: EndpointKey, message: Message): Promise<void> {
  const { messageId, application, type, body, now, giveUpAt } = message;
  await sql`
    insert into suite.webhook_delivery (company_id, endpoint_id, message_id, application, type, body, created_at, next_attempt_at, give_up_at)
    values (${company}, ${id}, ${messageId}, ${application}, ${type}, ${body}, ${now}, ${now}, ${giveUpAt})`.execute(db);
}

interface ClaimedRow {
  readonly company_id: CompanyId;
  readonly id: string;
  readonly endpoint_id: string;
  readonly message_id: string;
  readonly type: string;
  readonly url: string;
  readonly secret: Buffer;
  readonly body: string;
  readonly attempts: number;
  readonly give_up_at: Date;
}

/** Claims are made one after the other: two that counted the same free places of a company would fill them twice. Any number, the same in every process. */
const claimLock = 6_204_117;

/** What can be sent now of the deliveries `w`: each the first in the line of its grant and endpoint. */
const isDue = (now: Date) => sql`
  w.state = 'waiting' and w.next_attempt_at <= ${now} and (w.claimed_until is null or w.claimed_until <= ${now}) and not exists (
    select from suite.webhook_delivery earlier
    where earlier.company_id = w.company_id and earlier.endpoint_id = w.endpoint_id and earlier.application = w.application
      and earlier.state = 'waiting' and earlier.position < w.position
  )`;

/**
 * Claims up to `limit` deliveries that can be sent now, of no company more than `share` with those that are under way, and counts
 * the attempt. A claim ends by itself after `claimMs`, so that what a dead worker held is sent again.
 */
export async function claimDeliveries(
  trx: Transaction<unknown>, { now, limit, share, claimMs }: { now: Date; limit: number; share: number; claimMs: number },
): Promise<ClaimedDelivery[]> {
  const claim = randomUUID();
  await sql`select pg_advisory_xact_lock(${claimLock})`.execute(trx);
  const { rows } = await sql<ClaimedRow>`
    update suite.webhook_delivery d
    set claim = ${claim}, claimed_until = ${new Date(now.getTime() + claimMs)}, attempts = attempts + 1, last_attempt_at = ${now}
    from (
      select w.company_id, w.id, e.url, e.secret from suite.webhook_delivery w
      join suite.webhook_endpoint e on e.company_id = w.company_id and e.id = w.endpoint_id and e.disabled_at is null
      join (
        select w.company_id, w.id, row_number() over (partition by w.company_id order by w.next_attempt_at, w.id) as place
        from suite.webhook_delivery w where ${isDue(now)}
      ) in_turn on in_turn.company_id = w.company_id and in_turn.id = w.id
      where ${isDue(now)} and in_turn.place + (
        select count(*) from suite.webhook_delivery held
        where held.company_id = w.company_id and held.state = 'waiting' and held.claimed_until > ${now}
      ) <= ${share}
      order by w.next_attempt_at limit ${limit} for update of w skip locked
    ) due
    where d.company_id = due.company_id and d.id = due.id
    returning d.company_id, d.id, d.endpoint_id, d.message_id, d.type, due.url, due.secret, d.body, d.attempts, d.give_up_at`.execute(trx);
  return rows.map((row) => ({
    claim, company: row.company_id, id: row.id, endpoint: { company: row.company_id, id: row.endpoint_id }, messageId: row.message_id, type: row.type,
    url: new URL(row.url), secret: Buffer.from(row.secret), body: row.body, attempts: row.attempts, giveUpAt: row.give_up_at,
  }));
}

/** Notes that the endpoint took it; counts even when it was given up meanwhile. Does nothing when the claim ended and another worker took over. */
export async function noteDelivered(db: QueryExecutorProvider, { company, id, claim }: ClaimedDelivery, status: number, now: Date): Promise<void> {
  await sql`
    update suite.webhook_delivery
    set state = 'delivered', last_status = ${status}, last_failure = null, finished_at = ${now}, claim = null, claimed_until = null
    where company_id = ${company} and id = ${id} and claim = ${claim}`.execute(db);
}

/** Notes a failed attempt: the next one at `next`, or dead when that is null. */
export async function noteFailed(
  db: QueryExecutorProvider, { company, id, claim }: ClaimedDelivery, seen: { status: number | null; failure: DeliveryFailure; next: Date | null; now: Date },
): Promise<void> {
  const { status, failure, next, now } = seen;
  await sql`
    update suite.webhook_delivery
    set last_status = ${status}, last_failure = ${failure}, claim = null, claimed_until = null,
      state = case when ${next}::timestamptz is null then 'dead' else 'waiting' end,
      next_attempt_at = coalesce(${next}::timestamptz, next_attempt_at),
      finished_at = case when ${next}::timestamptz is null then ${now}::timestamptz end
    where company_id = ${company} and id = ${id} and claim = ${claim} and state = 'waiting'`.execute(db);
}

/** Gives a claim back as if the attempt had not been made. */
export async function releaseDelivery(db: QueryExecutorProvider, { company, id, claim }: ClaimedDelivery): Promise<void> {
  await sql`
    update suite.webhook_delivery set claim = null, claimed_until = null, attempts = attempts - 1
    where company_id = ${company} and id = ${id} and claim = ${claim} and state = 'waiting'`.execute(db);
}

/** Puts a dead delivery at the end of its line, to be tried anew, while its endpoint is not disabled or removed. False when there is no dead one of that id, or its endpoint is disabled. */
export async function reviveDelivery(db: QueryExecutorProvider, company: CompanyId, id: string, { now, giveUpAt }: { now: Date; giveUpAt: Date }): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update suite.webhook_delivery d
    set state = 'waiting', position = nextval('suite.webhook_position'), attempts = 0, next_attempt_at = ${now}, give_up_at = ${giveUpAt},
      finished_at = null, claim = null, claimed_until = null
    from (
      select e.company_id, e.id from suite.webhook_endpoint e
      join suite.webhook_delivery of on of.company_id = e.company_id and of.endpoint_id = e.id and of.company_id = ${company} and of.id = ${id}
      where e.disabled_at is null for share of e
    ) e
    where d.company_id = ${company} and d.id = ${id} and d.state = 'dead' and e.company_id = d.company_id and e.id = d.endpoint_id`.execute(db);
  return numAffectedRows === 1n;
}

export interface DeliveryFilter {
  /** Only those that are dead. */
  readonly dead: boolean;
}

/** How many deliveries a company has, of those kept. */
export async function countDeliveries(db: QueryExecutorProvider, company: CompanyId, { dead }: DeliveryFilter): Promise<number> {
  const { rows: [row] } = await sql<{ count: string }>`
    select count(*) as count from suite.webhook_delivery where company_id = ${company} and (not ${dead}::boolean or state = 'dead')`.execute(db);
  return Number(row?.count ?? 0);
}

/** How many deliveries of all companies wait, and how many were given up, of those kept. */
export async function countUnsettled(db: QueryExecutorProvider): Promise<{ waiting: number; dead: number }> {
  const { rows: [row] } = await sql<{ waiting: string; dead: string }>`
    select (select count(*) from suite.webhook_delivery where state = 'waiting') as waiting,
      (select count(*) from suite.webhook_delivery where state = 'dead') as dead`.execute(db);
  return { waiting: Number(row?.waiting ?? 0), dead: Number(row?.dead ?? 0) };
}

/** A page of a company's deliveries, the newest first. */
export async function listDeliveries(
  db: QueryExecutorProvider, company: CompanyId, { dead }: DeliveryFilter, { page, pageSize }: { page: number; pageSize: number },
): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
    select d.id, d.endpoint_id as endpoint, e.url, e.disabled_at is not null as disabled, d.application, d.type, d.state, d.created_at as "createdAt",
      d.attempts, d.next_attempt_at as "nextAttemptAt", d.last_attempt_at as "lastAttemptAt", d.last_status as "lastStatus", d.last_failure as "lastFailure"
    from suite.webhook_delivery d join suite.webhook_endpoint e on e.company_id = d.company_id and e.id = d.endpoint_id
    where d.company_id = ${company} and (not ${dead}::boolean or d.state = 'dead')
    order by d.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`.execute(db);
  return rows;
}

/** Deletes what was delivered or given up before this. */
export async function forgetFinished(db: QueryExecutorProvider, before: Date): Promise<void> {
  await sql`delete from suite.webhook_delivery where finished_at < ${before}`.execute(db);
}
