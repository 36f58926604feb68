import { describe, expect, it } from 'vitest';
import * as fixtures from '../tests/fixtures/rating.js';
import { UpsRefused, UpsUnreadable } from './errors.js';
import { parseDay, parseTime, type Day, type TimeOfDay } from './moment.js';
import { rateRequest, readRateResponse } from './rating.js';
import { readTransitResponse, transitRequest } from './time-in-transit.js';

const names = { transId: 't', transactionSrc: 'wayleave' };
const response = (body: unknown, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) });
const bodyOf = (request: { body?: string }) => JSON.parse(request.body ?? '') as unknown;
const day = parseDay('20261120') as Day;
const time = parseTime('170000') as TimeOfDay;
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const lane = {
  ...names,
  shipper: { name: 'HARROW', account: '7W4R88', address: { lines: ['4 MILL LN'], city: 'DAYTON', state: 'OH', postalCode: '45402', country: 'US' } },
  shipTo: { address: { postalCode: '12207', country: 'US', residential: true } },
  packages: [{ weight: { value: '12.5', unit: 'LBS' } }],
} as const;

describe('Rating', () => {
  it('asks for all services of an account, at its own prices', () => {
    const request = rateRequest({ ...lane, option: 'Shop' });
    expect(request.path).toBe('/api/rating/v2409/Shop');
    expect(bodyOf(request)).toEqual({
      RateRequest: {
        Request: {},
        Shipment: {
          Shipper: { Name: 'HARROW', ShipperNumber: '7W4R88', Address: { AddressLine: ['4 MILL LN'], City: 'DAYTON', StateProvinceCode: 'OH', PostalCode: '45402', CountryCode: 'US' } },
          ShipTo: { Address: { AddressLine: [], PostalCode: '12207', CountryCode: 'US', ResidentialAddressIndicator: 'Y' } },
          PaymentDetails: { ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: '7W4R88' } }] },
          ShipmentRatingOptions: { NegotiatedRatesIndicator: 'Y' },
          Package: [{ PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code: 'LBS', Description: 'Pounds' }, Weight: '12.5' } }],
        },
      },
    });
  });

  it('asks for one service with its time in transit, and without an account for the published price', () => {
    const request = rateRequest({ ...lane, shipper: { address: lane.shipper.address }, option: 'Ratetimeintransit', service: '03', pickup: { day, time } });
    expect(bodyOf(request)).toMatchObject({
      RateRequest: { Shipment: { Service: { Code: '03' }, DeliveryTimeInformation: { PackageBillType: '03', Pickup: { Date: '20261120', Time: '170000' } } } },
    });
    expect(request.body).not.toContain('Negotiated');
  });

  it('keeps every alert, and 120900 is a fact', () => {
    const answer = readRateResponse(response(fixtures.shopWithoutNegotiated));
    expect(answer.notQualifiedForNegotiatedRates).toBe(true);
    expect(answer.alerts.map(({ code }) => code)).toEqual(['110971', '120900']);
    expect(answer.shipments.map(({ service, serviceText, total, negotiated }) => [service, serviceText, total, negotiated])).toEqual([
      ['03', null, { amount: '16.50', currency: 'USD' }, null], ['02', null, { amount: '31.07', currency: 'USD' }, null],
    ]);
    expect(readRateResponse(response(fixtures.rateWithTransit)).notQualifiedForNegotiatedRates).toBe(false);
  });

  it('gives prices as texts of digits, and when UPS expects to arrive', () => {
    const { shipments: [shipment], unread } = readRateResponse(response(fixtures.rateWithTransit));
    expect(unread).toEqual([]);
    expect(shipment).toMatchObject({
      zone: '003', rateChart: '1', base: { amount: '14.10', currency: 'USD' }, billingWeight: { value: '12.5', unit: 'LBS' },
      charges: [{ code: '375', text: null, kind: 'Fuel', amount: { amount: '2.40', currency: 'USD' } }],
      negotiated: { total: { amount: '9.99', currency: 'USD' }, base: [{ amount: '8.40' }], charges: [{ code: '375', amount: { amount: '1.59' } }] },
      guarantee: { businessDays: 2, by: '11:30 P.M.', scheduledDay: '2026-11-24' },
      transit: {
        pickupDay: '2026-11-20', arrival: { day: '2026-11-24', time: '23:30:00' }, pickup: { day: '2026-11-20', time: '17:00:00' }, businessDays: 2, totalDays: 4, restDays: 2,
        guaranteed: true, documentsOnly: false, callBy: '15:00:00', disclaimers: ['All dates are estimates.'],
      },
      packages: [{ total: { amount: '16.50' }, weight: '12.5' }],
    });
  });

  it('reads a single service without its list', () => {
    const wire = structuredClone(fixtures.rateWithTransit) as { RateResponse: { RatedShipment: unknown } };
    wire.RateResponse.RatedShipment = (wire.RateResponse.RatedShipment as unknown[])[0];
    expect(readRateResponse(response(wire))).toEqual(readRateResponse(response(fixtures.rateWithTransit)));
  });

  it('does not give a price that it cannot read', () => {
    const wire = structuredClone(fixtures.rateWithTransit);
    if (wire.RateResponse.RatedShipment[0]) wire.RateResponse.RatedShipment[0].NegotiatedRateCharges.TotalCharge.MonetaryValue = '9,99';
    expect(thrown(() => readRateResponse(response(wire)))).toMatchObject({
      name: UpsUnreadable.name, where: 'rating', field: '/RateResponse/RatedShipment/0/NegotiatedRateCharges/TotalCharge/MonetaryValue',
    });
  });

  it('is refused with its codes, by status or inside a 200', () => {
    const codes = [{ code: '111212', message: 'The requested service is unavailable between the selected locations.' }];
    expect(thrown(() => readRateResponse(response({ response: { errors: codes } }, 400)))).toEqual(new UpsRefused('rating', 400, codes));
    const failed = { RateResponse: { Response: { ResponseStatus: { Code: '0' }, Alert: [{ Code: '111549', Description: 'no' }] }, RatedShipment: [] } };
    expect(thrown(() => readRateResponse(response(failed)))).toEqual(new UpsRefused('rating', 200, [{ code: '111549', message: 'no' }]));
  });
});

