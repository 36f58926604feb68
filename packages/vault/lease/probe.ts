import type { GrantView, TroubleKind } from '../grant/grant.js';

/** What a probe found out. */
export type ProbeOutcome =
  /** UPS answered under the grant: it stands. */
  | { readonly kind: 'stands'; readonly at: Date }
  | { readonly kind: 'voided'; readonly grant: GrantView }
  /** UPS refused a token that it made moments ago; it is looked at again at this time. */
  | { readonly kind: 'refused'; readonly checkedAgainAt: Date }
  /** Nothing was learnt. */
  | { readonly kind: 'unanswered'; readonly reason: TroubleKind }
  /** There is no living grant. */
  | { readonly kind: 'no-grant'; readonly grant: GrantView };
