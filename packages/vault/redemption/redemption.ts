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

/** When a pair is to be refreshed. `random` is in [0, 1). */
export function nextRefreshAt(issuedAt: Date, expiresAt: Date, refreshMarginMs: number, random: number): Date {
  return new Date(issuedAt.getTime() + refreshAfterMs(expiresAt.getTime() - issuedAt.getTime(), refreshMarginMs, random));
}

/**
 * How long after its issue a token of this life is refreshed: somewhere in the second half of the time before the margin,
 * or before the last quarter of a short life. So wide a spread takes apart within a few rounds whatever began together, as after
 * an outage, and what waits for its turn has the margin left. `random` is in [0, 1).
 */
export function refreshAfterMs(lifetimeMs: number, refreshMarginMs: number, random: number): number {
  const latestMs = Math.max(0, lifetimeMs) - Math.min(refreshMarginMs, Math.max(0, lifetimeMs) / 4);
  return latestMs * (0.5 + random / 2);
}

/** How long to wait after this many failures in a row (from 1): doubling up to `maxMs`, and up to a quarter less by chance. */
export function backOffMs(failures: number, baseMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30)) * (1 - random / 4);
}
