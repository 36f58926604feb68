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
