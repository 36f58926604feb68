import { sha256, sameBytes } from '@wayleave/platform/secret';
import type { Selectable } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import type { VaultContext } from '../context.js';
import type { MemberRef } from '../grant/grant.js';
import { ensureGrant, lockGrant, updateGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import type { OptInTable } from '../tables.js';
import type { CallbackRefusal } from './opt-in.js';

/** Notes an opt-in before the browser leaves. */
export async function addOptIn(
  { db, clock, keys, environment, settings }: VaultContext,
  key: GrantKey, optIn: { state: string; verifier: string; sessionBinding: Buffer; member: MemberRef },
): Promise<void> {
  const at = clock.now();
  const stateHash = sha256(optIn.state);
  await ensureGrant(db, key);
  await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'share');
    const master = await keys.forWriting(trx);
    await trx.insertInto('vault.opt_in').values({
      state_hash: stateHash,
      company_id: key.company,
      application: key.application,
      environment,
      session_hash: optIn.sessionBinding,
      member_id: optIn.member.id,
      member_label: optIn.member.label,
      verifier: master.sealVerifier(optIn.verifier, verifierContext(key, stateHash)),
      last_clear: grant?.last_clear ?? 0,
      created_at: at,
      expires_at: new Date(at.getTime() + settings.optInLifetimeMs),
      consumed_at: null,
    }).execute();
    await appendAudit(trx, key, { at, action: 'opt-in.began', generation: grant?.generation ?? 0, actor: optIn.member });
  });
}

/** An opt-in whose state was spent by this callback, and the number that it drew. */
export interface ConsumedOptIn {
  readonly key: GrantKey;
  readonly member: MemberRef;
  readonly number: number;
  readonly verifier: string;
}

export type Consumption =
  | { readonly kind: 'consumed'; readonly optIn: ConsumedOptIn }
  | { readonly kind: 'refused'; readonly reason: CallbackRefusal }
  /** A Clear ended it; its code is not to be exchanged. */
  | { readonly kind: 'superseded'; readonly key: GrantKey }
  /** A Clear is under way; ask again when it has answered. */
  | { readonly kind: 'clearing'; readonly key: GrantKey; readonly generation: number };

/**
 * Spends a state: once, in the session, at the callback and within the time that it was made for. Draws the consent's
 * number here, so that of two consents the one that came back last wins, however slow its exchange is.
 */
export async function consumeOptIn(
  { db, clock, keys, environment }: VaultContext, callback: { state: string; application: GrantKey['application']; sessionBinding: Buffer },
): Promise<Consumption> {
  const stateHash = sha256(callback.state);
  const known = await db.selectFrom('vault.opt_in').selectAll().where('state_hash', '=', stateHash).executeTakeFirst();
  const refusal = known ? judgeOptIn(known, callback, environment) : 'state-unknown';
  if (!known || refusal) return { kind: 'refused', reason: refusal ?? 'state-unknown' };
  const key = { company: known.company_id, application: known.application };
  return db.transaction().execute(async (trx): Promise<Consumption> => {
    const grant = await lockGrant(trx, key, 'update');
    const at = clock.now();
    if (!grant) return { kind: 'refused', reason: 'state-unknown' };
    if (grant.state === 'clearing' && grant.last_clear === known.last_clear) return { kind: 'clearing', key, generation: grant.generation };
    const isStale = grant.last_clear !== known.last_clear;
    const spent = await trx.updateTable('vault.opt_in').set({ consumed_at: at, verifier: null })
      .where('state_hash', '=', stateHash).where('consumed_at', 'is', null).executeTakeFirst();
    if (spent.numUpdatedRows === 0n) return { kind: 'refused', reason: 'state-used' };
    if (known.expires_at <= at) return { kind: 'refused', reason: 'state-expired' };
    const member = { id: known.member_id, label: known.member_label };
    if (isStale || known.verifier === null) {
      await appendAudit(trx, key, { at, action: 'opt-in.superseded', generation: grant.generation, actor: member });
      return { kind: 'superseded', key };
    }
    const number = grant.drawn + 1;
    await updateGrant(trx, key).set({ drawn: number }).execute();
    const verifier = keys.unsealVerifier(known.verifier, verifierContext(key, stateHash));
    return { kind: 'consumed', optIn: { key, member, number, verifier } };
  });
}

function judgeOptIn(
  optIn: Selectable<OptInTable>, callback: { application: GrantKey['application']; sessionBinding: Buffer }, environment: string,
): CallbackRefusal | null {
  if (!sameBytes(optIn.session_hash, callback.sessionBinding)) return 'other-session';
  if (optIn.application !== callback.application || optIn.environment !== environment) return 'other-callback';
  return optIn.consumed_at === null ? null : 'state-used';
}

/** Writes down an opt-in that ended without a consent. The grant stays as it is. */
export async function noteOptInEnded(
  { db, clock }: VaultContext, { key, member, number }: ConsumedOptIn, action: 'opt-in.denied' | 'opt-in.failed', reason: string | null,
): Promise<void> {
  await db.transaction().execute((trx) =>
    appendAudit(trx, key, { at: clock.now(), action, generation: number, actor: member, detail: reason === null ? {} : { reason } }));
}

/** Deletes opt-ins that are over for good. */
export async function forgetOptIns({ db }: VaultContext, before: Date): Promise<void> {
  await db.deleteFrom('vault.opt_in').where('expires_at', '<', before).execute();
}

/** What a verifier is bound to. */
export function verifierContext(key: GrantKey, stateHash: Buffer): readonly string[] {
  return ['verifier', key.company, key.application, stateHash.toString('hex')];
}
