import type { Static, TSchema } from 'typebox';
import { upsPaths } from '../wire/paths.js';
import {
  QuantumDelivery, QuantumException, QuantumGeneric, QuantumManifest, QuantumOrigin,
} from '../wire/quantum-view-records.js';
import { QuantumViewFrame, type QuantumViewRequest } from '../wire/quantum-view.js';
import { UpsRefused, UpsThrottled, UpsUnreadable } from './errors.js';
import { Fields, said, type UnreadField } from './fields.js';
import { dayDigits, parseDay, parseTime, timeDigits, type WallClock } from './moment.js';
import { toDelivery, toException, toGeneric, toOrigin } from './quantum-activity.js';
import { toManifest } from './quantum-manifest.js';
import type { QuantumRecord } from './quantum-record.js';
import { firstProblem, readAnswer } from './read.js';
import { jsonRequest, type CallNames } from './request.js';
import { tidy } from './tidy.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** Which events are wanted of one subscription: files by name, or a range. UPS reaches seven days back and takes begin + 7 days for no end. */
export interface SubscriptionCriteria {
  readonly name?: string;
  readonly files?: readonly string[];
  /** On UPS's clock, whose zone UPS does not state: ask with an overlap. */
  readonly range?: { readonly begin: WallClock; readonly end?: WallClock };
}

export interface QuantumViewParameters extends CallNames {
  /** None: whatever is unread, which asking makes read. */
  readonly subscriptions?: readonly SubscriptionCriteria[];
  /** From the answer before; everything else of the request stays as it was. */
  readonly bookmark?: string;
  /** Comes back in the answer, up to 512 characters. */
  readonly context?: string;
}

export interface QuantumFile {
  readonly name: string;
  /** `R` was read before, `U` was not. */
  readonly state: string | null;
  /** Manifests, origins, exceptions, deliveries and generic records, in this order and each in UPS's. */
  readonly records: readonly QuantumRecord[];
}

export interface QuantumSubscription {
  readonly name: string | null;
  readonly number: string | null;
  /** `UN` unknown, `AT` activate, `P` pending, `A` active, `I` inactive, `S` suspended. */
  readonly state: string | null;
  readonly stateText: string | null;
  readonly range: { readonly begin: WallClock | null; readonly end: WallClock | null } | null;
  readonly files: readonly QuantumFile[];
}

export interface QuantumViewAnswer {
  /** The UPS.com user id behind the token; null when UPS said only that there are no files. */
  readonly subscriberId: string | null;
  readonly subscriptions: readonly QuantumSubscription[];
  /** Not null: there is more, by the same request with this. */
  readonly bookmark: string | null;
  /** Fields, and whole records, that could not be understood; empty in a sound answer. A record named here is not in its file. */
  readonly unread: readonly UnreadField[];
}

/** POST /api/quantumview/v3/events. */
export function quantumViewRequest(parameters: QuantumViewParameters): UpsRequest {
  const { subscriptions = [], bookmark, context } = parameters;
  const body: QuantumViewRequest = {
    QuantumViewRequest: {
      Request: { RequestAction: 'QVEvents', ...(context === undefined ? {} : { TransactionReference: { CustomerContext: context } }) },
      ...(subscriptions.length === 0 ? {} : { SubscriptionRequest: subscriptions.map(toCriteria) }),
      ...(bookmark === undefined ? {} : { Bookmark: bookmark }),
    },
  };
  return jsonRequest(upsPaths.quantumView, parameters, body);
}

function toCriteria({ name, files, range }: SubscriptionCriteria) {
  return {
    ...(name === undefined ? {} : { Name: name }),
    ...(files === undefined ? {} : { FileName: [...files] }),
    ...(range === undefined ? {} : {
      DateTimeRange: { BeginDateTime: digits(range.begin), ...(range.end === undefined ? {} : { EndDateTime: digits(range.end) }) },
    }),
  };
}

/**
 * Reads one page. UPS's "There are no files" is an answer without subscriptions. Throws UpsThrottled (also where UPS says
 * in how many seconds to come again), UpsRefused, UpsUnreadable. A record that is broken is left out and named in `unread`,
 * so that it holds up neither its neighbours nor the next page.
 */
