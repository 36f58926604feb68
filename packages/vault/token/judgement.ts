import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsErrorCode, type UpsResponse } from '@wayleave/ups-api';
import type { TroubleKind } from '../grant/grant.js';
import type { ExchangeFailure } from '../opt-in/opt-in.js';

/**
 * What a refresh without a new pair means for the refresh token that was sent:
 * `kept` it is not spent and may be sent again; `dead` UPS refuses it for good; `unknown` it may have been spent.
 */
export type RefreshJudgement =
  | { readonly token: 'kept'; readonly trouble: Exclude<TroubleKind, 'uncertain'> }
  | { readonly token: 'dead' }
  | { readonly token: 'unknown' };

const condemnsRefreshToken = /\b(invalid|expired|revoked|used)\b.*refresh[ _-]?token|refresh[ _-]?token.*\b(invalid|expired|revoked|used)\b|\binvalid_grant\b/i;

/**
 * Judges a failed refresh (UPS: 400 10400 "Invalid Refresh Token" for one that was used or voided). Only a refusal that
 * condemns the refresh token kills; one of our client or our request, or a blocked merchant, is not the grant's fault;
 * anything that is not UPS's own envelope says nothing about whether the token was spent.
 */
export function judgeRefresh(error: unknown): RefreshJudgement {
  if (error instanceof UpsThrottled) return { token: 'kept', trouble: 'throttled' };
  if (error instanceof UpsUnreachable) return error.sent ? { token: 'unknown' } : { token: 'kept', trouble: 'unreachable' };
  if (!(error instanceof UpsRefused) || error.codes.length === 0) return { token: 'unknown' };
  if (error.status === 403) return { token: 'kept', trouble: 'blocked-merchant' };
  if (error.status <= 401 && error.codes.some(({ message }) => condemnsRefreshToken.test(message))) return { token: 'dead' };
  return { token: 'kept', trouble: 'client-refused' };
}

/** Judges a failed code exchange. Null for what is no failure of UPS's: a fault of ours. */
export function judgeExchange(error: unknown): ExchangeFailure | null {
  if (error instanceof UpsThrottled) return 'throttled';
  if (error instanceof UpsUnreachable) return 'unreachable';
  if (error instanceof UpsUnreadable) return error.status >= 500 ? 'unreachable' : 'unreadable';
  if (!(error instanceof UpsRefused)) return null;
  if (error.status === 403) return 'blocked-merchant';
  const namesClient = error.codes.some(({ code, message }) => code === '10401' || /authorization header|client|redirect/i.test(message));
  return error.status === 401 || namesClient ? 'client-refused' : 'code-refused';
}

/** UPS's data APIs' codes for a token that is itself no good, unlike 250002, which also means a product that is switched off. */
const tokenCodes = new Set(['251004', 'UJ0001']);

/** Whether a 401 of a data API says that the token is at fault. */
export function blamesToken(codes: readonly UpsErrorCode[]): boolean {
  return codes.some(({ code }) => tokenCodes.has(code));
}

/** What a data API's answer says about the grant, other than the data. */
export function troubleOf(response: UpsResponse): Exclude<TroubleKind, 'uncertain'> | null {
  if (response.status === 429) return 'throttled';
  if (response.status === 401) return 'client-refused';
  if (response.status === 403) return 'blocked-merchant';
  return response.status >= 500 ? 'unreachable' : null;
}

export interface Refusal {
  readonly refusedVersion: number;
  readonly storedVersion: number;
  readonly tokenAgeMs: number;
  /** Refreshes that succeeded since the first refusal, while every token was still refused. */
  readonly survivedRefreshes: number;
  readonly blamesToken: boolean;
}

/** What to do about a 401: `later` when the token is too young, `give-up` when UPS keeps refusing for another reason. */
export type RefusalMove = 'adopt' | 'refresh' | 'later' | 'void' | 'give-up';

/** Two tokens that UPS itself made after the first refusal, each refused as a token, are proof enough. */
const provenByRefreshes = 2;

/**
 * Decides about a 401. A newer stored token is tried first. A young token is not refreshed: its refusal may be UPS's own
 * delay, and a loop of refreshes would burn the grant. The grant is void only by UPS's refusal of the refresh, or when
 * fresh tokens are refused as tokens again and again; other refusals of fresh tokens are somebody else's fault.
 */
export function judgeRefusal(refusal: Refusal, refusedTokenAgeMs: number): RefusalMove {
  if (refusal.storedVersion > refusal.refusedVersion) return 'adopt';
  if (refusal.survivedRefreshes >= provenByRefreshes) return refusal.blamesToken ? 'void' : 'give-up';
  return refusal.tokenAgeMs < refusedTokenAgeMs ? 'later' : 'refresh';
}
