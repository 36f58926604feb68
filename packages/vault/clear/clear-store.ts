import { sql } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import { takeClosedWindows } from '../audit/audit-window-store.js';
import type { VaultContext } from '../context.js';
import { untroubled, type MemberRef } from '../grant/grant.js';
import { lockGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import { deleteLogin } from '../opt-in/login-store.js';
import { endPending } from '../opt-in/pending-store.js';
import { appendEvent } from '../outbox/outbox-store.js';
import { deleteRedemption } from '../redemption/outcome-store.js';
import { subscriptionsLeft, type SubscriptionsLeft } from '../subscription/account-subscription-store.js';
import { takeUnsubscribeLease, type UnsubscribeLease } from '../subscription/unsubscribe-lease.js';
import { endIssuedToken } from '../token/issued-token-store.js';
import { deleteTokenSet } from '../token/token-set-store.js';

export type BeginClear =
  | {
    readonly kind: 'clearing';
    readonly generation: number;
    /** What this Clear itself may still tell UPS; not there when there is nothing, or for who joins. */
    readonly unsubscribeLease?: UnsubscribeLease;
  }
  | { readonly kind: 'moved' | 'nothing' };

/**
 * Clear's first transaction: from its commit on no new use begins, the tokens and their data key are gone, and every
 * opt-in that began before is over. A Clear that is already under way is joined, whatever generation was asked for.
 */
export async function beginClear(context: VaultContext, key: GrantKey, member: MemberRef, generation: number): Promise<BeginClear> {
  const { db, clock, signals } = context;
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (!grant || grant.state === 'none' || grant.state === 'cleared') return { kind: 'nothing' };
    if (grant.state === 'clearing') return { kind: 'clearing', generation: grant.generation };
    if (grant.generation !== generation) return { kind: 'moved' };
    const at = clock.now();
    const drawn = grant.drawn + 1;
    const unsubscribeLease = await takeUnsubscribeLease(trx, context, key, generation);
    await trx
      .with('token_set', () => deleteTokenSet(trx, key))
      .with('login', () => deleteLogin(trx, key))
      .with('issued', () => endIssuedToken(trx, key, 'destroyed by Clear'))
      .with('redemption', () => deleteRedemption(trx, key))
      .with('begun', () => trx.updateTable('vault.opt_in').set({ verifier: null })
        .where('company_id', '=', key.company).where('application', '=', key.application).where('consumed_at', 'is', null))
      .updateTable('vault.grant').where('company_id', '=', key.company).where('application', '=', key.application).set({
        ...untroubled, state: 'clearing', drawn, generation: drawn, last_clear: drawn, clearing_since: sql<Date>`clock_timestamp()`,
        ended_at: at, ended_by_id: member.id, ended_by_label: member.label, end_reason: 'cleared',
        calls_cut_off: 0, last_call_ended_at: null, next_refresh_at: null, next_probe_at: null,
        suspended_at: null, suspension_noted: true,
      }).execute();
    await endPending(context, trx, key, generation, 'cleared');
    await appendAudit(trx, key, { at, action: 'clear.began', generation: drawn, actor: member, detail: { cleared: generation } });
    await appendEvent(trx, key, { type: 'grant.clearing', generation: drawn, at, data: { cleared: generation } }, signals.notification('moved', key, drawn - 1));
    return { kind: 'clearing', generation: drawn, ...(unsubscribeLease === null ? {} : { unsubscribeLease }) };
  });
}

/** How many leases of the ending generations have not been given back. */
export async function countOpenLeases({ db }: VaultContext, key: GrantKey, generation: number): Promise<number> {
  const { count } = await db.selectFrom('vault.lease').select((row) => row.fn.countAll<string>().as('count'))
    .where('company_id', '=', key.company).where('application', '=', key.application).where('generation', '<', generation)
    .where('given_back_at', 'is', null).executeTakeFirstOrThrow();
  return Number(count);
}

