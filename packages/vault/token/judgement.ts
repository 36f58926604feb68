import type { UpsResponse } from '@wayleave/ups-api';
import type { TroubleKind } from '../grant/grant.js';
import type { ExchangeFailure } from '../opt-in/opt-in.js';
import { classify, signOf, signOfError, type Verdict } from './verdict.js';

type Trouble = Exclude<TroubleKind, 'uncertain'>;

/**
 * What a refresh without a new pair means for the refresh token that was sent:
 * `kept` it is not spent and may be sent again; `dead` UPS refuses it for good; `unknown` it may have been spent.
 */
export type RefreshJudgement =
  | { readonly token: 'kept'; readonly trouble: Trouble }
  | { readonly token: 'dead' }
  | { readonly token: 'unknown' };

const kept = (trouble: Trouble): RefreshJudgement => ({ token: 'kept', trouble });
const unknown: RefreshJudgement = { token: 'unknown' };

/** Whatever is not UPS's own word says nothing about whether the token was spent. */
const ofRefresh: Readonly<Record<Verdict, RefreshJudgement>> = {
  'good': unknown, 'ups-fault': unknown, 'unreadable': unknown, 'unanswered': unknown, 'token-refused': unknown, 'call-refused': unknown,
  'dead': { token: 'dead' },
  'unsent': kept('unreachable'), 'throttled': kept('throttled'), 'client-refused': kept('client-refused'), 'blocked-merchant': kept('blocked-merchant'),
};

/** Judges a refresh that brought no pair. Only UPS's own refusal of the refresh token kills. */
export function judgeRefresh(error: unknown): RefreshJudgement {
  const sign = signOfError(error);
  return sign === null ? unknown : ofRefresh[classify('refresh', sign)];
}

const ofExchange: Readonly<Record<Verdict, ExchangeFailure>> = {
  'good': 'unreadable', 'unreadable': 'unreadable', 'token-refused': 'unreadable', 'call-refused': 'unreadable',
  'dead': 'code-refused', 'ups-fault': 'unreachable', 'unsent': 'unreachable', 'unanswered': 'unreachable',
  'throttled': 'throttled', 'client-refused': 'client-refused', 'blocked-merchant': 'blocked-merchant',
};

/** Judges a failed code exchange. Null for what is no failure of UPS's: a fault of ours. */
export function judgeExchange(error: unknown): ExchangeFailure | null {
  const sign = signOfError(error);
  return sign === null ? null : ofExchange[classify('code-exchange', sign)];
}

const ofUse: Readonly<Record<Verdict, Trouble | null>> = {
  'good': null, 'dead': null,
  'token-refused': 'client-refused', 'call-refused': 'client-refused', 'client-refused': 'client-refused', 'blocked-merchant': 'blocked-merchant',
  'throttled': 'throttled', 'ups-fault': 'ups-fault', 'unreadable': 'ups-fault', 'unsent': 'unreachable', 'unanswered': 'unreachable',
};

/** What a data API's answer says about the grant, other than the data. What a 401 comes to is for `judgeRefusal`. */
export function troubleOf(response: UpsResponse): Trouble | null {
  return ofUse[classify('use', signOf(response))];
}

/** The same for a call or a refresh that failed. Null for a fault of ours. */
export function troubleOfError(error: unknown): Trouble | null {
  const sign = signOfError(error);
  return sign === null ? null : ofUse[classify('use', sign)];
}

/** Whether a 401 of a data API says that the token is at fault. */
export function blamesToken(response: UpsResponse): boolean {
  return classify('use', signOf(response)) === 'token-refused';
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
