import type { Database } from '@wayleave/platform/database';
import type { Clock } from '@wayleave/platform/clock';
import type { Logger } from '@wayleave/platform/logging';
import { sql, type Kysely } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import { eachAlone } from '../each-alone.js';
import { lockGrant, updateGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import { appendEvent } from '../outbox/outbox-store.js';
import type { VaultTables } from '../tables.js';
import { lookAtServer, type Sightings } from './sighting.js';

export interface HomeDeps {
  readonly db: Kysely<VaultTables>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly filesId: Database['filesId'];
  /** What this process saw of the server; without it a look compares only with what the database says itself. */
  readonly sightings?: Sightings;
}

/** Notes where the database is, if the vault never ran on it. */
export async function settleHome({ db, clock, filesId }: Pick<HomeDeps, 'db' | 'clock' | 'filesId'>): Promise<void> {
  await sql`insert into vault.home (server, files, noted_at) values (vault.server(), ${filesId}, ${clock.now()}) on conflict do nothing`.execute(db);
}

/**
 * Suspends every grant when the database is not where the vault saw it last: restored, promoted or copied; or when it is
 * behind what this process saw of it. One statement flips them all: from its commit on no lease is taken or renewed. What
 * still waits for the operator since an earlier move is suspended anew, for what may be back now is more. No home at all is
 * a restore that is under way, and looked at again. The audit follows by `noteSuspensions`. Gives how many.
 */
export async function checkHome({ db, clock, logger, filesId: files, sightings }: HomeDeps): Promise<number> {
  const isHome = sql<boolean>`server = vault.server() and files is not distinct from ${files}::text`;
  const { rows: [known] } = await sql<{ same: boolean }>`select ${isHome} as same from vault.home`.execute(db);
  const sighting = await lookAtServer(db);
  const isBehind = sightings?.isBehind(sighting) ?? false;
  if (known?.same === true && !isBehind) {
    sightings?.note(sighting);
    return 0;
  }
  const at = clock.now();
  const suspended = await db.transaction().execute(async (trx) => {
    await sql`lock table vault.home in exclusive mode`.execute(trx);
    const { rows: [noted] } = await sql<{ same: boolean }>`select ${isHome} as same from vault.home`.execute(trx);
    if (!noted || (noted.same && !isBehind)) return [];
    const { rows } = await sql<GrantKey & { generation: number }>`
      update vault."grant" g set state = 'suspended', suspended_at = ${at}, suspension_noted = false
      from (select company_id, application from vault."grant" where state in ('authorized', 'suspended') order by company_id, application for update) living
      where g.company_id = living.company_id and g.application = living.application
      returning g.company_id as company, g.application, g.generation`.execute(trx);
    await sql`
      update vault.home set server = vault.server(), files = ${files}, noted_at = ${at},
        suspended_at = ${rows.length > 0 ? at : sql`suspended_at`}`.execute(trx);
    const [carrier] = rows;
    if (carrier) await appendEvent(trx, carrier, { type: 'database.moved', generation: carrier.generation, at, data: { grants: rows.length } });
    return rows;
  });
  sightings?.note(sighting);
  if (suspended.length > 0) {
    logger.error({ grants: suspended.length }, 'the database was restored, promoted or copied: all grants are suspended until "wayleave resume" confirms them');
  }
  return suspended.length;
}

const batch = 200;

/** Enters suspensions into the companies' audits, some at a time; a process that dies leaves the rest to the next. */
export async function noteSuspensions({ db, clock, logger }: Pick<HomeDeps, 'db' | 'clock' | 'logger'>): Promise<void> {
  const due = await db.selectFrom('vault.grant').select(['company_id as company', 'application'])
    .where('suspension_noted', '=', false).where('state', '=', 'suspended').orderBy('company_id').orderBy('application').limit(batch).execute();
  await eachAlone(logger, 'entering a suspension into the audit', due, (key) => db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (grant?.state !== 'suspended' || grant.suspension_noted) return;
    await updateGrant(trx, key).set({ suspension_noted: true }).execute();
    await appendAudit(trx, key, { at: grant.suspended_at ?? clock.now(), action: 'suspended', generation: grant.generation, actor: null });
  }));
}

/** A grant that waits for the operator. */
export interface SuspendedGrant extends GrantKey {
  readonly optedInBy: string | null;
  readonly since: Date | null;
  /** When the pair that the database holds was made. */
  readonly tokensOf: Date | null;
}

/** The first of the suspended grants, by company, and how many there are; with `upTo` only those suspended until then. */
export async function listSuspended(db: Kysely<VaultTables>, limit: number, upTo: Date | null = null): Promise<{ total: number; grants: SuspendedGrant[] }> {
  const suspended = db.selectFrom('vault.grant as g').where('g.state', '=', 'suspended').$if(upTo !== null, (query) => query.where('g.suspended_at', '<=', upTo));
  const { count } = await suspended.select((row) => row.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
  const grants = await suspended
    .leftJoin('vault.token_set as t', (join) => join.onRef('t.company_id', '=', 'g.company_id').onRef('t.application', '=', 'g.application'))
    .select(['g.company_id as company', 'g.application', 'g.opted_in_by_label as optedInBy', 'g.since', 't.issued_at as tokensOf'])
    .orderBy('g.company_id').orderBy('g.application').limit(limit).execute();
  return { total: Number(count), grants };
}

export interface ResumeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number) => void;
  /** What the operator was shown: a grant that a later move suspended anew stays suspended. */
  readonly upTo?: Date | null;
}

/**
 * Puts suspended grants back to work, each in a transaction of its own, until none is left or `signal` says so. Their
 * refreshes come due at the client's pace. Gives how many.
 */
export async function resumeSuspended(
  { db, clock, logger }: Omit<HomeDeps, 'filesId'>, { signal, onProgress, upTo = null }: ResumeOptions = {},
): Promise<number> {
  for (let done = 0; ; ) {
    const { grants } = await listSuspended(db, batch, upTo);
    for (const { company, application } of grants) {
      if (signal?.aborted) return done;
      if (await resumeOne({ db, clock }, { company, application }, upTo)) done += 1;
      onProgress?.(done);
    }
    if (grants.length > 0) continue;
    await db.updateTable('vault.home').set({ suspended_at: null }).$if(upTo !== null, (query) => query.where('suspended_at', '<=', upTo)).execute();
    logger.warn({ grants: done }, 'suspended grants were resumed by the operator');
    return done;
  }
}

async function resumeOne({ db, clock }: Pick<HomeDeps, 'db' | 'clock'>, key: GrantKey, upTo: Date | null): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (grant?.state !== 'suspended' || (upTo !== null && grant.suspended_at !== null && grant.suspended_at > upTo)) return false;
    const { generation, suspended_at: suspendedAt, suspension_noted: isNoted } = grant;
    const at = clock.now();
    await updateGrant(trx, key).set({ state: 'authorized', suspended_at: null, suspension_noted: true }).execute();
    if (!isNoted) await appendAudit(trx, key, { at: suspendedAt ?? at, action: 'suspended', generation, actor: null });
    await appendAudit(trx, key, { at, action: 'resumed', generation, actor: null });
    return true;
  });
}
