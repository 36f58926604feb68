import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import {
  readAccountSubscribed, readAccountUnsubscribed, readPackagesSubscribed, readQuantumViewResponse, readRateResponse, readTrackAlert, readTrackResponse, readTransitResponse,
  UpsRefused, UpsThrottled, UpsUnreadable, type UnreadField,
} from '../index.js';
import {
  AccountSubscriptionResponse, AccountUnsubscribeResponse, PackageSubscriptionResponse, QuantumViewResponse, RateResponse, TimeInTransitResponse, TrackAlertEvent, TrackResponse,
} from '../wire/index.js';
import { at, anyShape, fill, untidy, withAt, type Contents, type Json, type Leaf } from './shapes.js';

interface Api {
  readonly schema: TSchema;
  readonly read: (wire: Json) => unknown;
  readonly contents: Contents;
  /** Makes a random answer a legal one. */
  readonly legal?: (wire: Json) => Json;
  /** Leaves that our model leaves out, or takes only where a better one is missing; by the names on their path. */
  readonly leftOut: (path: string, leaf: Leaf, wire: Json) => boolean;
}

const response = (wire: Json) => ({ status: 200, headers: {}, body: JSON.stringify(wire) });
const isOneOf = (...names: string[]) => (path: readonly string[]) => names.includes(path.at(-1) ?? '');
const sibling = (leaf: Leaf, wire: Json, name: string) => at(wire, [...leaf.path.slice(0, -1), name]);

function bothOrNone(wire: Record<string, Json>, one: string, other: string): void {
  if (wire[one] !== undefined && wire[other] !== undefined) return;
  delete wire[one];
  delete wire[other];
}

const track: Api = {
  schema: TrackResponse,
  read: (wire) => readTrackResponse(response(wire)),
  contents: (path) => {
    if (isOneOf('date', 'gmtDate', 'pickupDate', 'pickupByDate')(path)) return 'day';
    if (isOneOf('time', 'gmtTime', 'startTime', 'endTime')(path)) return 'time';
    if (isOneOf('gmtOffset')(path)) return 'offset';
    if (isOneOf('length', 'width', 'height', 'amount')(path) || /weight\/weight$/.test(path.join('/'))) return 'decimal';
    if (isOneOf('image', 'content', 'photo')(path)) return 'base64';
    if (isOneOf('photoCaptureInd')(path)) return { words: ['Y', 'N', 'y'] };
    return isOneOf('linkedActivity')(path) ? { words: ['0'] } : undefined;
  },
  // A shipment says what packages it has, a milestone needs the scan it links to, a part of a GMT time its other part.
  legal: (wire) => {
    const copy = structuredClone(wire) as { trackResponse: { shipment: { package?: { activity?: Record<string, Json>[]; milestones?: Json }[] }[] } };
    for (const pack of copy.trackResponse.shipment.flatMap((shipment) => shipment.package ?? [])) {
      if (!pack.activity?.length) delete pack.milestones;
      for (const activity of pack.activity ?? []) bothOrNone(activity, 'gmtDate', 'gmtTime');
    }
    const { shipment } = copy.trackResponse;
    if (shipment.length === 0) shipment.push({});
    for (const each of shipment) each.package ??= [];
    return copy as unknown as Json;
  },
  leftOut: (path, leaf, wire) =>
    // No packages: nothing is left of the shipment but its warnings.
    (/shipment\/(inquiryNumber|userRelation|pickupDate)$/.test(path) && !(at(wire, [...leaf.path.slice(0, 3), 'package']) as Json[] | undefined)?.length)
    || (/package\/(statusCode|statusDescription)$/.test(path))
    || (path.endsWith('/country') && sibling(leaf, wire, 'countryCode') !== undefined)
    || (path.endsWith('/currency') && sibling(leaf, wire, 'amount') === undefined)
    || (path.endsWith('weight/unitOfMeasurement') && sibling(leaf, wire, 'weight') === undefined)
    || (path.endsWith('dimension/unitOfDimension') && ['length', 'width', 'height'].every((name) => sibling(leaf, wire, name) === undefined))
    || (/Number\/type$/.test(path) && sibling(leaf, wire, 'number') === undefined),
};

