import { appendAudit } from '../audit/audit-store.js';
import type { VaultContext, VaultTrx } from '../context.js';
import { untroubled, type MemberRef } from '../grant/grant.js';
import { lockGrant, updateGrant } from '../grant/grant-store.js';
import { appendEvent } from '../outbox/outbox-store.js';
import { deleteRedemption } from '../redemption/outcome-store.js';
import { nextRefreshAt } from '../redemption/redemption.js';
import type { GrantRow } from '../tables.js';
import { addIssuedToken, endIssuedToken, findConsentToken } from '../token/issued-token-store.js';
import type { TokenSet } from '../token/token-set.js';
import { writeTokenSet } from '../token/token-set-store.js';
import { isOfAnotherLogin, writeLogin } from './login-store.js';
import { readLogin } from './login.js';
import type { ConsumedOptIn } from './opt-in-store.js';
import { endPending, findPending, pendingIdOf, storePending, useWaitingToken } from './pending-store.js';

/** A consent that became the living one, and the generation that ended with it. */
export interface LivingConsent {
  readonly kind: 'stored';
  readonly replaced: boolean;
  readonly endedGeneration: number;
}

export type StoredConsent = LivingConsent | { readonly kind: 'pending' | 'superseded' };

/**
 * Makes the consent the living one: token set, issued token, audit entry and event in one transaction, and only where its
 * number exceeds the living one. One by another UPS.com login than before is kept pending instead, unless a newer one is.
 * A pair that lost is recorded and destroyed. Who did not hear of the commit may try again: what it did is not done twice.
 */
export async function storeConsent(context: VaultContext, consent: ConsumedOptIn, tokens: TokenSet): Promise<StoredConsent> {
  const { db, applications } = context;
  const { key, number } = consent;
  const login = readLogin(tokens.accessToken, applications[key.application].clientId);
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (!grant) throw new Error('a consumed opt-in has no grant');
    const before = await findStored(context, trx, consent, tokens);
    if (before !== null) return before;
    const pending = await findPending(trx, key);
    const isAnothers = await isOfAnotherLogin(context, trx, key, login);
    if (number <= grant.generation || (isAnothers && pending !== null && pending.number > number)) {
      await recordSuperseded(context, trx, grant, consent, tokens);
      return { kind: 'superseded' };
    }
    if (isAnothers) {
      await storePending(context, trx, grant.generation, consent, tokens);
      return { kind: 'pending' };
    }
    // What waits and is newer stays: it is still to be decided about.
    if (pending !== null && pending.number < number) await endPending(context, trx, key, grant.generation, 'replaced');
    return makeLiving(context, trx, grant, consent, tokens, null);
  });
}

/** What an earlier try did with exactly this pair, whatever became of it since; null when none did anything. */
async function findStored({ keys }: VaultContext, trx: VaultTrx, { key, number }: ConsumedOptIn, tokens: TokenSet): Promise<StoredConsent | null> {
  const noted = await findConsentToken(trx, keys, { ...key, generation: number }, tokens);
  if (noted === null) return null;
  if (noted.fate === 'never stored') return { kind: 'superseded' };
  if (noted.version === pendingIdOf({ company_id: key.company, application: key.application, number }).version) return { kind: 'pending' };
  const { detail } = await trx.selectFrom('vault.audit_entry').select('detail').where('company_id', '=', key.company).where('application', '=', key.application)
    .where('action', '=', 'opted-in').where('generation', '=', number).executeTakeFirstOrThrow();
  return { kind: 'stored', replaced: detail['replaced'] === true, endedGeneration: number - 1 };
}

/** Makes a consent the living one. Only under the grant's lock, and only for a number that exceeds the living one. */
export async function makeLiving(
  context: VaultContext, trx: VaultTrx, grant: GrantRow, { key, member, number }: Omit<ConsumedOptIn, 'verifier'>, tokens: TokenSet, confirmedBy: MemberRef | null,
): Promise<LivingConsent> {
  const { clock, keys, signals, settings, applications } = context;
  const at = clock.now();
  const id = { ...key, generation: number, version: grant.version + 1 };
  const replaced = grant.state === 'authorized' || grant.state === 'suspended';
  await endIssuedToken(trx, key, 'replaced').execute();
  await deleteRedemption(trx, key).execute();
  await writeTokenSet(trx, keys, id, tokens);
  await writeLogin(context, trx, key, number, readLogin(tokens.accessToken, applications[key.application].clientId));
  if (confirmedBy) await useWaitingToken(trx, id);
  else await addIssuedToken(trx, keys, id, tokens, { cameBy: 'opt-in', optedInBy: member, fate: 'in use' });
  await updateGrant(trx, key).set({
    ...untroubled,
    state: 'authorized', generation: number, version: id.version,
    opted_in_by_id: member.id, opted_in_by_label: member.label, since: at,
    ended_at: null, ended_by_id: null, ended_by_label: null, end_reason: null, clearing_since: null, last_use_at: null,
    suspended_at: null, suspension_noted: true,
    next_refresh_at: nextRefreshAt(tokens.issuedAt, tokens.accessExpiresAt, settings.refreshMarginMs, Math.random()),
    next_probe_at: new Date(at.getTime() + settings.probeIntervalMs),
  }).execute();
  const detail = { fingerprint: keys.fingerprint(tokens.accessToken), expiresAt: tokens.accessExpiresAt.toISOString(), replaced };
  const confirmed = confirmedBy ? { confirmedBy: confirmedBy.label } : {};
  await appendAudit(trx, key, { at, action: 'opted-in', generation: number, actor: member, detail: { ...detail, ...confirmed } });
  const optedIn = { type: 'grant.opted_in' as const, generation: number, at, data: { member: member.label, replaced, ...confirmed } };
  await appendEvent(trx, key, optedIn, signals.notification('moved', key, grant.generation));
  return { kind: 'stored', replaced, endedGeneration: grant.generation };
}

async function recordSuperseded({ clock, keys }: VaultContext, trx: VaultTrx, grant: GrantRow, { key, member, number }: ConsumedOptIn, tokens: TokenSet): Promise<void> {
  const at = clock.now();
  const id = { ...key, generation: number, version: grant.version + 1 };
  const detail = { fingerprint: keys.fingerprint(tokens.accessToken), expiresAt: tokens.accessExpiresAt.toISOString() };
  await addIssuedToken(trx, keys, id, tokens, { cameBy: 'opt-in', optedInBy: member, fate: 'never stored' });
  await appendAudit(trx, key, { at, action: 'opt-in.superseded', generation: number, actor: member, detail });
  if (grant.last_clear > number) await appendEvent(trx, key, { type: 'grant.issued_after_clear', generation: number, at, data: detail });
}
