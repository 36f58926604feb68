import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readAccountSubscribed, readAccountUnsubscribed, readPackagesSubscribed, readQuantumViewResponse, readRateResponse, readShipmentTrackResponse, readTokenResponse, readTrackAlert,
  readTrackResponse, readTransitResponse, UpsRefused, UpsThrottled, UpsUnreadable, type UnreadField, type UpsResponse,
} from '../index.js';
import * as quantumView from './fixtures/quantum-view.js';
import * as rating from './fixtures/rating.js';
import * as trackAlert from './fixtures/track-alert.js';
import * as track from './fixtures/track.js';
import { at, withAt, type Json } from './shapes.js';

type Reader = (response: UpsResponse) => unknown;

const tokens = { token_type: 'Bearer', access_token: 'a', refresh_token: 'r', expires_in: '14399', refresh_token_expires_in: '5183999', status: 'approved' };
const refusals = [
  { response: { errors: [{ code: '250002', message: 'Invalid Authentication Information.' }] } },
  { errors: [{ code: '270024', message: 'Invalid origin postal code.' }] },
  { Fault: { detail: { Errors: { ErrorDetail: { Severity: 'Hard', PrimaryErrorCode: { Code: '250003', Description: 'Invalid Access License number' } } } } } },
];

const readers: Record<string, { readonly read: Reader; readonly answers: readonly object[] }> = {
  'tokens': { read: (response) => readTokenResponse(response, 'refresh'), answers: [tokens] },
  'Track': { read: (response) => readTrackResponse(response), answers: [track.delivered, track.onItsWay, track.notFound] },
  'Track by shipment': { read: (response) => readShipmentTrackResponse(response), answers: [track.delivered] },
  'Quantum View': { read: readQuantumViewResponse, answers: [quantumView.everyKind, quantumView.collapsed, quantumView.noFiles] },
  'Rating': { read: readRateResponse, answers: [rating.shopWithoutNegotiated, rating.rateWithTransit] },
  'Time in Transit': { read: readTransitResponse, answers: [rating.transitTimes, rating.transitCandidates] },
  'Track Alert subscriptions': { read: readPackagesSubscribed, answers: [trackAlert.someSubscribed] },
  'Track Alert accounts': { read: readAccountSubscribed, answers: [trackAlert.accountSubscribed] },
  'Track Alert account ends': { read: readAccountUnsubscribed, answers: [trackAlert.accountUnsubscribed] },
  'Track Alert events': { read: ({ body }) => readTrackAlert(body), answers: [trackAlert.outForDelivery, trackAlert.deliveredEvent] },
};

/** Whatever comes, reading ends in an answer that can be kept, or in one of our errors. */
function ending(read: Reader, response: UpsResponse): unknown {
  try {
    const model = read(response);
    expect(JSON.stringify(model)).toBeTypeOf('string');
    return model;
  } catch (error) {
    if (error instanceof UpsUnreadable || error instanceof UpsRefused || error instanceof UpsThrottled) return error;
    throw error;
  }
}

function pathsOf(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => pathsOf(item, [...path, index]))];
  if (typeof value === 'object' && value !== null) return [path, ...Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...path, name]))];
  return [path];
}

const nonsense: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, '', ' ', [], {}, [[]], [null], [''], true, false, 0, -1, 1e308, 9_007_199_254_740_993),
  fc.constantFrom<Json>('0'.repeat(100_000), '9'.repeat(100_000), '\u0000\uD800', '-05:99', '20261399', '235960', 'null'),
  fc.jsonValue() as fc.Arbitrary<Json>,
);

