import { appendAudit } from '../audit/audit-store.js';
import type { VaultContext, VaultTrx } from '../context.js';
import { untroubled, type EndReason, type TroubleKind } from '../grant/grant.js';
import { lockGrant, updateGrant } from '../grant/grant-store.js';
import type { GrantKey } from '../ids.js';
import { appendEvent } from '../outbox/outbox-store.js';
import type { GrantRow } from '../tables.js';
import { addIssuedToken, endIssuedToken, findFate } from '../token/issued-token-store.js';
import type { TokenSet } from '../token/token-set.js';
import { deleteTokenSet, writeTokenSet } from '../token/token-set-store.js';
import type { Claim } from './redemption-store.js';
import { backOffMs, nextRefreshAt } from './redemption.js';

/**
 * Whether the grant still is what a redemption or a call began with. `needs-opt-in` counts: a good pair that comes late revives
 * it. So does `suspended`, which it stays.
 */
function isStill(grant: GrantRow | null, { generation, version }: { generation: number; version: number }): grant is GrantRow {
  return grant !== null && grant.generation === generation && grant.version === version && ['authorized', 'suspended', 'needs-opt-in'].includes(grant.state);
}

/**
 * Stores a refreshed pair by compare-and-set on (generation, version), however late it comes. A pair that lost is
 * destroyed unstored and recorded: UPS made it and will honour it until it expires.
 */
export async function storeRefreshed(context: VaultContext, claim: Claim, tokens: TokenSet): Promise<'stored' | 'too-late'> {
  const { db, keys, clock, signals, settings } = context;
  const { key, generation } = claim;
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const at = clock.now();
    const id = { ...key, generation, version: claim.version + 1 };
    if (!isStill(grant, claim)) {
      // Who did not hear of the commit tries again: what it did is not done twice, and not told as if somebody else had.
      const fate = await findFate(trx, keys, id, tokens);
      if (fate === null) await recordUnstored(context, trx, grant, claim, tokens);
      return fate === null || fate === 'never stored' ? 'too-late' : 'stored';
    }
    await endIssuedToken(trx, key, 'replaced').execute();
    await writeTokenSet(trx, keys, id, tokens);
    await addIssuedToken(trx, keys, id, tokens, { cameBy: 'refresh', optedInBy: claim.optedInBy, fate: 'in use' });
    const doubts = claim.reason === 'refused'
      ? { refused_since: grant.refused_since ?? at, refused_refreshes: grant.refused_refreshes + 1 }
      : { refused_since: null, refused_refreshes: 0 };
    await updateGrant(trx, key).set({
      // What uses run into is theirs to take back.
      ...(grant.trouble_at === 'use' ? { failures: 0 } : untroubled),
      ...doubts,
      version: id.version,
      state: grant.state === 'suspended' ? 'suspended' : 'authorized',
      ended_at: null,
      end_reason: null,
      next_probe_at: grant.next_probe_at ?? at,
      next_refresh_at: nextRefreshAt(tokens.issuedAt, tokens.accessExpiresAt, settings.refreshMarginMs, Math.random()),
    }).execute();
    await deleteRedemption(trx, key).execute();
    await appendAudit(trx, key, { at, action: 'refreshed', generation, actor: null, detail: { fingerprint: keys.fingerprint(tokens.accessToken) } });
    await appendEvent(trx, key, { type: 'grant.refreshed', generation, at }, signals.notification('changed', key, generation));
    return 'stored';
  });
}

async function recordUnstored({ keys, clock }: VaultContext, trx: VaultTrx, grant: GrantRow | null, claim: Claim, tokens: TokenSet): Promise<void> {
  const { key, generation, version } = claim;
  const at = clock.now();
  await addIssuedToken(trx, keys, { ...key, generation, version: version + 1 }, tokens, {
    cameBy: 'refresh', optedInBy: claim.optedInBy, fate: 'never stored',
  });
  const wasCleared = grant !== null && grant.last_clear > generation;
  const detail = { fingerprint: keys.fingerprint(tokens.accessToken), expiresAt: tokens.accessExpiresAt.toISOString() };
  await trx.deleteFrom('vault.redemption').where('id', '=', claim.id).execute();
  await appendAudit(trx, key, { at, action: wasCleared ? 'issued-after-clear' : 'refresh.superseded', generation, actor: null, detail });
  if (wasCleared) await appendEvent(trx, key, { type: 'grant.issued_after_clear', generation, at, data: detail });
}

