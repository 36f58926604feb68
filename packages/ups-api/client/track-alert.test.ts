import { describe, expect, it } from 'vitest';
import * as fixtures from '../tests/fixtures/track-alert.js';
import { UpsRefused, UpsUnreadable } from './errors.js';
import { readTrackAlert } from './track-alert-event.js';
import {
  readAccountSubscribed, readAccountUnsubscribed, readPackagesSubscribed, subscribeAccountRequest, subscribePackagesRequest, unsubscribeAccountRequest,
} from './track-alert.js';

const names = { transId: 't', transactionSrc: 'wayleave' };
const response = (body: unknown, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) });
const bodyOf = (request: { body?: string }) => JSON.parse(request.body ?? '') as unknown;

describe('Track Alert subscriptions', () => {
  it('are made for packages, with a choice of events only where UPS has one', () => {
    const trackingNumbers = ['1Z7W4R880312345675'];
    const enhanced = subscribePackagesRequest({ ...names, type: 'enhanced', trackingNumbers, country: 'US', events: ['D', 'X'] });
    expect([enhanced.method, enhanced.path, bodyOf(enhanced)]).toEqual([
      'POST', '/api/track/v2/subscription/enhanced/package', { locale: 'en_US', countryCode: 'US', trackingNumberList: trackingNumbers, eventPreferences: ['D', 'X'] },
    ]);
    expect(bodyOf(subscribePackagesRequest({ ...names, type: 'standard', trackingNumbers, events: ['D'] }))).not.toHaveProperty('eventPreferences');
  });

  it.each([0, 101])('are not asked for %i numbers: UPS would reject them all', (count) => {
    expect(() => subscribePackagesRequest({ ...names, type: 'standard', trackingNumbers: Array.from({ length: count }, () => '1Z') })).toThrow(RangeError);
  });

  it('tell which numbers UPS took', () => {
    expect(readPackagesSubscribed(response(fixtures.someSubscribed))).toEqual({ accepted: ['1Z7W4R880312345675'], rejected: ['1Z7W4R88$'] });
    expect(readPackagesSubscribed(response(fixtures.noneSubscribed, 400))).toEqual({ accepted: [], rejected: ['1Z7W4R88$'] });
  });

  it('are refused for anything but their numbers', () => {
    const locale = { response: { errors: [{ code: 'VSS300', message: 'Locale is required.' }] }, invalidTrackingNumbers: ['1Z'] };
    expect(() => readPackagesSubscribed(response(locale, 400))).toThrow(UpsRefused);
    expect(() => readPackagesSubscribed(response({ response: fixtures.noneSubscribed.response }, 400))).toThrow(UpsRefused);
  });

  it('are made for an account, and ended', () => {
    const made = subscribeAccountRequest({ ...names, account: '7W4R88', subscriptionId: 's', clientSubscriptionId: 'c' });
    expect([made.path, bodyOf(made)]).toEqual([
      '/api/track/v2/subscription/standard/account', { locale: 'en_US', shipperAccountNumber: '7W4R88', subAccountType: ['Outbound'], subscriptionId: 's', clientSubscriptionId: 'c' },
    ]);
    expect(readAccountSubscribed(response(fixtures.accountSubscribed))).toEqual({ endsOn: '9999-12-31', unread: [] });
    expect(readAccountSubscribed(response({ expiryDate: 'never' }))).toMatchObject({ endsOn: null, unread: [{ field: '/expiryDate' }] });
    const ended = unsubscribeAccountRequest({ ...names, account: '7W4R88' });
    expect([ended.method, ended.path, ended.body]).toEqual(['DELETE', '/api/track/v2/subscription/standard/account?shipper_account_number=7W4R88', undefined]);
    expect(readAccountUnsubscribed(response(fixtures.accountUnsubscribed))).toEqual({ message: 'Account unsubscribed' });
  });
});

describe('Track Alert events', () => {
  it('are read as UPS sends them', () => {
    expect(readTrackAlert(JSON.stringify(fixtures.outForDelivery))).toEqual({
      trackingNumber: '1Z7W4R880312345675', alternateNumber: null,
      moment: { day: '2026-11-20', time: '09:15:19', offset: '-05:00', instant: new Date('2026-11-20T14:15:19Z'), basis: 'gmt' },
      place: { lines: [], district: null, city: 'ALBANY', state: 'NY', postalCode: null, country: 'US', residential: null },
      status: { type: 'I', scanCode: 'OT', statusCode: '021', text: 'Out for Delivery' },
      scheduledDay: '2026-11-20', deliveredAt: null, window: { from: null, to: null, text: 'end of day' }, receivedBy: null, photo: null, unread: [],
    });
  });

  it('of a delivery say when, to whom and with which photo', () => {
    const event = readTrackAlert(JSON.stringify(fixtures.deliveredEvent));
    expect(event).toMatchObject({
      alternateNumber: '1Z7W4R880398765438', moment: { instant: new Date('2026-11-20T14:50:04Z'), basis: 'offset' }, status: { statusCode: '011' },
      deliveredAt: { day: '2026-11-20', time: '09:50:04' }, window: { from: '09:00:00', to: '13:00:00', text: null }, receivedBy: 'MORROW', unread: [],
    });
    expect(event.photo?.toString()).toBe('JFIF, a doorstep');
  });

  it.each([['{', /not JSON/], ['[]', /the body must be object/], ['{"trackingNumber":"1Z"}', /\/activityStatus is missing/], ['{"trackingNumber":" ","activityStatus":{}}', /\/trackingNumber/]])(
    'are not read from %s', (body, message) => {
      expect(() => readTrackAlert(body)).toThrow(UpsUnreadable);
      expect(() => readTrackAlert(body)).toThrow(message);
    },
  );
});
