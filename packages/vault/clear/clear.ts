import type { GrantView } from '../grant/grant.js';
import type { SubscriptionsLeft } from '../subscription/account-subscription-store.js';

export type ClearOutcome =
  | {
    readonly kind: 'cleared'; readonly at: Date; readonly callsCutOff: number; readonly lastCallEndedAt: Date | null;
    /** The grant that somebody made after this Clear was finished and before it could answer. */
    readonly renewed: GrantView | null;
  } & SubscriptionsLeft
  /** Somebody opted in again or cleared since the page was made; nothing was done. */
  | { readonly kind: 'moved'; readonly grant: GrantView }
  /** There is nothing to clear. */
  | { readonly kind: 'nothing'; readonly grant: GrantView };