/** A refresh that did not spend the token: it is tried again later. A recovery stays uncertain, as the first answer still is. */
export async function noteKept(context: VaultContext, claim: Claim, trouble: Exclude<TroubleKind, 'uncertain'>): Promise<void> {
  if (claim.recovery) return noteUnknown(context, claim);
  const { db, clock, signals, settings } = context;
  const { key, generation } = claim;
  await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    await trx.deleteFrom('vault.redemption').where('id', '=', claim.id).execute();
    await signals.send(trx, 'changed', key, generation);
    if (!isStill(grant, claim) || grant.state !== 'authorized') return;
    const at = clock.now();
    const failures = grant.failures + 1;
    const wait = backOffMs(failures, settings.backOffMs, settings.backOffMaxMs, Math.random());
    const isNew = grant.trouble !== trouble || grant.trouble_at !== 'refresh';
    await updateGrant(trx, key).set({
      failures,
      next_refresh_at: new Date(at.getTime() + wait),
      ...(isNew ? { trouble, trouble_since: at, trouble_at: 'refresh' as const } : {}),
    }).execute();
    if (isNew) await appendAudit(trx, key, { at, action: 'refresh.failed', generation, actor: null, detail: { reason: trouble } });
  });
}

/** A refresh whose answer is lost: the token may be spent. The old access token is used to its end, then one try finds out. */
export async function noteUnknown({ db, clock, signals, settings }: VaultContext, claim: Claim): Promise<void> {
  const { key, generation } = claim;
  await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const at = clock.now();
    const attempts = claim.attempts + 1;
    const wait = backOffMs(attempts, settings.backOffMs, settings.backOffMaxMs, Math.random());
    const mine = await trx.updateTable('vault.redemption')
      .set({ phase: 'uncertain', attempts, next_attempt_at: new Date(at.getTime() + wait) }).where('id', '=', claim.id).executeTakeFirst();
    await signals.send(trx, 'changed', key, generation);
    if (mine.numUpdatedRows === 0n || !isStill(grant, claim) || grant.state !== 'authorized' || grant.trouble === 'uncertain') return;
    await updateGrant(trx, key).set({ trouble: 'uncertain', trouble_since: at, trouble_at: 'refresh' }).execute();
    await appendAudit(trx, key, { at, action: 'refresh.uncertain', generation, actor: null });
  });
}

/** UPS refuses the grant for good: the pair is destroyed and a new opt-in is needed. False when the grant moved on meanwhile. */
export async function voidGrant(
  { db, clock, signals }: VaultContext, key: GrantKey, seen: { generation: number; version: number }, reason: Exclude<EndReason, 'cleared'>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    if (!isStill(grant, seen) || grant.state === 'needs-opt-in') return false;
    const at = clock.now();
    await updateGrant(trx, key).set({
      ...untroubled, state: 'needs-opt-in', ended_at: at, ended_by_id: null, ended_by_label: null, end_reason: reason,
      next_refresh_at: null, next_probe_at: null, suspended_at: null, suspension_noted: true,
    }).execute();
    await endIssuedToken(trx, key, 'voided').execute();
    await deleteTokenSet(trx, key).execute();
    await deleteRedemption(trx, key).execute();
    await appendAudit(trx, key, { at, action: 'voided', generation: seen.generation, actor: null, detail: { reason } });
    await appendEvent(trx, key, { type: 'grant.voided', generation: seen.generation, at, data: { reason } }, signals.notification('voided', key, seen.generation));
    return true;
  });
}

/** The statement that forgets what is being spent for a grant: the outcome no longer matters. Only under the grant's lock. */
export function deleteRedemption(trx: VaultTrx, { company, application }: GrantKey) {
  return trx.deleteFrom('vault.redemption').where('company_id', '=', company).where('application', '=', application);
}
