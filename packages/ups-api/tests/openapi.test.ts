import { describe, expect, it } from 'vitest';
import {
  codeExchangeRequest, parseDay, parseTime, quantumViewRequest, rateRequest, referenceTrackRequest, refreshRequest, shipmentTrackRequest, subscribeAccountRequest,
  subscribePackagesRequest, trackRequest, transitRequest, unsubscribeAccountRequest, type Day, type TimeOfDay,
} from '../index.js';
import { deviations } from './deviations.js';
import * as quantumView from './fixtures/quantum-view.js';
import * as rating from './fixtures/rating.js';
import * as trackAlert from './fixtures/track-alert.js';
import * as track from './fixtures/track.js';
import { specsAreThere, UpsSpec } from './openapi.js';

const names = { transId: '0123456789abcdef0123456789abcdef', transactionSrc: 'wayleave' };
const day = (text: string) => parseDay(text) as Day;
const time = (text: string) => parseTime(text) as TimeOfDay;
const refusal = { response: { errors: [{ code: '250002', message: 'Invalid Authentication Information.' }] } };

function spec(file: keyof typeof deviations): UpsSpec {
  return new UpsSpec(file, deviations[file]);
}

/** Every deviation that is listed for a file must have been met, or it is no longer one. */
function expectAllMet(checked: UpsSpec, file: keyof typeof deviations): void {
  expect(deviations[file].filter((deviation) => !checked.used.has(deviation)).map(({ at }) => String(at))).toEqual([]);
}