const quantumView: Api = {
  schema: QuantumViewResponse,
  read: (wire) => readQuantumViewResponse(response(wire)),
  contents: (path) => {
    if (isOneOf('BeginDate', 'EndDate')(path)) return 'range';
    if (isOneOf('Date', 'PickupDate', 'ScheduledDeliveryDate', 'RescheduledDeliveryDate', 'LastPickupDate')(path)) return 'day';
    if (isOneOf('Time', 'ScheduledDeliveryTime', 'RescheduledDeliveryTime', 'EarliestDeliveryTime')(path)) return 'time';
    if (isOneOf('Weight', 'Length', 'Width', 'Height', 'MonetaryValue')(path)) return 'decimal';
    return isOneOf('ResponseStatusCode')(path) ? { words: ['1'] } : undefined;
  },
  legal: (wire) => {
    const { QuantumViewResponse: answer } = wire as { QuantumViewResponse: Record<string, Json> };
    return { QuantumViewResponse: { ...answer, QuantumViewEvents: answer['QuantumViewEvents'] ?? { SubscriberID: '§' } } };
  },
  leftOut: (path, leaf, wire) =>
    /^QuantumViewResponse\/Response\//.test(path)
    || /(StatusType\/Description|BarCodeIndicator|Reference(Number)?\/Number|ReferenceNumber\/Number|UnitOfMeasurement\/Description)$/.test(path)
    || (path.endsWith('ReferenceNumber/Code') && sibling(leaf, wire, 'Value') === undefined)
    || (path.endsWith('DimensionalWeight/UnitOfMeasurement/Code') && at(wire, [...leaf.path.slice(0, -2), 'Weight']) === undefined)
    || (path.endsWith('/CurrencyCode') && sibling(leaf, wire, 'MonetaryValue') === undefined)
    || (path.endsWith('/AddShippingChargesToCODIndicator') && sibling(leaf, wire, 'COD') === undefined),
};

const rating: Api = {
  schema: RateResponse,
  read: (wire) => readRateResponse(response(wire)),
  contents: (path) => {
    if (/ResponseStatus\/Code$/.test(path.join('/'))) return { words: ['1'] };
    if (isOneOf('Date', 'PickupDate', 'ScheduledDeliveryDate')(path)) return 'day';
    if (isOneOf('Time', 'CustomerCenterCutoff')(path)) return 'short-time';
    if (isOneOf('Weight', 'MonetaryValue')(path)) return 'decimal';
    return isOneOf('BusinessDaysInTransit', 'DelayCount', 'HolidayCount', 'RestDays', 'TotalTransitDays')(path) ? 'count' : undefined;
  },
  leftOut: (path, leaf, wire) =>
    /^RateResponse\/Response\/(ResponseStatus|TransactionReference)\//.test(path)
    || path.endsWith('UnitOfMeasurement/Description')
    || (path.endsWith('BillingWeight/UnitOfMeasurement/Code') && at(wire, [...leaf.path.slice(0, -2), 'Weight']) === undefined),
};

const transit: Api = {
  schema: TimeInTransitResponse,
  read: (wire) => readTransitResponse(response(wire)),
  contents: (path) => {
    if (isOneOf('shipDate', 'deliveryDate', 'pickupDate', 'saturdayDeliveryDate', 'poddate')(path)) return 'dashed-day';
    if (isOneOf('shipTime', 'commitTime', 'deliveryTime', 'pickupTime', 'cstccutoffTime', 'saturdayDeliveryTime')(path)) return 'colon-time';
    if (isOneOf('weight', 'shipmentContentsValue')(path)) return 'decimal';
    if (path.join('/') === 'emsResponse/residentialIndicator') return { words: ['01', '02'] };
    return isOneOf('guaranteeIndicator', 'saturdayDeliveryIndicator', 'saturdayPickupIndicator', 'nextDayPickupIndicator')(path) ? { words: ['1', '0'] } : undefined;
  },
  legal: (wire) => ({ emsResponse: {}, ...(wire as Record<string, Json>) }),
  leftOut: (path, leaf, wire) =>
    // Candidates are told only where there are no times; how many services there are is their number.
    /^(origin|destination)PickList|Ambiguous$|numberOfServices$/.test(path)
    || (path.endsWith('weightUnitOfMeasure') && sibling(leaf, wire, 'weight') === undefined)
    || (path.endsWith('shipmentContentsCurrencyCode') && sibling(leaf, wire, 'shipmentContentsValue') === undefined),
};

const candidates: Api = {
  ...transit,
  legal: (wire) => {
    const { emsResponse: _times, ...rest } = wire as Record<string, Json>;
    return { ...rest, originPickList: [{ city: '§' }] };
  },
  leftOut: (path) => /Ambiguous$/.test(path),
};

const trackAlert: Api = {
  schema: TrackAlertEvent,
  read: (wire) => readTrackAlert(JSON.stringify(wire)),
  contents: (path) => {
    if (/Date$/.test(path.at(-1) ?? '')) return 'day';
    if (/Time$/.test(path.at(-1) ?? '')) return 'time';
    if (isOneOf('gmtOffset')(path)) return 'dotted-offset';
    return isOneOf('deliveryPhoto')(path) ? 'base64' : undefined;
  },
  legal: (wire) => {
    const event = { ...(wire as Record<string, Json>) };
    bothOrNone(event, 'gmtActivityDate', 'gmtActivityTime');
    return withAt(event, ['activityStatus', 'descriptionCode'], '§');
  },
  leftOut: () => false,
};

