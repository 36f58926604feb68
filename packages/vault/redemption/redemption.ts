import type { GrantView, TroubleKind } from '../grant/grant.js';

/** What a refresh came to. */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly accessTokenExpiresAt: Date }
  /** UPS refused the refresh token for good; the grant needs a new opt-in. */
  | { readonly kind: 'voided'; readonly grant: GrantView }
  /** It did not work now and is tried again later. The access token is good until it expires. */
  | { readonly kind: 'postponed'; readonly reason: TroubleKind }
  /** There is no living grant. */
  | { readonly kind: 'no-grant'; readonly grant: GrantView };

/** Why a refresh is wanted. `due` and `asked` have time; the others need a token now. */
export type RefreshReason = 'due' | 'asked' | 'expired' | 'refused';

/** When a pair is to be refreshed: ahead of its end, spread out so that pairs made together are not refreshed together. `random` is in [0, 1). */
export function nextRefreshAt(issuedAt: Date, expiresAt: Date, refreshMarginMs: number, random: number): Date {
  const lifetimeMs = Math.max(0, expiresAt.getTime() - issuedAt.getTime());
  const marginMs = Math.min(refreshMarginMs, lifetimeMs / 4);
  return new Date(expiresAt.getTime() - marginMs * (1 + random / 2));
}

/** How long to wait after this many failures in a row (from 1): doubling, a quarter up or down, at most `maxMs`. */
export function backOffMs(failures: number, baseMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30) * (0.75 + random / 2));
}
