import { describe, expect, it } from 'vitest';
import { UpsRefused, UpsUnreadable } from './errors.js';
import { delivered, notFound, onItsWay } from '../tests/fixtures/track.js';
import { parseDay, type Day } from './moment.js';
import { authorize, readShipmentTrackResponse, readTrackResponse, referenceTrackRequest, shipmentTrackRequest, trackRequest, type TrackFound } from './tracking.js';

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

const names = { transId: 't', transactionSrc: 'wayleave' };

function found(body: unknown): TrackFound {
  const track = readTrackResponse(answer(body));
  if (!track.found) throw new Error('not found');
  return track;
}

describe('Track requests', () => {
  it('ask for signature, milestones and proof only when they are wanted', () => {
    const request = trackRequest({ ...names, inquiryNumber: '1Z', returnSignature: true, returnMilestones: true, returnPod: true });
    expect(request.path).toBe('/api/track/v1/details/1Z?locale=en_US&returnSignature=true&returnMilestones=true&returnPOD=true');
    expect(trackRequest({ ...names, inquiryNumber: '1Z', returnPod: false }).path).toBe('/api/track/v1/details/1Z?locale=en_US');
  });

  it('ask by a reference, within days of pickup', () => {
    const day = (text: string) => parseDay(text) as Day;
    const reference = { ...names, referenceNumber: 'PO 88/213', pickedUpFrom: day('20261101'), pickedUpTo: day('2026-11-22') };
    expect(referenceTrackRequest({ ...reference, account: '7W4R88', kind: 'SmallPackage' }).path).toBe(
      '/api/track/v1/reference/details/PO%2088%2F213?locale=en_US&fromPickUpDate=20261101&toPickUpDate=20261122&shipperNum=7W4R88&refNumType=SmallPackage',
    );
  });

  it('ask for a shipment page by page', () => {
    expect(shipmentTrackRequest({ ...names, inquiryNumber: '1Z', offset: 50 }).path).toBe('/api/track/v1/shipment/details/1Z?locale=en_US&offset=50&count=50');
  });
});

