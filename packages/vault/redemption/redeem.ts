import { Problem } from '@wayleave/platform/errors';
import { readTokenResponse, refreshRequest, UpsUnreachable } from '@wayleave/ups-api';
import type { VaultContext } from '../context.js';
import { eachAlone } from '../each-alone.js';
import { LeaseLost } from '../errors.js';
import type { TroubleKind } from '../grant/grant.js';
import { grantName, type GrantKey } from '../ids.js';
import { waitAtMost } from '../lease/deadline.js';
import type { HeldLease } from '../lease/held-lease.js';
import type { Leases } from '../lease/leases.js';
import type { RedemptionOutcome } from '../observer.js';
import { persist } from '../persist.js';
import { judgeRefresh } from '../token/judgement.js';
import { tokenSetOf, type TokenSet } from '../token/token-set.js';
import { noteKept, noteUnknown, storeRefreshed, voidGrant } from './outcome-store.js';
import { claimRedemption, expireRedemption, findPendingRedemptions, withdrawClaim, type Claim } from './redemption-store.js';
import type { RefreshReason } from './redemption.js';

export type Redeemed =
  /** The lease's token is newer than before: by this refresh or by somebody else's. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'voided' }
  /** The lease's generation ended. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'postponed'; readonly reason: TroubleKind; readonly error: Error };

/** A refresh that could not begin because its lease ran out is begun again at most this often. */
const maxAttempts = 3;

/** How often those who need a token look whether somebody else's refresh is done, should its signal be lost. */
const lookAgainMs = 500;

/** The refreshes of this instance: one at a time per grant here, and by the redemption's row one at a time everywhere. */
export class Redemptions {
  readonly #context: VaultContext;
  readonly #leases: Leases;
  readonly #running = new Map<string, Promise<Redeemed>>();
  /** When the pending redemptions of all instances, by id, were first seen by our own monotonic clock. */
  readonly #pendingSince = new Map<string, number>();

  constructor(context: VaultContext, leases: Leases) {
    this.#context = context;
    this.#leases = leases;
  }

  /**
   * Gets the grant a newer access token than version `insufficient`, which is what the caller found expired or refused;
   * without it, newer than the one there is. Throws what the database says.
   */
  async redeem(key: GrantKey, reason: RefreshReason, insufficient?: number): Promise<Redeemed> {
    const name = grantName(key);
    return this.#running.get(name) ?? this.#begin(key, name, reason, insufficient);
  }