describe.each(Object.entries(readers))('a broken answer of %s', (_name, { read, answers }) => {
  const sound = fc.constantFrom(...answers.map((answer) => JSON.parse(JSON.stringify(answer)) as Json));
  const headers = {};

  it('with other values in it ends in an answer or in one of our errors', () => {
    fc.assert(fc.property(sound, fc.array(fc.tuple(fc.nat(), nonsense), { minLength: 1, maxLength: 3 }), (answer, breaks) => {
      const broken = breaks.reduce((value, [pick, put]) => {
        const paths = pathsOf(value);
        return withAt(value, paths[pick % paths.length] ?? [], put);
      }, answer);
      ending(read, { status: 200, headers, body: JSON.stringify(broken) });
    }), { numRuns: 100 });
  });

  it('that is cut off or garbled ends in one of our errors, or is whole after all', () => {
    fc.assert(fc.property(sound, fc.nat(), fc.string({ maxLength: 5 }), fc.boolean(), (answer, pick, put, cut) => {
      const text = JSON.stringify(answer);
      const place = pick % text.length;
      const body = cut ? text.slice(0, place) : text.slice(0, place) + put + text.slice(place + put.length);
      const end = ending(read, { status: 200, headers, body });
      if (cut) expect(end).toBeInstanceOf(UpsUnreadable);
    }), { numRuns: 100 });
  });

  it('names a list whose item is null, or the answer is refused', () => {
    fc.assert(fc.property(sound, fc.nat(), (answer, pick) => {
      const paths = pathsOf(answer).filter((path) => typeof path.at(-1) === 'number');
      if (paths.length === 0) return;
      const path = paths[pick % paths.length] ?? [];
      const end = ending(read, { status: 200, headers, body: JSON.stringify(withAt(answer, path, null)) });
      const named = end instanceof UpsUnreadable ? [end.field ?? ''] : ((end as { unread?: readonly UnreadField[] }).unread ?? []).map(({ field }) => field);
      expect(named.some((field) => withoutIndices(field).startsWith(withoutIndices(`/${path.join('/')}`))), `${path.join('/')} in ${named.join(' ')}`).toBe(true);
    }), { numRuns: 100 });
  });

  it('names the field that has a number or a list where a text belongs', () => {
    fc.assert(fc.property(sound, fc.nat(), fc.constantFrom<Json>(7, [['x']], { x: 'y' }), (answer, pick, put) => {
      const paths = pathsOf(answer).filter((path) => typeof at(answer, path) === 'string' && at(answer, path) !== '' && !mayBeNumber.test(path.join('/')));
      const path = paths[pick % paths.length] ?? [];
      const end = ending(read, { status: 200, headers, body: JSON.stringify(withAt(answer, path, put)) });
      const named = end instanceof UpsUnreadable ? [end.field ?? ''] : ((end as { unread?: readonly UnreadField[] }).unread ?? []).map(({ field }) => field);
      expect(named.some((field) => withoutIndices(field).startsWith(withoutIndices(`/${path.join('/')}`))), `${path.join('/')} in ${named.join(' ')}`).toBe(true);
    }), { numRuns: 100 });
  });
});

/** Reads numbers as well as texts, or is not read in a 200. */
const mayBeNumber = /(descriptionCode|packageCount|errors\/\d+\/(code|message))$/;

const withoutIndices = (pointer: string) => pointer.replaceAll(/\/\d+(?=\/|$)/g, '');

describe('any answer that is no success', () => {
  const readAll = Object.values(readers);

  it.each(refusals.map((body) => [JSON.stringify(body).slice(0, 20), body] as const))('is a refusal with its code, in the envelope %s', (_start, body) => {
    const response = { status: 400, headers: {}, body: JSON.stringify(body) };
    const [code = ''] = /\d{6}/.exec(response.body) ?? [];
    for (const [name, { read }] of Object.entries(readers)) {
      if (name === 'Track Alert events') continue;
      const end = ending(read, response);
      expect(end).toBeInstanceOf(UpsRefused);
      expect((end as UpsRefused).codes).toMatchObject([{ code }]);
    }
  });

  it('has one consequence by its status, whatever its body', () => {
    const bodies = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...refusals.map((body) => JSON.stringify(body))));
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), bodies, fc.constantFrom('7', 'x', ''), (status, body, retryAfter) => {
      if (status === 200) return;
      for (const { read } of readAll) {
        const end = ending(read, { status, headers: { 'retry-after': retryAfter }, body });
        if (read === readers['Track Alert events']?.read) continue;
        if (status === 429) expect(end).toEqual(new UpsThrottled(retryAfter === '7' ? 7 : null));
        else if (status >= 400 && status < 500) expect(end).toBeInstanceOf(UpsRefused);
        else expect(end).toBeInstanceOf(UpsUnreadable);
      }
    }), { numRuns: 100 });
  });
});
