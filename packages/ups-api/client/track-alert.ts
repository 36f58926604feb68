import { upsPaths, type TrackAlertType } from '../wire/paths.js';
import {
  AccountSubscriptionResponse, AccountUnsubscribeResponse, PackageSubscriptionResponse, type AccountSubscriptionRequest, type PackageSubscriptionRequest,
} from '../wire/track-alert.js';
import { UpsRefused, UpsUnreadable } from './errors.js';
import { Fields, said, saidAll, type UnreadField } from './fields.js';
import type { Day } from './moment.js';
import { errorCodes, readAnswer, readBody } from './read.js';
import { getRequest, jsonRequest, type CallNames } from './request.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** Kinds of event an enhanced subscription can be narrowed to: delivery, in progress, manifest, exception. */
export type AlertEventKind = 'D' | 'I' | 'M' | 'X';

/** UPS takes this many numbers in one request. */
export const trackAlertNumbersAtOnce = 100;

export interface SubscribePackages extends CallNames {
  readonly type: TrackAlertType;
  /** 1 to 100 numbers that begin with 1Z or 1R; nothing else can be subscribed to. */
  readonly trackingNumbers: readonly string[];
  readonly country?: string;
  /** With `enhanced` only; all kinds when left out. */
  readonly events?: readonly AlertEventKind[];
}

/** Events come for 14 days, and none of before. */
export interface PackagesSubscribed {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

/** POST …/subscription/{type}/package. Throws RangeError for none or too many numbers: UPS would reject them all. */
export function subscribePackagesRequest(parameters: SubscribePackages): UpsRequest {
  const { type, trackingNumbers, country, events } = parameters;
  if (trackingNumbers.length === 0 || trackingNumbers.length > trackAlertNumbersAtOnce) {
    throw new RangeError(`UPS takes 1 to ${trackAlertNumbersAtOnce} tracking numbers in one request, not ${trackingNumbers.length}`);
  }
  const body: PackageSubscriptionRequest = {
    locale: 'en_US',
    ...(country === undefined ? {} : { countryCode: country }),
    trackingNumberList: [...trackingNumbers],
    ...(events === undefined || type === 'standard' ? {} : { eventPreferences: [...events] }),
  };
  return jsonRequest(`${upsPaths.trackAlert}/${type}/package`, parameters, body);
}

/** Reads which numbers are subscribed to. A 400 that rejects every number is an answer. Throws UpsThrottled, UpsRefused, UpsUnreadable. */
export function readPackagesSubscribed(response: UpsResponse): PackagesSubscribed {
  const { validTrackingNumbers, invalidTrackingNumbers } = readSubscription(response);
  return { accepted: saidAll(validTrackingNumbers), rejected: saidAll(invalidTrackingNumbers) };
}

/** VSS210: not one valid number. VSS215: not a number of UPS's test environment. */
const numberRejections = ['VSS210', 'VSS215'];

function readSubscription(response: UpsResponse): PackageSubscriptionResponse {
  const codes = response.status === 400 ? errorCodes(response.body) : [];
  if (codes.length > 0 && codes.every(({ code }) => numberRejections.includes(code))) {
    const rejected = readBody(PackageSubscriptionResponse, response, 'subscribe-packages');
    if ((rejected.invalidTrackingNumbers ?? []).length > 0) return rejected;
    throw new UpsRefused('subscribe-packages', response.status, codes);
  }
  const answer = readAnswer(PackageSubscriptionResponse, response, 'subscribe-packages');
  if (answer.validTrackingNumbers === undefined && answer.invalidTrackingNumbers === undefined) {
    throw new UpsUnreadable(response.status, 'is missing', { where: 'subscribe-packages', field: '/validTrackingNumbers' });
  }
  return answer;
}

export interface SubscribeAccount extends CallNames {
  readonly account: string;
  readonly country?: string;
  /** Names that UPS wants of most clients, and keeps. */
  readonly subscriptionId?: string;
  readonly clientSubscriptionId?: string;
}

/** POST …/subscription/standard/account: every outbound package of the account, until somebody unsubscribes. */
export function subscribeAccountRequest(parameters: SubscribeAccount): UpsRequest {
  const { account, country, subscriptionId, clientSubscriptionId } = parameters;
  const body: AccountSubscriptionRequest = {
    locale: 'en_US',
    ...(country === undefined ? {} : { countryCode: country }),
    shipperAccountNumber: account,
    subAccountType: ['Outbound'],
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(clientSubscriptionId === undefined ? {} : { clientSubscriptionId }),
  };
  return jsonRequest(`${upsPaths.trackAlert}/standard/account`, parameters, body);
}

/** Reads when the subscription ends, 9999-12-31 for never. Throws UpsThrottled, UpsRefused, UpsUnreadable. */
export function readAccountSubscribed(response: UpsResponse): { readonly endsOn: Day | null; readonly unread: readonly UnreadField[] } {
  const wire = readAnswer(AccountSubscriptionResponse, response, 'subscribe-account');
  const fields = new Fields('', []);
  return { endsOn: fields.day(wire, 'expiryDate'), unread: fields.unread };
}

/** DELETE …/subscription/standard/account: UPS stops pushing. Belongs into a Clear, since UPS would go on for ever. */
export function unsubscribeAccountRequest(parameters: CallNames & { readonly account: string }): UpsRequest {
  return getRequest(`${upsPaths.trackAlert}/standard/account`, parameters, { shipper_account_number: parameters.account }, 'DELETE');
}

/** Reads what UPS said to it. Throws UpsThrottled, UpsRefused, UpsUnreadable. */
export function readAccountUnsubscribed(response: UpsResponse): { readonly message: string | null } {
  return { message: said(readAnswer(AccountUnsubscribeResponse, response, 'unsubscribe-account').message) };
}
