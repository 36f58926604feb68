import { sql, type Selectable } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import type { AuditWindowTable } from '../tables.js';
import { appendAudit } from './audit-store.js';
import { totalOf, usedSince, type Usage, type UsedFor } from './usage.js';

/** The lease that a window belongs to. */
export interface WindowOwner {
  readonly key: GrantKey;
  readonly generation: number;
  readonly takeId: string;
  readonly usage: Usage;
  readonly callsCutOff: number;
}

/** Opens a lease's window, in the transaction that takes the lease. */
export async function openWindow(
  trx: VaultTrx, { clock, instanceId }: Pick<VaultContext, 'clock' | 'instanceId'>, { company, application }: GrantKey, generation: number, takeId: string,
): Promise<void> {
  const at = clock.now();
  await trx.insertInto('vault.audit_window').values({
    company_id: company, application, take_id: takeId, generation, instance_id: instanceId, since: at, counted_at: at, last_call_at: null,
  }).execute();
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
    where w.company_id = now.company_id and w.application = now.application and w.take_id = now.take_id`.execute(db);
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
    const window = await ofLease(trx, lease).selectAll().forUpdate().executeTakeFirst();
    if (!window) return false;
    const used = usedSince(lines, window.entered);
    await trx.updateTable('vault.audit_window').set({ counted: JSON.stringify(lines), entered: JSON.stringify(lines), since: at, counted_at: at })
      .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', lease.takeId).execute();
    if (used.length > 0) await appendUsed(trx, key, generation, at, { since: window.since, used, cutOff: 0 });
    return true;
  });
  if (isOpen) usage.entered = lines;
}

/** Closes the window of a lease that is given back, and enters what was done, in the transaction of the give-back. */
export async function closeWindow(trx: VaultTrx, { clock }: Pick<VaultContext, 'clock'>, lease: WindowOwner): Promise<void> {
  const { key, generation, takeId, usage, callsCutOff } = lease;
  const window = await trx.deleteFrom('vault.audit_window')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', takeId)
    .returning(['since', 'entered']).executeTakeFirst();
  const used = usedSince(usage.lines, window?.entered ?? usage.entered);
  if (used.length === 0) return;
  await appendUsed(trx, key, generation, clock.now(), { since: window?.since ?? null, used, cutOff: callsCutOff });
}

/** Closes the windows whose lease is gone without having been given back: what was done after the last count is unknown. */
export async function closeLostWindows({ db, clock }: VaultContext): Promise<void> {
  const { rows } = await sql<Pick<Selectable<AuditWindowTable>, 'company_id' | 'application' | 'take_id'>>`
    select w.company_id, w.application, w.take_id from vault.audit_window w
    where not exists (
      select from vault.lease l where l.company_id = w.company_id and l.application = w.application and l.generation = w.generation
        and l.instance_id = w.instance_id and l.take_id = w.take_id
    ) limit 1000`.execute(db);
  for (const row of rows) {
    await db.transaction().execute(async (trx) => {
      const lost = await trx.deleteFrom('vault.audit_window')
        .where('company_id', '=', row.company_id).where('application', '=', row.application).where('take_id', '=', row.take_id)
        .returningAll().executeTakeFirst();
      if (!lost) return;
      const used = usedSince(lost.counted, lost.entered);
      const { calls: countedCalls, bytes: countedBytes } = totalOf(used);
      await appendAudit(trx, { company: lost.company_id, application: lost.application }, {
        at: clock.now(), action: 'used', generation: lost.generation, actor: null,
        detail: { count: 'unknown', since: lost.since.toISOString(), countedUntil: lost.counted_at.toISOString(), countedCalls, countedBytes, purposes: used },
      });
    });
  }
}

function ofLease(trx: VaultTrx, { key, takeId }: WindowOwner) {
  return trx.selectFrom('vault.audit_window')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('take_id', '=', takeId);
}

async function appendUsed(
  trx: VaultTrx, key: GrantKey, generation: number, at: Date, { since, used, cutOff }: { since: Date | null; used: readonly UsedFor[]; cutOff: number },
): Promise<void> {
  // Without a row somebody took this instance for dead, and entered its count as unknown: this one stands in its place.
  const start = since === null ? { late: true } : { since: since.toISOString() };
  const detail = { count: 'exact', ...start, ...totalOf(used), cutOff, purposes: used };
  await appendAudit(trx, key, { at, action: 'used', generation, actor: null, detail });
}