describe('Time in Transit', () => {
  it('asks with real numbers, and dates with dashes', () => {
    const request = transitRequest({
      ...names, origin: { country: 'US', postalCode: '45402' }, destination: { country: 'CA', city: 'TORONTO' }, shipDay: day, shipTime: time, residential: true, billType: '03',
      weight: { value: 12.5, unit: 'LBS' }, contents: { value: 250, currency: 'USD' }, packages: 2,
    });
    expect([request.path, bodyOf(request)]).toEqual(['/api/shipments/v1/transittimes', {
      originCountryCode: 'US', originPostalCode: '45402', destinationCountryCode: 'CA', destinationCityName: 'TORONTO', residentialIndicator: '01', shipDate: '2026-11-20',
      shipTime: '17:00:00', billType: '03', weight: 12.5, weightUnitOfMeasure: 'LBS', shipmentContentsValue: 250, shipmentContentsCurrencyCode: 'USD', numberOfPackages: 2,
    }]);
  });

  it('gives the services of a lane, and that nothing is guaranteed now', () => {
    const answer = readTransitResponse(response(fixtures.transitTimes));
    expect(answer).toMatchObject({ kind: 'times', shipDay: '2026-11-20', guaranteeSuspended: true, residential: false, origin: { city: 'DAYTON' }, unread: [] });
    expect(answer.kind === 'times' && answer.services).toMatchObject([
      { service: 'GND', deliveryDay: '2026-11-24', commitTime: '23:30:00', guaranteed: false, businessDays: 2, saturdayDelivery: { day: null, time: null, possible: false } },
      { service: '1DA', deliveryDay: '2026-11-23', guaranteed: true, saturdayDelivery: { day: '2026-11-21', time: '12:00:00', possible: true }, saturdayPickup: true },
    ]);
  });

  it('gives the places to choose from where an address fits several', () => {
    expect(readTransitResponse(response(fixtures.transitCandidates))).toMatchObject({
      kind: 'choose', origins: [], destinations: [{ city: 'ALBANY', state: 'NY', town: 'COLONIE' }, { city: 'ALBANY', state: 'CA', postalCodeFrom: '94706', postalCodeTo: '94710' }],
    });
  });

  it('is not taken for a lane without services when the times are missing', () => {
    expect(thrown(() => readTransitResponse(response({})))).toMatchObject({ name: UpsUnreadable.name, field: '/emsResponse' });
  });

  it('is refused in its own envelope', () => {
    const refused = { errors: [{ code: '270024', message: 'Invalid origin postal code. ' }] };
    expect(thrown(() => readTransitResponse(response(refused, 400)))).toEqual(new UpsRefused('time-in-transit', 400, [{ code: '270024', message: 'Invalid origin postal code.' }]));
  });
});
