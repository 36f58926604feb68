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
  /** It came by another UPS.com login than before, and waits until an admin confirms. The grant is as it was. */
  | { readonly kind: 'pending'; readonly company: CompanyId }
  /** A newer consent or a Clear came first. */
  | { readonly kind: 'superseded'; readonly company: CompanyId };

/** What UPS's answer at the callback says, before anything of it is believed. */
export type CallbackAnswer =
  | { readonly kind: 'code'; readonly state: string; readonly code: string }
  | { readonly kind: 'error'; readonly state: string; readonly error: string }
  | { readonly kind: 'refused'; readonly reason: CallbackRefusal };

const maxParameterLength = 4096;

/**
 * Reads the callback's query (RFC 6749 §4.1.2). Each parameter once; either a code or an error. UPS sends no `iss`
 * (RFC 9207); one that is there must name UPS.
 */
export function readCallback(query: Readonly<Record<string, string | readonly string[] | undefined>>, issuer: string): CallbackAnswer {
  const { state, code, error, iss } = query;
  if ([state, code, error, iss].some((value) => typeof value === 'object' || (value?.length ?? 0) > maxParameterLength)) return refused('malformed');
  if (typeof state !== 'string' || state === '') return refused('state-missing');
  if (typeof iss === 'string' && iss !== issuer) return refused('other-callback');
  const hasCode = typeof code === 'string' && code !== '';
  const hasError = typeof error === 'string' && error !== '';
  if (hasCode && !hasError) return { kind: 'code', state, code };
  return hasError && !hasCode ? { kind: 'error', state, error } : refused('malformed');
}

function refused(reason: CallbackRefusal): CallbackAnswer {
  return { kind: 'refused', reason };
}

/** What an error at the callback means (RFC 6749 §4.1.2.1). The text that comes with it is never used. */
export function judgeCallbackError(error: string): 'denied' | ExchangeFailure {
  if (error === 'access_denied') return 'denied';
  if (error === 'server_error' || error === 'temporarily_unavailable') return 'unreachable';
  return error === 'unauthorized_client' || error === 'invalid_request' || error === 'invalid_scope' ? 'client-refused' : 'code-refused';
}
