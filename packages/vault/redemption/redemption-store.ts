import type { Secret } from '@wayleave/platform/secret';
import { sql, type Kysely, type Selectable } from 'kysely';
import { randomUUID } from 'node:crypto';
import { appendAudit } from '../audit/audit-store.js';
import type { VaultContext, VaultTrx } from '../context.js';
import type { MemberRef, TroubleKind } from '../grant/grant.js';
import { lockGrant, updateGrant } from '../grant/grant-store.js';
import type { ApplicationId, GrantKey } from '../ids.js';
import { Deadline } from '../lease/deadline.js';
import type { HeldLease } from '../lease/held-lease.js';
import { timedTransaction } from '../lease/timed-transaction.js';
import type { GrantRow, RedemptionTable, TokenSetTable, VaultTables } from '../tables.js';
import { findTokenSet, readRefreshToken } from '../token/token-set-store.js';
import { takeCall } from './pace-store.js';
import type { RefreshReason } from './redemption.js';

/** The right to spend one refresh token, once. The row that says so is committed before anything is sent. */
export interface Claim {
  readonly id: string;
  readonly key: GrantKey;
  readonly generation: number;
  readonly version: number;
  readonly reason: RefreshReason;
  /** The token may have been spent before; this is the try that finds out. */
  readonly recovery: boolean;
  readonly attempts: number;
  readonly optedInBy: MemberRef;
  readonly refreshToken: Secret;
  readonly deadline: Deadline;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** The stored pair is newer than what would not do. */
  | { readonly kind: 'newer' }
  /** Somebody else's POST is under way. */
  | { readonly kind: 'busy' }
  /** It is not the time: after a failure, while an answer is lost and the access token still works, or beyond the client's pace. */
  | { readonly kind: 'not-now'; readonly trouble: TroubleKind }
  /** The generation of the lease lives no more. */
  | { readonly kind: 'ended' };

/**
 * Claims the stored refresh token under a shared lock of the grant, if its generation lives, nobody else spends it, and
 * the stored pair is not newer than the version that would not do. Throws CannotOpen, WrongMasterKey.
 */
export async function claimRedemption(context: VaultContext, lease: HeldLease, reason: RefreshReason, insufficient: number): Promise<ClaimResult> {
  const { db, clock, keys, settings } = context;
  type Claimed = Exclude<ClaimResult, { kind: 'claimed' }> | { kind: 'claimed'; claim: Omit<Claim, 'deadline'> };
  const claiming = timedTransaction(db, async (trx): Promise<Claimed> => {
    const grant = await lockGrant(trx, lease.key, 'share');
    if (grant?.state !== 'authorized' || grant.generation !== lease.generation) return { kind: 'ended' };
    const tokenSet = await findTokenSet(trx, lease.key);
    if (!tokenSet || tokenSet.generation !== grant.generation) return { kind: 'ended' };
    if (tokenSet.version > insufficient) return { kind: 'newer' };
    const time = clock.now();
    const existing = await lockRedemption(trx, lease.key);
    if (existing?.phase === 'pending') return { kind: 'busy' };
    if (existing) {
      const isUseless = tokenSet.access_expires_at <= time || reason === 'refused';
      const isDue = existing.next_attempt_at === null || existing.next_attempt_at <= time;
      if (!isUseless || !isDue) return { kind: 'not-now', trouble: 'uncertain' };
    } else if (reason === 'expired' && grant.failures > 0 && grant.trouble !== null && grant.next_refresh_at !== null && grant.next_refresh_at > time) {
      return { kind: 'not-now', trouble: grant.trouble };
    }
    // A process whose key was retired could not store the pair that its POST brings: it does not begin one.
    await keys.forWriting(trx);
    const id = randomUUID();
    const isMine = await writeClaim(context, trx, tokenSet, existing?.id ?? null, id);
    if (!isMine) return { kind: 'busy' };
    // The worker took a call for what is due; whoever else comes takes one now, and only who is to make it.
    const isPaid = (existing === null && reason === 'due') || (await takeCall(context, trx, lease.key.application));
    if (!isPaid) throw new PaceUsedUp();
    return {
      kind: 'claimed',
      claim: {
        id, key: lease.key, generation: grant.generation, version: grant.version, reason,
        recovery: existing !== null, attempts: existing?.attempts ?? 0, optedInBy: memberOf(grant),
        refreshToken: readRefreshToken(keys, tokenSet),
      },
    };
  });
  const claimed = await claiming.catch((error: unknown) => {
    if (error instanceof PaceUsedUp) return null;
    throw error;
  });
  if (claimed === null) return { kind: 'not-now', trouble: 'throttled' };
  if (claimed.kind !== 'claimed') return claimed;
  return { kind: 'claimed', claim: { ...claimed.claim, deadline: new Deadline(claimed.start, settings.redemptionMs) } };
}

/** Takes back a claim for which the client has no call left. */
class PaceUsedUp extends Error {}

/** By the database's clock. */
const hasRunOut = sql<boolean>`deadline_at < clock_timestamp()`;

async function lockRedemption(trx: VaultTrx, { company, application }: GrantKey): Promise<Selectable<RedemptionTable> | null> {
  const row = await trx.selectFrom('vault.redemption').selectAll()
    .where('company_id', '=', company).where('application', '=', application).forUpdate().executeTakeFirst();
  return row ?? null;
}

/** Writes the intent: a new row, or the uncertain one taken over for a recovery. False when somebody else was faster. */
async function writeClaim(
  { instanceId, settings }: VaultContext, trx: VaultTrx, tokenSet: Selectable<TokenSetTable>, uncertainId: string | null, id: string,
): Promise<boolean> {
  const deadline = sql<Date>`clock_timestamp() + make_interval(secs => ${settings.redemptionMs / 1000}::float8)`;
  if (uncertainId === null) {
    const inserted = await trx.insertInto('vault.redemption').values({
      company_id: tokenSet.company_id, application: tokenSet.application, id, generation: tokenSet.generation, version: tokenSet.version,
      instance_id: instanceId, phase: 'pending', deadline_at: deadline, next_attempt_at: null,
    }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const taken = await trx.updateTable('vault.redemption')
    .set({ id, instance_id: instanceId, phase: 'pending', recovery: true, deadline_at: deadline, next_attempt_at: null })
    .where('id', '=', uncertainId).executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** Takes back a claim under which nothing was sent. One that was to recover a lost answer leaves it lost. */
export async function withdrawClaim({ db, clock, signals }: VaultContext, claim: Claim): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (claim.recovery) {
      await trx.updateTable('vault.redemption').set({ phase: 'uncertain', next_attempt_at: clock.now() }).where('id', '=', claim.id).execute();
    } else {
      await trx.deleteFrom('vault.redemption').where('id', '=', claim.id).execute();
    }
    await signals.send(trx, 'changed', claim.key, claim.generation);
  });
}

/** Whether the outcome of the grant's last refresh is unknown. */
export async function isUncertain({ db }: VaultContext, key: GrantKey): Promise<boolean> {
  const row = await db.selectFrom('vault.redemption').select('phase')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('phase', '=', 'uncertain').executeTakeFirst();
  return row !== undefined;
}

/** How many grants of each application have a redemption of which nobody knows whether UPS took it. */
export async function countUncertain(db: Kysely<VaultTables>): Promise<{ application: ApplicationId; count: number }[]> {
  const rows = await db.selectFrom('vault.redemption').where('phase', '=', 'uncertain')
    .groupBy('application').select(['application', (query) => query.fn.countAll<string>().as('count')]).execute();
  return rows.map(({ application, count }) => ({ application, count: Number(count) }));
}

/** A redemption whose outcome is not stored. */
export interface PendingRedemption extends GrantKey {
  readonly id: string;
}

/** What is being spent at the moment, by anybody, oldest first. */
export async function findPendingRedemptions({ db }: VaultContext): Promise<PendingRedemption[]> {
  return db.selectFrom('vault.redemption').select(['company_id as company', 'application', 'id'])
    .where('phase', '=', 'pending').orderBy('deadline_at').limit(1_000).execute();
}

/** Notes a redemption whose owner's time is over as uncertain, if it still is the one that was seen: its outcome is unknown. */
export async function expireRedemption({ db, clock }: VaultContext, { id, ...key }: PendingRedemption): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const time = clock.now();
    const expired = await trx.updateTable('vault.redemption').set({ phase: 'uncertain', next_attempt_at: time })
      .where('id', '=', id).where('phase', '=', 'pending').where(hasRunOut).executeTakeFirst();
    if (!grant || expired.numUpdatedRows === 0n || grant.trouble === 'uncertain') return;
    await updateGrant(trx, key).set({ trouble: 'uncertain', trouble_since: time, trouble_at: 'refresh' }).execute();
    await appendAudit(trx, key, { at: time, action: 'refresh.uncertain', generation: grant.generation, actor: null });
  });
}

function memberOf(grant: GrantRow): MemberRef {
  if (grant.opted_in_by_id === null || grant.opted_in_by_label === null) throw new Error('an authorized grant has nobody who opted in');
  return { id: grant.opted_in_by_id, label: grant.opted_in_by_label };
}
