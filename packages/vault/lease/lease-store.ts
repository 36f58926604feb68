import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import { closingWindow, lateEntries, openWindow, takeClosedWindows } from '../audit/audit-window-store.js';
import type { VaultContext } from '../context.js';
import { NeedsOptIn, NotOptedIn, Suspended } from '../errors.js';
import { inTurn, lockGrant, updateGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import { findTokenSet, readAccessToken } from '../token/token-set-store.js';
import { Deadline, now, type Moment } from './deadline.js';
import { timedTransaction } from './timed-transaction.js';
import { HeldLease } from './held-lease.js';

/** Not on a server that the database was restored to or promoted on a moment ago, nor while a restore has emptied the table. */
const isAtHome = sql`exists (select from vault.home where server = vault.server())`;

const milliseconds = (ms: number) => sql`make_interval(secs => ${ms / 1000}::float8)`;

/**
 * Takes a lease on the living generation, under a shared lock of the grant, so that Clear either sees the row or is
 * seen, and only where the database is at home. Throws NotOptedIn, NeedsOptIn, Suspended, CannotOpen.
 */
export async function takeLease(context: VaultContext, key: GrantKey): Promise<HeldLease> {
  const { db, clock, keys, instanceId, settings } = context;
  const takeId = randomUUID();
  const { start, grant, token } = await timedTransaction(db, async (trx) => {
    const grant = await lockGrant(trx, key, 'share');
    if (grant?.state === 'needs-opt-in') throw new NeedsOptIn();
    if (grant?.state === 'suspended') throw new Suspended();
    if (grant?.state !== 'authorized') throw new NotOptedIn();
    const taken = await sql`
      with opened as (${openWindow(trx, context, key, grant.generation, takeId)})
      insert into vault.lease (company_id, application, generation, instance_id, take_id, taken_at, until)
      select ${key.company}, ${key.application}, ${grant.generation}, ${instanceId}, ${takeId},
        clock_timestamp(), clock_timestamp() + ${milliseconds(settings.leaseMs)}
      where ${isAtHome}
      on conflict (company_id, application, generation, instance_id) do update set
        take_id = excluded.take_id, taken_at = excluded.taken_at, until = excluded.until, given_back_at = null,
        calls = 0, calls_cut_off = 0, last_call_ended_at = null`.execute(trx);
    if (taken.numAffectedRows === 0n) throw new Suspended();
    const tokenSet = await findTokenSet(trx, key);
    if (tokenSet?.generation !== grant.generation || tokenSet.version !== grant.version) {
      throw new Error(`the stored token set of ${key.company}/${key.application} is not the one of generation ${grant.generation}, version ${grant.version}`);
    }
    // In here: without a token there is no lease, no row that a Clear would wait for, and no window of which nobody knows the count.
    return { grant, token: readAccessToken(keys, tokenSet) };
  });
  return new HeldLease({
    key,
    generation: grant.generation,
    takeId,
    token,
    deadline: new Deadline(start, settings.leaseMs),
    wireAllowanceMs: settings.wireAllowanceMs,
    clock,
    doubted: grant.refused_since !== null || grant.trouble_at === 'use',
  });
}

/** A lease that may go on, and which pair of tokens the grant holds now. */
export interface Renewal {
  readonly takeId: string;
  readonly version: number;
  /** False where somebody is changing the grant at this moment: the lease runs on as it was, and is asked for again. */
  readonly isRenewed: boolean;
  /** Whether the grant's row remembers what a use ran into, in whichever instance. */
  readonly isDoubted: boolean;
}

/** Whether a good answer has something to take back from the row `g` of a grant. */
const isDoubted = sql<boolean>`(g.refused_since is not null or coalesce(g.trouble_at = 'use', false))`;

/**
 * Renews leases in one statement, two when not all could be. What is missing in the answer was refused: the grant moved on, or the row is gone.
 * The grants are locked shared and read again. One that is locked is passed over: who holds it, a process that stopped
 * perhaps, must not keep the others from being renewed.
 */
export async function renewLeases(
  { db, instanceId, settings }: VaultContext, leases: readonly HeldLease[],
): Promise<{ start: Moment; renewals: readonly Renewal[] }> {
  const heldOf = (those: readonly HeldLease[]) => sql`
    select * from unnest(
      ${those.map(({ key }) => key.company)}::text[], ${those.map(({ key }) => key.application)}::text[],
      ${those.map(({ generation }) => generation)}::int4[], ${those.map(({ takeId }) => takeId)}::text[]
    ) as held (company_id, application, generation, take_id)`;
  const renewal = sql<Renewal>`
    with held as (${heldOf(leases)}), living as (
      select g.company_id, g.application, g.generation, g.version, held.take_id, ${isDoubted} as is_doubted
      from vault."grant" g join held on held.company_id = g.company_id and held.application = g.application
      where g.generation = held.generation and g.state = 'authorized' and ${isAtHome}
      for share of g skip locked
    )
    update vault.lease l set until = clock_timestamp() + ${milliseconds(settings.leaseMs)}
    from living
    where l.company_id = living.company_id and l.application = living.application and l.generation = living.generation
      and l.instance_id = ${instanceId} and l.take_id = living.take_id and l.given_back_at is null
    returning l.take_id as "takeId", living.version as version, true as "isRenewed", living.is_doubted as "isDoubted"`;
  return db.connection().execute(async (connection) => {
    const start = now();
    const renewals = (await renewal.execute(connection)).rows;
    if (renewals.length === leases.length) return { start, renewals };
    const renewed = new Set(renewals.map(({ takeId }) => takeId));
    const passedOver = await sql<Renewal>`
      select l.take_id as "takeId", g.version, false as "isRenewed", ${isDoubted} as "isDoubted"
      from (${heldOf(leases.filter(({ takeId }) => !renewed.has(takeId)))}) held
      join vault."grant" g on g.company_id = held.company_id and g.application = held.application and g.generation = held.generation
      join vault.lease l on l.company_id = g.company_id and l.application = g.application and l.generation = g.generation
        and l.instance_id = ${instanceId} and l.take_id = held.take_id and l.given_back_at is null
      where g.state = 'authorized' and ${isAtHome}`.execute(connection);
    return { start, renewals: [...renewals, ...passedOver.rows] };
  });
}

/** How a lease was given back. */
interface GivenBack {
  /** A Clear waits for it, and enters what was done into the chain with its own end. */
  readonly isAwaited: boolean;
  /** False when somebody had taken this instance for dead, and closed its window as unknown. */
  readonly isClosed: boolean;
}

/** Gives a lease back after its calls settled, and writes down what was done under it. */
export async function giveLeaseBack(context: VaultContext, lease: HeldLease): Promise<void> {
  const { isAwaited, isClosed } = await endLease(context, lease);
  if (!isAwaited || !isClosed) await enterUsed(context, lease, isClosed);
}

/**
 * Ends a lease's row and closes its window with what was done under it, in one statement. A row that a Clear waits for
 * stays until that Clear has counted it.
 */
export async function endLease({ db, instanceId, signals, clock }: VaultContext, lease: HeldLease): Promise<GivenBack> {
  const { key, generation, takeId, usage, callsCutOff, lastCallEndedAt } = lease;
  const row = sql`company_id = ${key.company} and application = ${key.application} and generation = ${generation}
    and instance_id = ${instanceId} and take_id = ${takeId}`;
  // Not flushed: lost with a crash of the database, it costs a wait of one lease, and the commit that ends a Clear flushes it.
  const { rows } = await sql<GivenBack>`
    with standing as materialized (
      select state = 'clearing' and generation > ${generation} as is_awaited from vault."grant"
      where company_id = ${key.company} and application = ${key.application} and ${inTurn(key, 'share')} for share
    ), kept as (
      update vault.lease set given_back_at = clock_timestamp(), calls = ${usage.calls}, calls_cut_off = ${callsCutOff},
        last_call_ended_at = ${lastCallEndedAt}::timestamptz
      where ${row} and (select is_awaited from standing)
    ), removed as (
      delete from vault.lease where ${row} and not (select is_awaited from standing)
    ), closed as (
      ${closingWindow(lease, clock.now())} and exists (select from standing) returning take_id
    )
    select is_awaited as "isAwaited", exists (select from closed) as "isClosed", set_config('synchronous_commit', 'off', true),
      case when is_awaited then ${signals.notification('changed', key, generation)} end
    from standing`.execute(db);
  return rows[0] ?? { isAwaited: false, isClosed: false };
}

async function enterUsed({ db, clock }: VaultContext, lease: HeldLease, isClosed: boolean): Promise<void> {
  const { key, usage: { lastCallAt } } = lease;
  await db.transaction().execute(async (trx) => {
    if (lastCallAt !== null) {
      await updateGrant(trx, key).set({ last_use_at: lastCallAt })
        .where((row) => row.or([row('last_use_at', 'is', null), row('last_use_at', '<', lastCallAt)])).execute();
    }
    await appendAudit(trx, key, ...await takeClosedWindows(trx, key), ...(isClosed ? [] : lateEntries(lease, clock.now())));
  });
}

/** A lease row whose time is over by the database's clock. */
export interface ExpiredLease extends GrantKey {
  readonly take_id: string;
  readonly until: string;
}

/** Rows past their end, and rows given back long ago that no Clear waits for. */
export async function findExpiredLeases({ db }: VaultContext): Promise<ExpiredLease[]> {
  const { rows } = await sql<ExpiredLease>`
    select company_id as company, application, take_id, until::text as until from vault.lease where until < clock_timestamp() order by until limit 1000`.execute(db);
  return rows;
}

/** Removes a row if it is still exactly the one that was seen. */
export async function removeExpiredLease({ db }: VaultContext, { company, application, take_id, until }: ExpiredLease): Promise<void> {
  await sql`
    delete from vault.lease l where company_id = ${company} and application = ${application} and take_id = ${take_id} and until::text = ${until}
      and not exists (select from vault."grant" g
        where g.company_id = l.company_id and g.application = l.application and g.state = 'clearing' and g.generation > l.generation)`.execute(db);
}
