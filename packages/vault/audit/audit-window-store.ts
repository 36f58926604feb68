import { sql, type Selectable } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import { eachAlone } from '../each-alone.js';
import { lockGrant, updateGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import type { AuditWindowTable } from '../tables.js';
import { appendAudit, type NewAuditEntry } from './audit-store.js';
import { totalOf, usedSince, type Usage, type UsedFor } from './usage.js';

/** The lease that a window belongs to. */
export interface WindowOwner {
  readonly key: GrantKey;
  readonly generation: number;
  readonly takeId: string;
  readonly usage: Usage;
  readonly callsCutOff: number;
}

/** The statement that opens a lease's window, in the transaction that takes the lease. */
export function openWindow(
  trx: VaultTrx, { clock, instanceId }: Pick<VaultContext, 'clock' | 'instanceId'>, { company, application }: GrantKey, generation: number, takeId: string,
) {
  const at = clock.now();
  return trx.insertInto('vault.audit_window').values({
    company_id: company, application, take_id: takeId, generation, instance_id: instanceId, since: at, counted_at: at, last_call_at: null,
  });
}

/** Writes the counts of the leases whose counts changed, in one statement. */
export async function countWindows({ db, clock }: VaultContext, leases: readonly WindowOwner[]): Promise<void> {
  const changed = leases.filter(({ usage }) => usage.revision > usage.writtenRevision);
  if (changed.length === 0) return;
  const revisions = changed.map(({ usage }) => usage.revision);
  await sql`
    update vault.audit_window w set counted = now.counted, last_call_at = now.last_call_at, counted_at = ${clock.now()}
    from unnest(
      ${changed.map(({ key }) => key.company)}::text[], ${changed.map(({ key }) => key.application)}::text[], ${changed.map(({ takeId }) => takeId)}::text[],
      ${changed.map(({ usage }) => JSON.stringify(usage.lines))}::jsonb[], ${changed.map(({ usage }) => usage.lastCallAt?.toISOString() ?? null)}::timestamptz[]
    ) as now (company_id, application, take_id, counted, last_call_at)
    where w.company_id = now.company_id and w.application = now.application and w.take_id = now.take_id and w.closed_at is null`.execute(db);
  changed.forEach(({ usage }, index) => {
    usage.writtenRevision = Math.max(usage.writtenRevision, revisions[index] ?? 0);
  });
}

/**
 * Enters into the chain what a lease that goes on has done so far. What is entered already stands in the window's row, so
 * that nothing is entered twice when the answer to a commit was lost.
 */
export async function enterWindow({ db, clock }: VaultContext, lease: WindowOwner): Promise<void> {
  const { key, generation, usage } = lease;
  const { lines } = usage;
  const at = clock.now();
  const isOpen = await db.transaction().execute(async (trx) => {
    const window = await trx.selectFrom('vault.audit_window').selectAll()
      .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', lease.takeId)
      .where('closed_at', 'is', null).forUpdate().executeTakeFirst();
    if (!window) return false;
    const used = usedSince(lines, window.entered);
    await trx.updateTable('vault.audit_window').set({ counted: JSON.stringify(lines), entered: JSON.stringify(lines), since: at, counted_at: at })
      .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', lease.takeId).execute();
    await appendAudit(trx, key, ...usedEntries({ at, generation, since: window.since, used, cutOff: 0 }));
    return true;
  });
  if (isOpen) usage.entered = lines;
}

/** The statement that closes a window with what was done: a part of the one that gives its lease back. */
export function closingWindow({ key, takeId, usage, callsCutOff }: WindowOwner, at: Date) {
  return sql`
    update vault.audit_window set counted = ${JSON.stringify(usage.lines)}::jsonb, last_call_at = ${usage.lastCallAt}::timestamptz, counted_at = ${at},
      closed_at = ${at}, cut_off = ${callsCutOff}
    where company_id = ${key.company} and application = ${key.application} and take_id = ${takeId}`;
}

/** Removes a grant's closed windows; gives the entries that they are to become in the same transaction, in the order of their ends. */
export async function takeClosedWindows(trx: VaultTrx, key: GrantKey): Promise<NewAuditEntry[]> {
  const windows = await trx.deleteFrom('vault.audit_window')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('closed_at', 'is not', null)
    .returningAll().execute();
  const closedAt = ({ closed_at }: AuditWindow) => closed_at?.getTime() ?? 0;
  return windows.sort((a, b) => closedAt(a) - closedAt(b)).flatMap(enteredAs);
}

/** What a window becomes whose lease was given back after somebody had taken this instance for dead, and had entered its count as unknown. */
export function lateEntries({ generation, usage, callsCutOff }: WindowOwner, at: Date): NewAuditEntry[] {
  return usedEntries({ at, generation, since: null, used: usedSince(usage.lines, usage.entered), cutOff: callsCutOff });
}

/**
 * Enters the windows whose lease is gone. Where it was given back, the count is exact, and whoever should have entered it
 * died; else what was done after the last count is unknown. One that cannot be entered keeps no other from it.
 */
export async function enterLeftWindows({ db, clock, logger }: VaultContext): Promise<void> {
  const { rows } = await sql<Pick<Selectable<AuditWindowTable>, 'company_id' | 'application' | 'take_id'>>`
    select w.company_id, w.application, w.take_id from vault.audit_window w
    where not exists (
      select from vault.lease l where l.company_id = w.company_id and l.application = w.application and l.generation = w.generation
        and l.instance_id = w.instance_id and l.take_id = w.take_id
    ) limit 1000`.execute(db);
  const windows = rows.map(({ company_id, application, take_id }) => ({ company: company_id, application, takeId: take_id }));
  await eachAlone(logger, 'entering the uses of a lease that is gone', windows, ({ takeId, ...key }) => db.transaction().execute(async (trx) => {
    await lockGrant(trx, key, 'update');
    const left = await trx.deleteFrom('vault.audit_window')
      .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', takeId)
      .returningAll().executeTakeFirst();
    if (!left) return;
    if (left.last_call_at !== null) {
      await updateGrant(trx, key).set({ last_use_at: sql<Date>`greatest(last_use_at, ${left.last_call_at})` }).where('generation', '=', left.generation).execute();
    }
    await appendAudit(trx, key, ...(left.closed_at ? enteredAs(left) : [unknownEntry(left, clock.now())]));
  }));
}

type AuditWindow = Selectable<AuditWindowTable>;

function enteredAs({ closed_at, counted_at, generation, since, counted, entered, cut_off }: AuditWindow): NewAuditEntry[] {
  return usedEntries({ at: closed_at ?? counted_at, generation, since, used: usedSince(counted, entered), cutOff: cut_off });
}

function unknownEntry({ generation, since, counted, entered, counted_at }: AuditWindow, at: Date): NewAuditEntry {
  const used = usedSince(counted, entered);
  const { calls: countedCalls, bytes: countedBytes } = totalOf(used);
  return {
    at, action: 'used', generation, actor: null,
    detail: { count: 'unknown', since: since.toISOString(), countedUntil: counted_at.toISOString(), countedCalls, countedBytes, purposes: used },
  };
}

/** None where nothing was done. */
function usedEntries({ at, generation, since, used, cutOff }: {
  at: Date; generation: number; since: Date | null; used: readonly UsedFor[]; cutOff: number;
}): NewAuditEntry[] {
  if (used.length === 0) return [];
  const start = since === null ? { late: true } : { since: since.toISOString() };
  return [{ at, action: 'used', generation, actor: null, detail: { count: 'exact', ...start, ...totalOf(used), cutOff, purposes: used } }];
}