  /**
   * Gives up the redemptions of owners that are gone. One counts as such when its time is over by the database's clock, and
   * when it was pending as long by our own since it was first seen: no step of the database's clock can end a living one.
   */
  async sweep(): Promise<void> {
    const pending = await findPendingRedemptions(this.#context);
    const ids = new Set(pending.map(({ id }) => id));
    for (const id of this.#pendingSince.keys()) if (!ids.has(id)) this.#pendingSince.delete(id);
    const now = performance.now();
    for (const { id } of pending) if (!this.#pendingSince.has(id)) this.#pendingSince.set(id, now);
    const over = pending.filter(({ id }) => now - (this.#pendingSince.get(id) ?? now) > this.#context.settings.redemptionMs);
    await eachAlone(this.#context.logger, 'giving up a redemption', over, (redemption) => expireRedemption(this.#context, redemption));
  }

  /** Waits a while for the outcomes of the refreshes that were begun here; one that comes later is an answer lost. */
  async close(): Promise<void> {
    await waitAtMost(this.#context.settings.callTimeoutMs, Promise.allSettled(this.#running.values()));
  }

  #begin(key: GrantKey, name: string, reason: RefreshReason, insufficient?: number): Promise<Redeemed> {
    const running = this.#redeem(key, reason, insufficient).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
    return running;
  }

  async #redeem(key: GrantKey, reason: RefreshReason, insufficient?: number): Promise<Redeemed> {
    for (let attempt = 1; ; attempt += 1) {
      const lease = await this.#leases.hold(key);
      lease.holders += 1;
      try {
        return await this.#claimAndSpend(lease, reason, insufficient ?? lease.token.version);
      } catch (error) {
        if (!(error instanceof LeaseLost) || attempt === maxAttempts) throw error;
      } finally {
        lease.holders -= 1;
      }
    }
  }

  async #claimAndSpend(lease: HeldLease, reason: RefreshReason, insufficient: number): Promise<Redeemed> {
    if (lease.token.version > insufficient) return { kind: 'fresh' };
    const giveUpAt = performance.now() + this.#context.settings.callTimeoutMs;
    for (;;) {
      const result = await claimRedemption(this.#context, lease, reason, insufficient);
      switch (result.kind) {
        case 'claimed':
          return this.#observe(lease, this.#spend(lease, result.claim));
        case 'newer':
          await this.#leases.reload(lease);
          return { kind: 'fresh' };
        case 'ended':
          return { kind: 'ended' };
        case 'not-now':
          return postponed(result.trouble);
        case 'busy':
          if (reason === 'due' || performance.now() > giveUpAt) return postponed('unreachable');
          await this.#context.signals.next(lease.key, lookAgainMs);
      }
    }
  }

  /** Tells how the spending of a token ended. */
  async #observe(lease: HeldLease, spending: Promise<Redeemed>): Promise<Redeemed> {
    const { observer } = this.#context;
    const { application } = lease.key;
    try {
      const redeemed = await spending;
      observer?.redemption(application, outcomeOf(redeemed));
      return redeemed;
    } catch (error) {
      observer?.redemption(application, error instanceof Problem ? 'withdrawn' : 'failed');
      throw error;
    }
  }

  /** Spends the token. From the first byte on this runs to its end, whatever happens to the lease. */
  async #spend(lease: HeldLease, claim: Claim): Promise<Redeemed> {
    const { clock, applications, transports, settings } = this.#context;
    const { clientId, clientSecret } = applications[claim.key.application];
    const request = refreshRequest({ clientId, clientSecret: clientSecret.reveal(), refreshToken: claim.refreshToken.reveal() });
    const askedAt = clock.now();
    let written = false;
    let tokens: TokenSet;
    try {
      const deadlineMs = Math.min(settings.refreshTimeoutMs, claim.deadline.remainingMs);
      const response = await lease.redeem(transports[claim.key.application], request, deadlineMs, () => {
        if (claim.deadline.passed) throw new Error('the redemption ran out before it was sent');
        written = true;
      });
      tokens = tokenSetOf(readTokenResponse(response, 'refresh'), askedAt);
    } catch (error) {
      if (!written && !lease.isLive) {
        await this.#persist(claim, () => withdrawClaim(this.#context, claim));
        throw lease.whyDead;
      }
      return this.#settleFailure(claim, written ? error : new UpsUnreachable(false, { cause: error }));
    }
    const stored = await this.#persist(claim, () => storeRefreshed(this.#context, claim, tokens));
    if (stored === 'too-late') return { kind: 'ended' };
    const { accessToken, issuedAt, accessExpiresAt: expiresAt } = tokens;
    this.#leases.adopt(claim.key, claim.generation, { version: claim.version + 1, accessToken, issuedAt, expiresAt });
    return { kind: 'fresh' };
  }

  async #settleFailure(claim: Claim, error: unknown): Promise<Redeemed> {
    const { logger } = this.#context;
    const judgement = judgeRefresh(error);
    logger.warn({ err: error, grant: grantName(claim.key), generation: claim.generation, judgement }, 'a refresh brought no new token');
    const cause = error instanceof Error ? error : new Error(String(error));
    switch (judgement.token) {
      case 'kept':
        await this.#persist(claim, () => noteKept(this.#context, claim, judgement.trouble));
        return { kind: 'postponed', reason: claim.recovery ? 'uncertain' : judgement.trouble, error: cause };
      case 'unknown':
        await this.#persist(claim, () => noteUnknown(this.#context, claim));
        return { kind: 'postponed', reason: 'uncertain', error: cause };
      case 'dead': {
        const reason = claim.recovery ? 'answer-lost' : claim.reason === 'refused' ? 'password-or-withdrawal' : 'refresh-refused';
        const isVoided = await this.#persist(claim, () => voidGrant(this.#context, claim.key, claim, reason));
        if (!isVoided) return { kind: 'ended' };
        await this.#leases.end(grantName(claim.key), claim.generation, 'voided');
        return { kind: 'voided' };
      }
    }
  }

  #persist<T>(claim: Claim, write: () => Promise<T>): Promise<T> {
    return persist(this.#context, claim.key, 'the outcome of a refresh', claim.deadline, write);
  }
}

function outcomeOf(redeemed: Redeemed): RedemptionOutcome {
  switch (redeemed.kind) {
    case 'fresh': return 'refreshed';
    case 'ended': return 'too-late';
    case 'voided': return 'voided';
    case 'postponed': return redeemed.reason;
  }
}

function postponed(reason: TroubleKind): Redeemed {
  return { kind: 'postponed', reason, error: new UpsUnreachable(false, { cause: new Error(`the refresh waits: ${reason}`) }) };
}
