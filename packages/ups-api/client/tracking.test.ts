import { describe, expect, it } from 'vitest';
import { UpsRefused, UpsUnreadable } from './errors.js';
import { authorize, readTrackResponse, trackRequest } from './tracking.js';

const answer = (body: unknown, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) });
const withPackage = (pack: unknown) => answer({ trackResponse: { shipment: [{ inquiryNumber: '1Z1442YY7229014688', package: [pack] }] } });

describe('the Track wire', () => {
  it('asks for one number, with the headers that UPS requires', () => {
    const request = authorize(trackRequest({ inquiryNumber: '1Z 1/2', transId: 't', transactionSrc: 'wayleave' }), 'token');
    expect(request.path).toBe('/api/track/v1/details/1Z%201%2F2?locale=en_US');
    expect(request.headers).toMatchObject({ transId: 't', transactionSrc: 'wayleave', authorization: 'Bearer token' });
  });

  it('reads UPS own way of not finding a number', () => {
    const notFound = { trackResponse: { shipment: [{ inquiryNumber: 'x', warnings: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] }] } };
    expect(readTrackResponse(answer(notFound))).toEqual({ found: false });
  });

  it('reads a delivered package with its scans', () => {
    const track = readTrackResponse(withPackage({
      trackingNumber: '1Z1442YY7229014688',
      currentStatus: { type: 'D', description: 'DELIVERED ', code: '011' },
      deliveryDate: [{ type: 'SDD', date: '20261119' }, { type: 'DEL', date: '20261120' }],
      service: { description: 'UPS Ground' },
      activity: [
        { date: '20261120', time: '120500', gmtDate: '20261120', gmtTime: '17:05:00', gmtOffset: '-05:00', location: { address: { city: 'ALBANY', stateProvince: 'NY', countryCode: 'US' } }, status: { type: 'D', description: 'DELIVERED ' } },
        { date: '20261119', time: '74700', gmtOffset: '-05.00', location: { address: { city: '', country: 'US' } }, status: { description: 'Origin Scan' } },
        { status: {} },
      ],
    }));
    expect(track).toMatchObject({
      found: true,
      packages: [{
        trackingNumber: '1Z1442YY7229014688', state: 'delivered', description: 'DELIVERED', service: 'UPS Ground', deliveryDay: '2026-11-20', statusType: 'D', statusCode: '011',
        scans: [
          { at: new Date('2026-11-20T17:05:00Z'), localTime: '2026-11-20 12:05:00', place: 'ALBANY, NY, US', description: 'DELIVERED' },
          { at: new Date('2026-11-19T12:47:00Z'), localTime: '2026-11-19 07:47:00', place: 'US', description: 'Origin Scan' },
          { at: null, localTime: null, place: null, description: 'Scan without a description' },
        ],
      }],
    });
  });

  it.each([['D', 'delivered'], ['I', 'moving'], ['M', 'registered'], ['MV', 'voided'], ['X', 'exception'], ['Q', 'unknown'], [undefined, 'unknown']])('maps status type %s to %s', (type, state) => {
    const track = readTrackResponse(withPackage({ trackingNumber: '1Z', currentStatus: { type }, activity: [] }));
    expect(track).toMatchObject({ packages: [{ state }] });
  });

  it('takes the newest scan for the status when UPS leaves the type out', () => {
    const track = readTrackResponse(withPackage({ trackingNumber: '1Z', currentStatus: { code: '005', description: 'On the Way' }, activity: [{ status: { type: 'I' } }] }));
    expect(track).toMatchObject({ packages: [{ state: 'moving', description: 'On the Way' }] });
  });

  it('names the field that cannot be read', () => {
    expect(() => readTrackResponse(withPackage({ trackingNumber: 7 }))).toThrow(UpsUnreadable);
    expect(() => readTrackResponse(withPackage({ trackingNumber: 7 }))).toThrow('/trackResponse/shipment/0/package/0/trackingNumber');
  });

  it('keeps the codes of a refusal', () => {
    expect(() => readTrackResponse(answer({ response: { errors: [{ code: '250002', message: 'Invalid Authentication Information.' }] } }, 401))).toThrow(UpsRefused);
  });
});