describe('Track answers', () => {
  it('give everything that UPS knows of a delivered package', () => {
    const { packages: [pack], unread } = found(delivered);
    expect(unread).toEqual([]);
    expect(pack).toMatchObject({
      state: 'delivered', statusCode: '011', deliveryDay: '2026-11-20', packageCount: 2, serviceCode: '518', serviceLevel: '003',
      currentStatus: { type: 'D', scanCode: null, statusCode: '011', text: 'DELIVERED', plainText: 'Delivered' },
      shipment: { inquiryNumber: '1Z7W4R880312345675', relations: ['SHIPPER'] },
      deliveryDays: [{ kind: 'SDD', day: '2026-11-18' }, { kind: 'RDD', day: '2026-11-19' }, { kind: 'DEL', day: '2026-11-20' }],
      deliveryTime: { kind: 'DEL', from: null, to: '14:18:22' },
      weight: { value: '12.50', unit: 'LBS' },
      dimensions: { length: { value: '12.0', unit: 'IN' }, width: { value: '8.0', unit: 'IN' }, height: { value: '10.0', unit: 'IN' } },
      references: [{ kind: 'SHIPMENT', number: 'PO-88213' }, { kind: 'PACKAGE', number: '000451' }],
      alternateNumbers: [{ kind: 'USPS_PIC', number: '92419900000033499522966220' }],
      extraServices: ['SIGNATURE_REQUIRED', 'CARBON_NEUTRAL'], attributes: ['SENSOR_EVENT'], suppressed: ['DETAIL'], smart: false, exchangeStatus: 'C',
      pickUpBy: '2026-11-27',
      payments: [{ kind: 'COD', amount: { amount: '243.5', currency: 'USD' }, id: '3S35571M1L38', paid: false, method: 'C0' }],
    });
    expect(pack?.addresses[1]).toEqual({
      kind: 'DESTINATION', name: 'MORROW LIGHTING', attention: null,
      address: { lines: ['9 CANAL ST'], district: null, city: 'ALBANY', state: 'NY', postalCode: '12207', country: 'US', residential: null },
    });
    expect(pack?.scans.map(({ physical, site, status }) => [physical, site, status.scanCode, status.statusCode])).toEqual([
      [true, '1201', 'FS', '011'], [true, '4541', 'OR', '010'], [false, null, 'MP', '003'],
    ]);
  });

  it('give proof as bytes, the letter too: it is not for any browser', () => {
    const proof = found(delivered).packages[0]?.proof;
    expect(proof).toMatchObject({ receivedBy: 'MORROW', leftAt: 'Front Door', photo: { taken: true, disposition: 'V', countryWithoutPostalCodes: false } });
    expect([proof?.signature, proof?.letter, proof?.photo?.image].map((bytes) => bytes?.toString())).toEqual([
      'GIF89a, a signature', '<html><mets http-equiv="x"><img src="./ups_logo.gif"></span>Delivered To</html>', 'JFIF, a doorstep',
    ]);
  });

  it('link a milestone to its scan, not to a number that the next scan shifts', () => {
    const pack = found(delivered).packages[0];
    expect(pack?.milestones.map(({ scan }) => scan)).toEqual([pack?.scans[0], pack?.scans[2]]);
    expect(pack?.milestones[0]).toMatchObject({ category: 'Delivery', code: 'DEL', current: true, subCategory: 'Left' });
  });

  it('are read when they are untidy, and nothing is made of a photo that is only announced', () => {
    const { packages: [pack], unread } = found(onItsWay);
    expect(unread).toEqual([]);
    expect(pack).toMatchObject({
      trackingNumber: '1Z7W4R880398765438', state: 'moving', statusType: 'I', statusCode: '005', packageCount: 1, deliveryDay: '2026-11-24', references: [], milestones: [],
      deliveryTime: { kind: 'EDW', from: '09:15:00', to: '13:15:00' }, shipment: { relations: ['MYC_BUS_OUTBOUND'], pickupDay: '2026-11-20' },
      proof: { receivedBy: null, leftAt: null, signature: null, letter: null, photo: { image: null, taken: false, disposition: null } },
    });
    expect(pack?.scans[0]).toMatchObject({ at: new Date('2026-11-21T12:47:00Z'), status: { scanCode: 'ZQ', text: 'A scan nobody knows' }, physical: null });
  });

  it('name what cannot be read, and keep the rest', () => {
    const { packages, unread } = found({ trackResponse: { shipment: [{ package: [{
      trackingNumber: '1Z', deliveryDate: [{ type: 'SDD', date: '20261399' }], weight: { weight: 'heavy' }, milestones: [{ linkedActivity: '4' }],
      deliveryInformation: { signature: { image: '!' } },
    }] }] } });
    expect(packages[0]).toMatchObject({ deliveryDay: null, weight: null, proof: { signature: null } });
    expect(unread.map(({ field }) => field.replace('/trackResponse/shipment/0/package/0', ''))).toEqual([
      '/deliveryDate/0/date', '/weight/weight', '/milestones/0/linkedActivity', '/deliveryInformation/signature/image',
    ]);
  });

  it('are "not found" by TW0001 in a 200 and in a 404, and by nothing else', () => {
    expect(readTrackResponse(answer(notFound))).toEqual({ found: false });
    expect(readTrackResponse(answer({ response: { errors: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] } }, 404))).toEqual({ found: false });
    expect(() => readTrackResponse(answer({ response: { errors: [{ code: '404', message: 'no such page' }] } }, 404))).toThrow(UpsRefused);
    expect(found({ trackResponse: { shipment: [{ warnings: [{ code: 'TW9999', message: 'Something else ' }] }] } })).toEqual({
      found: true, packages: [], warnings: [{ code: 'TW9999', message: 'Something else' }], unread: [],
    });
  });

  it('of a shipment say where the next page begins', () => {
    const page = (count: number, total?: number) => {
      const packages = Array.from({ length: count }, (_none, index) => ({ trackingNumber: `1Z${index}`, ...(total === undefined ? {} : { packageCount: total }) }));
      return answer({ trackResponse: { shipment: [{ package: packages }] } });
    };
    expect(readShipmentTrackResponse(page(50, 120))).toMatchObject({ nextOffset: 50 });
    expect(readShipmentTrackResponse(page(20, 120), { offset: 100 })).toMatchObject({ nextOffset: null });
    expect(readShipmentTrackResponse(page(50))).toMatchObject({ nextOffset: 50 });
    expect(readShipmentTrackResponse(page(0, 120), { offset: 50 })).toMatchObject({ nextOffset: null });
    expect(readShipmentTrackResponse(answer(notFound))).toEqual({ found: false });
  });
});
