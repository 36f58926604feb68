import type { GrantView } from '../grant/grant.js';

export type ClearOutcome =
  | { readonly kind: 'cleared'; readonly at: Date; readonly callsCutOff: number; readonly lastCallEndedAt: Date | null }
  /** Somebody opted in again or cleared since the page was made; nothing was done. */
  | { readonly kind: 'moved'; readonly grant: GrantView }
  /** There is nothing to clear. */
  | { readonly kind: 'nothing'; readonly grant: GrantView };