// UPS's files are large: a second of work each, and more beside other tests.
describe.skipIf(!specsAreThere)("UPS's own OpenAPI files", () => {
  it('take our OAuth requests and know the tokens that we read', () => {
    const oauth = spec('OAuthAuthCode.yaml');
    const client = { clientId: 'c', clientSecret: 's' };
    const exchange = { ...client, code: 'code==', redirectUri: 'https://a.example/cb', codeVerifier: 'v' };
    expect(oauth.checkRequest('/v1/oauth/token', codeExchangeRequest({ ...exchange, authentication: 'pkce' }))).toEqual([]);
    expect(oauth.checkRequest('/v1/oauth/token', codeExchangeRequest({ ...exchange, authentication: 'basic' }))).toEqual([]);
    expect(oauth.checkRequest('/v1/oauth/refresh', refreshRequest({ ...client, refreshToken: 'r==' }))).toEqual([]);
    const tokens = { token_type: 'Bearer', access_token: 'a', refresh_token: 'r', expires_in: '14399', refresh_token_expires_in: '5183999', status: 'approved' };
    expect(oauth.checkAnswer('/v1/oauth/token', 'POST', 200, tokens)).toEqual([]);
    expect(oauth.checkAnswer('/v1/oauth/refresh', 'POST', 400, refusal)).toEqual([]);
    expectAllMet(oauth, 'OAuthAuthCode.yaml');
  });

  it('take our Track requests and know the answers that we read', () => {
    const file = spec('Tracking.yaml');
    const details = '/track/v1/details/{inquiryNumber}';
    const reference = {
      ...names, referenceNumber: 'PO 88/213', pickedUpFrom: day('20261101'), pickedUpTo: day('20261122'), account: '7W4R88', destinationCountry: 'US',
      destinationPostalCode: '12207', kind: 'SmallPackage',
    } as const;
    expect(file.checkRequest(details, trackRequest({ ...names, inquiryNumber: '1Z7W4R880312345675' }))).toEqual([]);
    const everything = { locale: 'fr_CA', returnSignature: true, returnMilestones: true, returnPod: true };
    expect(file.checkRequest(details, trackRequest({ ...names, inquiryNumber: '1Z7W4R880312345675', ...everything }))).toEqual([]);
    expect(file.checkRequest('/track/v1/reference/details/{referenceNumber}', referenceTrackRequest(reference))).toEqual([]);
    expect(file.checkRequest('/track/v1/shipment/details/{inquiryNumber}', shipmentTrackRequest({ ...names, inquiryNumber: '1Z7W4R880312345675', offset: 50 }))).toEqual([]);
    for (const answer of [track.delivered, track.notFound]) expect(file.checkAnswer(details, 'GET', 200, answer)).toEqual([]);
    expect(file.checkAnswer(details, 'GET', 400, refusal)).toEqual([]);
    expectAllMet(file, 'Tracking.yaml');
  });

  it('take our Quantum View requests and know the answers that we read', () => {
    const file = spec('QuantumView.yaml');
    const events = '/quantumview/{version}/events';
    const range = { begin: { day: day('20261115'), time: time('000000') }, end: { day: day('20261122'), time: time('000000') } };
    expect(file.checkRequest(events, quantumViewRequest(names))).toEqual([]);
    const subscriptions = [{ name: 'Outbound-XML', range }, { name: 'Inbound', files: ['261120_140019001'] }];
    expect(file.checkRequest(events, quantumViewRequest({ ...names, context: 'c', bookmark: 'WE9MVFFBMQ==', subscriptions }))).toEqual([]);
    for (const answer of [quantumView.everyKind, quantumView.noFiles]) expect(file.checkAnswer(events, 'POST', 200, answer)).toEqual([]);
    expect(file.checkAnswer(events, 'POST', 401, refusal)).toEqual([]);
    expectAllMet(file, 'QuantumView.yaml');
  });

  it('take our Rating requests and know the answers that we read', () => {
    const file = spec('Rating.yaml');
    const path = '/rating/{version}/{requestoption}';
    const lane = {
      ...names,
      shipper: { name: 'HARROW TOOLS', account: '7W4R88', address: { lines: ['4 MILL LN'], city: 'DAYTON', state: 'OH', postalCode: '45402', country: 'US' } },
      shipTo: { name: 'MORROW', address: { city: 'ALBANY', state: 'NY', postalCode: '12207', country: 'US', residential: true } },
      packages: [{ weight: { value: '12.5', unit: 'LBS' }, dimensions: { length: '12', width: '8', height: '10', unit: 'IN' } }],
    } as const;
    expect(file.checkRequest(path, rateRequest({ ...lane, option: 'Shop' }))).toEqual([]);
    const pickup = { day: day('20261120'), time: time('170000') };
    const shipFrom = { address: { country: 'US', postalCode: '45402' } };
    expect(file.checkRequest(path, rateRequest({ ...lane, option: 'Ratetimeintransit', service: '03', pickup, context: 'c', shipFrom }))).toEqual([]);
    for (const answer of [rating.shopWithoutNegotiated, rating.rateWithTransit]) expect(file.checkAnswer(path, 'POST', 200, answer)).toEqual([]);
    expect(file.checkAnswer(path, 'POST', 403, refusal)).toEqual([]);
    expectAllMet(file, 'Rating.yaml');
  });

  it('take our Time in Transit requests and know the answers that we read', () => {
    const file = spec('TimeInTransit.yaml');
    const path = '/shipments/{version}/transittimes';
    const lane = { ...names, origin: { country: 'US', postalCode: '45402' }, destination: { country: 'US', postalCode: '12207', city: 'ALBANY', state: 'NY' }, residential: false } as const;
    expect(file.checkRequest(path, transitRequest(lane))).toEqual([]);
    expect(file.checkRequest(path, transitRequest({
      ...lane, shipDay: day('20261120'), shipTime: time('170000'), billType: '03', weight: { value: 12.5, unit: 'LBS' }, contents: { value: 250, currency: 'USD' }, packages: 2,
    }))).toEqual([]);
    for (const answer of [rating.transitTimes, rating.transitCandidates]) expect(file.checkAnswer(path, 'POST', 200, answer)).toEqual([]);
    expect(file.checkAnswer(path, 'POST', 400, { errors: [{ code: '270024', message: 'Invalid origin postal code.' }] })).toEqual([]);
    expectAllMet(file, 'TimeInTransit.yaml');
  });

  it('take our Track Alert requests and know the answers and events that we read', () => {
    const file = spec('UPSTrackAlert.yaml');
    const packages = '/subscription/{type}/package';
    const account = '/subscription/{type}/account';
    const trackingNumbers = ['1Z7W4R880312345675', '1R12345678912345'];
    expect(file.checkRequest(packages, subscribePackagesRequest({ ...names, type: 'standard', trackingNumbers }))).toEqual([]);
    expect(file.checkRequest(packages, subscribePackagesRequest({ ...names, type: 'enhanced', trackingNumbers, country: 'US', events: ['D', 'X'] }))).toEqual([]);
    expect(file.checkRequest(account, subscribeAccountRequest({ ...names, account: '7W4R88', subscriptionId: 'w', clientSubscriptionId: 'w' }))).toEqual([]);
    expect(file.checkRequest(account, unsubscribeAccountRequest({ ...names, account: '7W4R88' }))).toEqual([]);
    expect(file.checkAnswer(packages, 'POST', 200, trackAlert.someSubscribed)).toEqual([]);
    expect(file.checkAnswer(packages, 'POST', 400, trackAlert.noneSubscribed)).toEqual([]);
    expect(file.checkAnswer(account, 'POST', 200, trackAlert.accountSubscribed)).toEqual([]);
    expect(file.checkAnswer(account, 'DELETE', 200, trackAlert.accountUnsubscribed)).toEqual([]);
    for (const event of [trackAlert.outForDelivery, trackAlert.deliveredEvent]) expect(file.checkWebhook('TrackingEvent', event)).toEqual([]);
    expectAllMet(file, 'UPSTrackAlert.yaml');
  });

  it('are held to: what they do not know is found', () => {
    const file = new UpsSpec('Tracking.yaml', []);
    const request = trackRequest({ ...names, inquiryNumber: '1Z7W4R880312345675' });
    const details = '/track/v1/details/{inquiryNumber}';
    expect(file.checkRequest(details, { ...request, path: `${request.path}&colour=blue`, headers: {} })).toEqual([
      'query colour is unknown', 'header transId is missing', 'header transactionSrc is missing',
    ]);
    expect(file.checkRequest(details, { ...request, path: '/track/v1/details/1' })).toEqual(['path /track/v1/details/1 is not /track/v1/details/{inquiryNumber}']);
    expect(file.checkAnswer(details, 'GET', 200, { trackResponse: { shipment: [{ package: [{ trackingNumber: 7 }] }] } })).toEqual([
      '/trackResponse/shipment/0/package/0/trackingNumber type: must be string',
    ]);
    expect(file.checkAnswer(details, 'GET', 418, {})).toEqual(['status 418 is not in the file']);
  });
});
