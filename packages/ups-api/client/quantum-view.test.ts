import { describe, expect, it } from 'vitest';
import * as fixtures from '../tests/fixtures/quantum-view.js';
import { UpsRefused, UpsThrottled, UpsUnreadable } from './errors.js';
import { parseDay, parseTime, type Day, type TimeOfDay } from './moment.js';
import { quantumViewRequest, readQuantumViewResponse } from './quantum-view.js';

const names = { transId: 't', transactionSrc: 'wayleave' };
const read = (body: unknown, status = 200) => readQuantumViewResponse({ status, headers: {}, body: JSON.stringify(body) });
const clock = (day: string, time: string) => ({ day: parseDay(day) as Day, time: parseTime(time) as TimeOfDay });
const bodyOf = (request: { body?: string }) => JSON.parse(request.body ?? '') as unknown;

describe('Quantum View requests', () => {
  it('ask for what is unread when no criteria are given', () => {
    const request = quantumViewRequest(names);
    expect([request.method, request.path, bodyOf(request)]).toEqual(['POST', '/api/quantumview/v3/events', { QuantumViewRequest: { Request: { RequestAction: 'QVEvents' } } }]);
  });

  it('ask for a range, for files, and on from a bookmark', () => {
    const range = { begin: clock('20261115', '000000'), end: clock('20261122', '235959') };
    const subscriptions = [{ name: 'Out', range }, { range: { begin: range.begin } }, { name: 'In', files: ['261120_140019001'] }];
    expect(bodyOf(quantumViewRequest({ ...names, bookmark: 'b==', context: 'c', subscriptions }))).toEqual({
      QuantumViewRequest: {
        Request: { RequestAction: 'QVEvents', TransactionReference: { CustomerContext: 'c' } },
        SubscriptionRequest: [
          { Name: 'Out', DateTimeRange: { BeginDateTime: '20261115000000', EndDateTime: '20261122235959' } },
          { DateTimeRange: { BeginDateTime: '20261115000000' } },
          { Name: 'In', FileName: ['261120_140019001'] },
        ],
        Bookmark: 'b==',
      },
    });
  });
});

