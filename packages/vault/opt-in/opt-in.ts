import type { ApplicationId, CompanyId } from '../ids.js';

export type CallbackRefusal =
  | 'state-missing'
  | 'state-unknown'
  | 'state-used'
  | 'state-expired'
  | 'other-session'
  | 'other-callback'
  | 'malformed';

export type ExchangeFailure = 'unreachable' | 'throttled' | 'unreadable' | 'blocked-merchant' | 'client-refused' | 'code-refused';

/** How an opt-in ended. Only `opted-in` changes the grant. */
export type OptInOutcome =
  | { readonly kind: 'opted-in'; readonly company: CompanyId; readonly replaced: boolean }
  | { readonly kind: 'denied'; readonly application: ApplicationId; readonly company: CompanyId }
  | { readonly kind: 'refused'; readonly reason: CallbackRefusal }
  | { readonly kind: 'failed'; readonly reason: ExchangeFailure; readonly company: CompanyId }
  /** A newer consent or a Clear came first. */
  | { readonly kind: 'superseded'; readonly company: CompanyId };