/** How a Clear went, as it was stored with its end. */
export interface ClearEnd extends SubscriptionsLeft {
  readonly at: Date;
  readonly callsCutOff: number;
  readonly lastCallEndedAt: Date | null;
}

/**
 * Clear's last transaction, under the lock that storers hold shared: after it nothing retrieved under the grant can be
 * committed any more. Whoever comes first writes the end; the others read it. Null when the grant lives again already.
 */
export async function finishClear({ db, clock, signals }: VaultContext, key: GrantKey, generation: number): Promise<ClearEnd | null> {
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (grant?.generation !== generation) return null;
    const endedAt = grant.ended_at ?? clock.now();
    const left = await subscriptionsLeft(trx, key, generation);
    if (grant.state !== 'clearing') return { at: endedAt, callsCutOff: grant.calls_cut_off, lastCallEndedAt: grant.last_call_ended_at, ...left };
    const at = clock.now();
    const { calls_cut_off: callsCutOff, last_call_ended_at: lastCallEndedAt } = await trx
      .with('ended', () => trx.deleteFrom('vault.lease')
        .where('company_id', '=', key.company).where('application', '=', key.application).where('generation', '<', generation)
        .returning(['calls_cut_off', 'last_call_ended_at']))
      .updateTable('vault.grant').where('company_id', '=', key.company).where('application', '=', key.application).set({
        state: 'cleared', ended_at: at, clearing_since: null,
        calls_cut_off: sql<number>`(select coalesce(sum(calls_cut_off), 0) from ended)`,
        last_call_ended_at: sql<Date | null>`(select max(last_call_ended_at) from ended where calls_cut_off > 0)`,
        last_use_at: sql<Date | null>`greatest((select max(last_call_ended_at) from ended), last_use_at)`,
      }).returning(['calls_cut_off', 'last_call_ended_at']).executeTakeFirstOrThrow();
    const { unsubscribed, stillSubscribed } = left;
    const subscriptions = unsubscribed.length + stillSubscribed.length === 0 ? {} : { unsubscribed: unsubscribed.length, stillSubscribed: stillSubscribed.length };
    const detail = { callsCutOff, lastCallEndedAt: lastCallEndedAt?.toISOString() ?? null, ...subscriptions };
    const actor = grant.ended_by_id === null || grant.ended_by_label === null ? null : { id: grant.ended_by_id, label: grant.ended_by_label };
    await appendAudit(trx, key, ...await takeClosedWindows(trx, key), { at, action: 'cleared', generation, actor, detail });
    await appendEvent(trx, key, { type: 'grant.cleared', generation, at, data: detail }, signals.notification('changed', key, generation));
    return { at, callsCutOff, lastCallEndedAt, ...left };
  });
}

/** How a Clear went that was finished, as the audit has it, whatever the grant has become since. */
export async function findClearEnd({ db }: VaultContext, key: GrantKey, generation: number): Promise<ClearEnd> {
  const { at, detail } = await db.selectFrom('vault.audit_entry').select(['at', 'detail'])
    .where('company_id', '=', key.company).where('application', '=', key.application).where('action', '=', 'cleared').where('generation', '=', generation)
    .orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();
  const { callsCutOff, lastCallEndedAt } = detail;
  return {
    at, callsCutOff: Number(callsCutOff), lastCallEndedAt: typeof lastCallEndedAt === 'string' ? new Date(lastCallEndedAt) : null,
    ...(await subscriptionsLeft(db, key, generation)),
  };
}

/** Clears that have taken longer than any living owner needs. */
export async function findAbandonedClears({ db, settings }: VaultContext): Promise<(GrantKey & { generation: number })[]> {
  const longEnough = settings.leaseMs + settings.wireAllowanceMs;
  return db.selectFrom('vault.grant').select(['company_id as company', 'application', 'generation']).where('state', '=', 'clearing')
    .where('clearing_since', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${longEnough / 1000}::float8)`).execute();
}