describe('Quantum View answers', () => {
  const file = () => read(fixtures.everyKind).subscriptions[0]?.files[0];

  it('tell whose they are, what was asked, and whether there is more', () => {
    const answer = read(fixtures.everyKind);
    expect(answer).toMatchObject({ subscriberId: 'harrowtools', bookmark: 'WE9MVFFBMQ==', unread: [] });
    expect(answer.subscriptions).toMatchObject([{
      name: 'Outbound-XML', number: '2E7C01', state: 'A', stateText: 'Active', range: { begin: { day: '2026-11-15', time: '00:00:00' }, end: { day: '2026-11-22', time: '00:00:00' } },
      files: [{ name: '261120_140019001', state: 'U' }],
    }]);
    expect(file()?.records.map(({ kind }) => kind)).toEqual(['manifest', 'origin', 'exception', 'delivery', 'generic']);
  });

  it('read the same when single items have lost their lists', () => {
    expect(read(fixtures.collapsed)).toEqual(read(fixtures.everyKind));
  });

  it('give a manifest with the promise, accounts, contacts and numbers without their zeros', () => {
    expect(file()?.records[0]).toMatchObject({
      kind: 'manifest', pickupDay: '2026-11-17', scheduledDay: '2026-11-19', scheduledTime: '10:30:00', serviceCode: '003',
      shipper: { name: 'HARROW TOOLS', account: '7W4R88', mail: 'ship@harrow.example', taxNumber: null, address: { residential: false, city: 'DAYTON' } },
      shipTo: { assignedNumber: 'C-1009', consignee: 'MORROW', locationId: 'DOCK2', address: { residential: false, lines: ['9 CANAL ST'] } },
      references: [{ code: 'PO', value: '88213' }],
      packages: [{
        trackingNumber: '1Z7W4R880312345675', weight: { value: '7.0', unit: null }, dimensions: { length: '12', width: '0', height: '0' }, cashOnDelivery: null, holdForPickup: true,
        insured: { amount: '250.00', currency: null }, moments: [{ day: '2026-11-17', time: '16:01:02', instant: null, basis: 'none' }],
      }],
      saturdayPickup: true, saturdayDelivery: true, callTag: { code: '000', number: null }, customsValue: { amount: '250.0', currency: null },
      billTo: { option: '01', account: '7W4R88' }, consigneeBilled: true, collectBilled: true, leadTrackingNumber: '1Z7W4R880312345675',
      marks: { DocumentsOnly: '3', UPScarbonneutral: 'Y' },
    });
  });

  it('give origin, exception, delivery and generic records with all they say', () => {
    const [, origin, exception, delivery, generic] = file()?.records ?? [];
    expect(origin).toMatchObject({
      trackingNumber: '1Z7W4R880312345675', account: '7W4R88', moment: { day: '2026-11-18', time: '07:47:00', basis: 'none' },
      place: { city: 'ALBANY', state: 'NY', country: 'US' }, scheduledDay: '2026-11-19',
      packageReferences: [{ code: 'IK', value: 'INV 7' }], shipmentReferences: [{ code: 'PO', value: '88213' }],
    });
    expect(exception).toMatchObject({
      status: { code: 'X2', text: 'THE STREET NUMBER IS INCORRECT' }, reason: { code: 'A1', text: 'ADDRESS CORRECTED' }, resolution: { code: 'RD', text: 'DELIVERY RESCHEDULED' },
      rescheduledDay: '2026-11-20', rescheduledTime: '23:59:59', updatedAddress: { name: 'MORROW', address: { lines: ['11 N CANAL ST'] } },
    });
    expect(delivery).toMatchObject({
      moment: { day: '2026-11-20', time: '09:18:22' }, driverRelease: 'LEFT AT SIDE DOOR', signedBy: 'MORROW', location: { code: 'MX', text: 'SIDE DOOR' },
      deliveredTo: { name: 'MORROW', address: { lines: ['11 N CANAL ST', 'MILL HOUSE', 'SUITE 2-4'], postalCode: '12207-1234', residential: true } },
      cashOnDelivery: { amount: '243.50', currency: 'USD' }, lastPickupDay: '2026-11-27', accessPoint: 'U12345678',
    });
    expect(generic).toMatchObject({
      activity: 'UD', rescheduledDay: '2026-11-20', moment: { day: '2026-11-19', time: '22:00:00' }, billTo: { option: '99' }, shipTo: { locationId: 'DOCK2' },
      failedNotification: { mail: 'dock@morrow.example', code: '01' },
    });
  });

  it('lose one broken record and name it, not its neighbours and not the next page', () => {
    const wire = structuredClone(fixtures.everyKind);
    const deliveries: unknown[] | undefined = wire.QuantumViewResponse.QuantumViewEvents.SubscriptionEvents[0]?.SubscriptionFile[0]?.Delivery;
    deliveries?.unshift({ TrackingNumber: '', Date: '20261120' }, { TrackingNumber: '1Z', Date: [1] });
    const answer = read(wire);
    const at = '/QuantumViewResponse/QuantumViewEvents/SubscriptionEvents/0/SubscriptionFile/0/Delivery';
    expect(answer.unread.map(({ field }) => field)).toEqual([`${at}/0/TrackingNumber`, `${at}/1/Date`]);
    expect(answer.subscriptions[0]?.files[0]?.records).toHaveLength(5);
    expect(answer.bookmark).toBe('WE9MVFFBMQ==');
  });

  it('take "There are no files" for an answer without files', () => {
    expect(read(fixtures.noFiles)).toEqual({ subscriberId: 'harrowtools', subscriptions: [], bookmark: null, unread: [] });
  });

  it('tell the failures inside a 200 apart', () => {
    const hard = { ErrorSeverity: 'Hard', ErrorCode: '336026', ErrorDescription: 'The following Subscription Names do not exist for the SubscriberID: Out' };
    expect(() => read(fixtures.failure(hard))).toThrow(new UpsRefused('quantum-view', 200, [{ code: '336026', message: hard.ErrorDescription }]));
    const transient = { ...hard, ErrorSeverity: 'Transient' };
    expect(() => read(fixtures.failure({ ...transient, MinimumRetrySeconds: '120' }))).toThrow(new UpsThrottled(120));
    expect(() => read(fixtures.failure(transient))).toThrow(UpsUnreadable);
  });

  it('are not taken for empty when the events are missing', () => {
    expect(() => read({ QuantumViewResponse: { Response: { ResponseStatusCode: '1' } } })).toThrow(
      'the answer to quantum-view (200) cannot be read: /QuantumViewResponse/QuantumViewEvents is missing',
    );
    expect(() => read({ QuantumViewResponse: { Response: { ResponseStatusCode: '' } } })).toThrow('/QuantumViewResponse/Response/ResponseStatusCode must be 0 or 1');
  });
});