export function readQuantumViewResponse(response: UpsResponse): QuantumViewAnswer {
  const { QuantumViewResponse: wire } = readAnswer(QuantumViewFrame, response, 'quantum-view');
  const bookmark = said(wire.Bookmark);
  const unread: UnreadField[] = [];
  const state = wire.Response.ResponseStatusCode.trim();
  if (state !== '0' && state !== '1') {
    throw new UpsUnreadable(response.status, 'must be 0 or 1', { where: 'quantum-view', field: '/QuantumViewResponse/Response/ResponseStatusCode' });
  }
  if (state === '0') {
    refuseUnlessEmpty(wire.Response.Error ?? [], response.status);
    return { subscriberId: said(wire.QuantumViewEvents?.SubscriberID), subscriptions: [], bookmark, unread };
  }
  if (wire.QuantumViewEvents === undefined) {
    throw new UpsUnreadable(response.status, 'is missing', { where: 'quantum-view', field: '/QuantumViewResponse/QuantumViewEvents' });
  }
  const { SubscriberID, SubscriptionEvents } = wire.QuantumViewEvents;
  const fields = new Fields('/QuantumViewResponse/QuantumViewEvents', unread);
  return { subscriberId: said(SubscriberID), subscriptions: fields.each(SubscriptionEvents, 'SubscriptionEvents', toSubscription), bookmark, unread };
}

type Frame = NonNullable<QuantumViewFrame['QuantumViewResponse']['QuantumViewEvents']>;
type FrameSubscription = NonNullable<Frame['SubscriptionEvents']>[number];
type FrameFile = NonNullable<FrameSubscription['SubscriptionFile']>[number];
type FrameError = NonNullable<QuantumViewFrame['QuantumViewResponse']['Response']['Error']>[number];

function toSubscription(wire: FrameSubscription, fields: Fields): QuantumSubscription {
  const range = fields.in('DateRange');
  return {
    name: said(wire.Name),
    number: said(wire.Number),
    state: said(wire.SubscriptionStatus?.Code),
    stateText: said(wire.SubscriptionStatus?.Description),
    range: wire.DateRange === undefined ? null : { begin: rangeEnd(wire.DateRange, 'BeginDate', range), end: rangeEnd(wire.DateRange, 'EndDate', range) },
    files: fields.each(wire.SubscriptionFile, 'SubscriptionFile', toFile),
  };
}

function toFile(wire: FrameFile, fields: Fields): QuantumFile {
  return {
    name: wire.FileName.trim(),
    state: said(wire.StatusType?.Code),
    records: [
      ...records(wire.Manifest, 'Manifest', QuantumManifest, toManifest, fields),
      ...records(wire.Origin, 'Origin', QuantumOrigin, toOrigin, fields),
      ...records(wire.Exception, 'Exception', QuantumException, toException, fields),
      ...records(wire.Delivery, 'Delivery', QuantumDelivery, toDelivery, fields),
      ...records(wire.Generic, 'Generic', QuantumGeneric, toGeneric, fields),
    ],
  };
}

function records<T extends TSchema>(
  items: readonly unknown[] | undefined, name: string, schema: T, convert: (wire: Static<T>, fields: Fields) => QuantumRecord, fields: Fields,
): QuantumRecord[] {
  return fields.each(items, name, (item, at) => {
    const wire = tidy(schema, item);
    const problem = firstProblem(schema, wire, at.path);
    if (problem === null) return [convert(wire as Static<T>, at)];
    fields.unread.push({ field: problem.field, expected: `a readable record: ${problem.reason}` });
    return [];
  }).flat();
}

/** The echo of a range has a format of its own: `MM-DD-YYYY-HH-MM`. */
function rangeEnd(wire: { BeginDate?: string; EndDate?: string }, name: 'BeginDate' | 'EndDate', fields: Fields): WallClock | null {
  const given = said(wire[name]);
  if (given === null) return null;
  const [, month = '', date = '', year = '', hour = '', minute = ''] = /^(\d{2})-(\d{2})-(\d{4})-(\d{2})-(\d{2})$/.exec(given) ?? [];
  const day = parseDay(`${year}-${month}-${date}`);
  const time = parseTime(`${hour}:${minute}:00`);
  if (day !== null && time !== null) return { day, time };
  fields.note(name, 'MM-DD-YYYY-HH-MM');
  return null;
}

/** A failure inside a 200: nothing there, come again later, a fault of UPS's own, or a refusal. */
function refuseUnlessEmpty(errors: readonly FrameError[], status: number): void {
  if (errors.length === 1 && /^there are no files for the given request/i.test(errors[0]?.ErrorDescription?.trim() ?? '')) return;
  const transient = errors.find(({ ErrorSeverity }) => /^transient/i.test(ErrorSeverity?.trim() ?? ''));
  const seconds = said(transient?.MinimumRetrySeconds);
  if (seconds !== null && /^\d{1,5}$/.test(seconds)) throw new UpsThrottled(Number(seconds));
  if (transient) throw new UpsUnreadable(status, 'UPS reports a fault of its own', { where: 'quantum-view' });
  throw new UpsRefused('quantum-view', status, errors.map(({ ErrorCode, ErrorDescription }) => ({ code: ErrorCode?.trim() ?? '', message: ErrorDescription?.trim() ?? '' })));
}

function digits({ day, time }: WallClock): string {
  return dayDigits(day) + timeDigits(time);
}