const plain = { contents: () => undefined, leftOut: () => false };
const apis: Record<string, Api> = {
  Track: track,
  'Quantum View': quantumView,
  Rating: rating,
  'Time in Transit': transit,
  'candidates of Time in Transit': candidates,
  'Track Alert events': trackAlert,
  'Track Alert package subscriptions': {
    ...plain, schema: PackageSubscriptionResponse, read: (wire) => readPackagesSubscribed(response(wire)),
    legal: (wire) => ({ validTrackingNumbers: [], ...(wire as Record<string, Json>) }),
  },
  'Track Alert account subscriptions': { ...plain, schema: AccountSubscriptionResponse, read: (wire) => readAccountSubscribed(response(wire)), contents: () => 'dashed-day' },
  'Track Alert account ends': { ...plain, schema: AccountUnsubscribeResponse, read: (wire) => readAccountUnsubscribed(response(wire)) },
};

const isBuffer = (value: unknown): value is { type: 'Buffer'; data: number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;

/** The model as text, bytes in base64. */
function shown(model: unknown): string {
  return JSON.stringify(model, (_name, value: unknown) => (isBuffer(value) ? Buffer.from(value.data).toString('base64') : value));
}

function unreadOf(model: unknown): readonly UnreadField[] {
  return (model as { unread?: readonly UnreadField[] }).unread ?? [];
}

const names = (leaf: Leaf) => leaf.path.filter((step) => typeof step === 'string').join('/');
const pointer = (leaf: Leaf) => `/${leaf.path.join('/')}`;
const hasFormat = ({ content }: Leaf) => !['text', 'flag', 'boolean', 'integer'].includes(String(content)) || typeof content === 'object';

describe.each(Object.entries(apis))('any legal answer of %s', (_name, api) => {
  const answers = anyShape(api.schema).map((shape) => fill(api.legal?.(shape) ?? shape, api.contents));

  it('is read, and every text, day, time, number and image of it is in our model', () => {
    fc.assert(fc.property(answers, ({ wire, leaves }) => {
      const model = api.read(wire);
      expect(unreadOf(model)).toEqual([]);
      const text = shown(model);
      const lost = leaves.filter((leaf) => leaf.shown !== null && !api.leftOut(names(leaf), leaf, wire) && !text.includes(leaf.shown));
      expect(lost.map(pointer)).toEqual([]);
    }), { numRuns: 50 });
  });

  it('means something in every field: without it our model is another, or the answer is refused by its name', () => {
    fc.assert(fc.property(answers, fc.nat(), ({ wire, leaves }, pick) => {
      const leaf = leaves[pick % Math.max(leaves.length, 1)];
      if (leaf === undefined || api.leftOut(names(leaf), leaf, wire)) return;
      const before = shown(api.read(wire));
      const less = withAt(wire, leaf.path, undefined);
      const after = outcome(api, less);
      if (after instanceof UpsUnreadable) expect(after.message).toContain(leaf.path.filter((step) => typeof step === 'string').at(-1));
      else if (!(after instanceof UpsRefused)) expect(shown(after), `without ${pointer(leaf)}`).not.toBe(before);
    }), { numRuns: 100 });
  });

  it('says the same on a bad day: single items, empty texts, flags of all kinds, lost zeros, spaces, new fields', () => {
    fc.assert(fc.property(answers, fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }), ({ wire }, choices) => {
      let next = 0;
      const messy = untidy(api.schema, wire, () => choices[(next += 1) % choices.length] ?? 0);
      expect(shown(api.read(messy ?? null))).toBe(shown(api.read(wire)));
    }), { numRuns: 50 });
  });

  it('does not hide what it cannot read: a day, time, number or image that is none is named', () => {
    fc.assert(fc.property(answers, fc.nat(), ({ wire, leaves }, pick) => {
      const formatted = leaves.filter((leaf) => hasFormat(leaf) && !api.leftOut(names(leaf), leaf, wire));
      const leaf = formatted[pick % Math.max(formatted.length, 1)];
      if (leaf === undefined) return;
      const after = outcome(api, withAt(wire, leaf.path, '?!'));
      if (after instanceof UpsUnreadable) expect(after.field).toBe(pointer(leaf));
      else if (after instanceof UpsRefused || after instanceof UpsThrottled) expect(names(leaf)).toMatch(/Status(Code|\/Code)$/);
      else expect(unreadOf(after).map(({ field }) => field)).toContain(pointer(leaf));
    }), { numRuns: 100 });
  });
});

function outcome(api: Api, wire: Json): unknown {
  try {
    return api.read(wire);
  } catch (error) {
    if (error instanceof UpsUnreadable || error instanceof UpsRefused || error instanceof UpsThrottled) return error;
    throw error;
  }
}
