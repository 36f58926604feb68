import { parseDay, rateRequest, readRateResponse, type Day, type RateParameters, type UpsRequest } from '@wayleave/ups-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviations } from '../../../ups-api/tests/deviations.js';
import { specsAreThere, UpsSpec } from '../../../ups-api/tests/openapi.js';
import { answer, refusal, startMachineSite, tokens, type Answer, type MachineSite } from '../../tests/machine-site.js';
import { dayDigits, dayOf } from '../../world/calendar.js';
import { laneBetween } from '../../world/lane.js';
import { places, type Place } from '../../world/place.js';
import { offers } from './offer.js';
import { discountOf, priceOf } from './tariff.js';
import { transitOf } from './transit.js';

const names = { transId: '0123456789abcdef0123456789abcdef', transactionSrc: 'wayleave' };
const mine = 'A1B2C3';
const at = ({ postalCode, country, state, city }: Place) => ({ postalCode, country, city, ...(state === '' ? {} : { state }) });
const lane = { ...names, shipper: { account: mine, address: at(places.newark) }, shipTo: { address: at(places.atlanta) }, packages: [{ weight: { value: '12.5', unit: 'LBS' } }] } as const;
const template = '/rating/{version}/{requestoption}';

let site: MachineSite;
let access: string;
let spec: UpsSpec | null;
beforeAll(async () => {
  site = await startMachineSite({ accounts: [mine] });
  ({ access } = await tokens(site));
  spec = specsAreThere ? new UpsSpec('Rating.yaml', deviations['Rating.yaml']) : null;
});
afterAll(() => site[Symbol.asyncDispose]());

async function post(path: string, body: unknown, headers: Record<string, string> = {}, token = access): Promise<Answer> {
  const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
  return answer(await fetch(site.url + path, { method: 'POST', headers: all, body: typeof body === 'string' ? body : JSON.stringify(body) }));
}

/** Sends our client's request, and holds request and answer to UPS's file. */
async function rate(parameters: RateParameters): Promise<Answer> {
  const request: UpsRequest = rateRequest(parameters);
  const given = await post(request.path, request.body ?? '', request.headers);
  expect(spec?.checkRequest(template, request) ?? []).toEqual([]);
  expect(spec?.checkAnswer(template, 'POST', given.status, given.json) ?? []).toEqual([]);
  return given;
}

async function rated(parameters: RateParameters) {
  const given = await rate(parameters);
  expect(given.status, given.text).toBe(200);
  const read = readRateResponse({ status: given.status, headers: {}, body: given.text });
  expect(read.unread).toEqual([]);
  return read;
}

/** The body of a minimal call as UPS's own examples write it: single items without their lists, and no headers. */
function plain(changes: { shipment?: Record<string, unknown>; to?: Record<string, unknown> } = {}) {
  const address = { AddressLine: ['1 A ST'], City: 'NEWARK', StateProvinceCode: 'NJ', PostalCode: '07105', CountryCode: 'US' };
  return {
    RateRequest: {
      Request: { RequestOption: 'Rate' },
      Shipment: {
        Shipper: { Name: 'S', Address: address }, ShipTo: { Name: 'T', Address: { ...address, PostalCode: '30336', StateProvinceCode: 'GA', ...changes.to } },
        Service: { Code: '03', Description: 'Ground' }, NumOfPieces: '1',
        Package: { PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code: 'LBS' }, Weight: '10' } },
        ...changes.shipment,
      },
    },
  };
}
const path = '/api/rating/v2409/Rate';
const dashed = (day: number) => dayDigits(day).replace(/(....)(..)(..)/, '$1-$2-$3');

describe('POST /api/rating/v2409', () => {
  it('RT01 shops all services of a lane, and always answers a list with a base charge', async () => {
    const { shipments, alerts } = await rated({ ...lane, option: 'Shop' });
    expect(shipments.map(({ service }) => service)).toEqual(['03', '12', '02', '59', '13', '01', '14']);
    expect(shipments.every(({ base, zone }) => base !== null && zone !== null)).toBe(true);
    expect(alerts.map(({ code }) => code)).toEqual(['110971']);
    const one = await rate({ ...lane, option: 'Rate', service: '03' });
    expect((one.json['RateResponse'] as { RatedShipment: unknown }).RatedShipment).toHaveLength(1);
  });

  it('RT02 gives negotiated rates for an account of the profile, and alert 120900 for another', async () => {
    const own = await rated({ ...lane, option: 'Rate', service: '03' });
    expect(own.notQualifiedForNegotiatedRates).toBe(false);
    expect(Number(own.shipments[0]?.negotiated?.total.amount)).toBeLessThan(Number(own.shipments[0]?.total.amount));
    const foreign = await rated({ ...lane, shipper: { ...lane.shipper, account: 'W4Y135' }, option: 'Rate', service: '03' });
    expect(foreign.notQualifiedForNegotiatedRates).toBe(true);
    expect(foreign.shipments[0]).toMatchObject({ negotiated: null, total: own.shipments[0]?.total });
    const published = await rated({ ...lane, shipper: { address: lane.shipper.address }, option: 'Rate', service: '03' });
    expect(published).toMatchObject({ notQualifiedForNegotiatedRates: false, shipments: [{ negotiated: null }] });
  });

  it('RT03 takes single items without their lists, and needs neither transId nor transactionSrc', async () => {
    expect((await post(path, plain())).status).toBe(200);
    expect((await post('/api/rating/v2409/rate?additionalinfo=timeintransit', plain())).text).toContain('"EstimatedArrival"');
  });

  it('RT04 refuses in UPS\'s words', async () => {
    const money = { PaymentDetails: { ShipmentCharge: { Type: '01', BillShipper: { AccountNumber: 'X' } } } };
    const cases: [unknown, string][] = [
      ['{', '400 10400'], [[], '400 20008'], [{}, '400 20007 Missing Required field, /RateRequest.'],
      [plain({ shipment: { Service: {} } }), '400 20007 Missing Required field, /RateRequest/Shipment/Service/Code.'],
      [plain({ shipment: { Service: { Code: '99' } } }), '400 20008 The field, /RateRequest/Shipment/Service/Code, contains invalid data, 99.'],
      [plain({ shipment: { Service: { Code: '11' } } }), '400 111212 The requested service is unavailable between the selected locations.'],
      [plain({ to: { CountryCode: 'ZZ' } }), '400 111212'], [plain({ to: { PostalCode: '3033' } }), '400 111285'],
      [plain({ to: { StateProvinceCode: 'PR', PostalCode: '00901' } }), '400 118400'],
      [plain({ shipment: money }), '400 120100 Missing or Invalid account number for Payment Details'],
      [plain({ shipment: { Package: { PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code: 'LBS' }, Weight: '151' } } } }), '400 111035'],
      [plain({ shipment: { Package: { PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code: 'LBS' }, Weight: 'heavy' } } } }), '400 20008'],
    ];
    for (const [body, expected] of cases) expect(refusal(await post(path, body))).toContain(expected);
    expect(refusal(await post('/api/rating/v2409/Guess', plain()))).toBe('400 20006 Invalid request action.');
    const abroad = plain({ to: { CountryCode: 'CA', StateProvinceCode: 'ON', PostalCode: 'L5T2N7' }, shipment: { Service: { Code: '11' } } });
    expect(refusal(await post('/api/rating/v2409/Ratetimeintransit', abroad))).toBe('400 111549 Invalid Shipment Contents Value.');
    expect((await post(path, abroad)).status).toBe(200);
  });

  it('RT08 takes the account of whoever pays for the transport: shipper, receiver or third party', async () => {
    const paidBy = (...ShipmentCharge: object[]) => plain({ shipment: { PaymentDetails: { ShipmentCharge } } });
    const address = { PostalCode: '10013', CountryCode: 'US' };
    for (const who of ['BillShipper', 'BillReceiver', 'BillThirdParty']) {
      expect((await post(path, paidBy({ Type: '01', [who]: { AccountNumber: 'W4Y135', Address: address } }))).status).toBe(200);
      expect(refusal(await post(path, paidBy({ Type: '01', [who]: { AccountNumber: '', Address: address } })))).toBe('400 120100 Missing or Invalid account number for Payment Details');
    }
    expect((await post(path, paidBy({ Type: '02', BillReceiver: { AccountNumber: '' } }, { Type: '01', BillShipper: { AccountNumber: mine } }))).status).toBe(200);
    expect((await post(path, paidBy({ Type: '01', ConsigneeBilledIndicator: '' }))).status).toBe(200);
    expect(refusal(await post(path, paidBy({ Type: '01' })))).toContain('400 120100');
    expect(refusal(await post(path, paidBy({ BillShipper: { AccountNumber: mine } })))).toContain('400 20007');
  });

  it('RT05 lets a profile without accounts rate, but not pay', async () => {
    const profile = await site.control.createProfile({ username: 'no-accounts', email: 'none@harborpine.example', password: 'harbour pine granite 42', accounts: [] });
    const poor = (await tokens({ ...site, profile })).access;
    expect((await post(path, plain(), {}, poor)).status).toBe(200);
    const paid = plain({ shipment: { PaymentDetails: { ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: mine } }] } } });
    expect(refusal(await post(path, paid, {}, poor))).toBe('400 120100 Missing or Invalid account number for Payment Details');
    expect(refusal(await post(path, plain(), {}, 'x'))).toBe('401 250002 Invalid Authentication Information.');
  });

  it('RT06 any order comes back as it was priced, in UPS\'s shapes, whatever lane, packages and option', async () => {
    const states = Object.values<Place>(places).filter(({ country }) => country === 'US');
    const order = fc.record({
      from: fc.constantFrom(...states), to: fc.constantFrom<Place>(...Object.values<Place>(places)), home: fc.boolean(), metric: fc.boolean(), account: fc.constantFrom(mine, 'W4Y135', null),
      weights: fc.array(fc.integer({ min: 1, max: 680 }), { minLength: 1, maxLength: 4 }), sides: fc.option(fc.tuple(fc.nat(39), fc.nat(39), fc.nat(39)), { nil: null }),
      option: fc.constantFrom('Shop' as const, 'Shoptimeintransit' as const),
    });
    await fc.assert(fc.asyncProperty(order, async ({ from, to, home, metric, account, weights, sides, option }) => {
      const dimensions = sides && { length: String(sides[0] + 1), width: String(sides[1] + 1), height: String(sides[2] + 1), unit: metric ? 'CM' as const : 'IN' as const };
      const isAbroad = from.country !== to.country;
      const read = await rated({
        ...names, option: isAbroad ? 'Shop' : option, shipper: { address: at(from), ...(account === null ? {} : { account }) }, shipTo: { address: { ...at(to), residential: home } },
        packages: weights.map((tenths) => ({ weight: { value: (tenths / 10).toFixed(1), unit: metric ? 'KGS' as const : 'LBS' as const }, ...(dimensions ? { dimensions } : {}) })),
        pickup: { day: parseDay('20261123') as Day }, context: 'c',
      });
      expect(read.notQualifiedForNegotiatedRates).toBe(account === 'W4Y135');
      for (const shipment of read.shipments) {
        const cents = (amount: string | undefined) => Math.round(Number(amount) * 100);
        expect(shipment.packages.map(({ weight }) => weight)).toEqual(weights.map((tenths) => (tenths / 10).toFixed(1)));
        expect(shipment.packages.reduce((sum, { total }) => sum + cents(total?.amount), 0)).toBe(cents(shipment.total.amount));
        expect(cents(shipment.base?.amount) + shipment.charges.reduce((sum, { amount }) => sum + cents(amount.amount), 0)).toBe(cents(shipment.total.amount));
        expect(shipment.charges.some(({ code }) => code === '270')).toBe(home);
        expect(shipment.negotiated === null).toBe(account !== mine);
        expect(shipment.transit === null).toBe(isAbroad || option === 'Shop');
        const offer = offers.find(({ code }) => code === shipment.service)!;
        const perUnit = metric ? [2.204_62, 0.393_701] as const : [1, 1] as const;
        const inches = sides && ([sides[0] + 1, sides[1] + 1, sides[2] + 1].map((side) => side * perUnit[1]) as [number, number, number]);
        const pricesAt = (discount: number) => weights.reduce((sum, tenths) => sum + priceOf(offer, laneBetween(from, to), { pounds: tenths / 10 * perUnit[0], inches }, home, discount).total, 0);
        expect(cents(shipment.total.amount)).toBe(pricesAt(0));
        if (shipment.negotiated) expect(cents(shipment.negotiated.total.amount)).toBe(pricesAt(discountOf(mine)));
        if (shipment.transit) {
          const { pickupDay, deliveryDay, businessDays } = transitOf(offer, from, to, { day: dayOf('20261123') ?? 0, minute: 720, billType: '03' });
          expect(shipment.transit).toMatchObject({ pickupDay: dashed(pickupDay), arrival: { day: dashed(deliveryDay) }, businessDays });
        }
      }
    }), { numRuns: 25 });
  });

  it.runIf(specsAreThere)('RT09 answers the examples of UPS\'s own file, once they name accounts, but for two', async () => {
    const refusals = {
      3: { refusal: '400 111212 The requested service is unavailable between the selected locations.', why: 'It asks for Worldwide Economy (072), which is not offered here.' },
      6: { refusal: '400 20007 Missing Required field, /RateRequest/Shipment/ShipTo.', why: 'It has the whole shipment inside its shipper.' },
    } as Record<string, { refusal: string; why: string }>;
    const options: Record<string, string> = { 6: 'Ratetimeintransit', 10: 'Shoptimeintransit' };
    const examples = spec?.exampleBodies(template, 'POST') ?? new Map<string, unknown>();
    expect(examples.size).toBe(10);
    const outcomes = new Map<string, [string, string]>();
    for (const [name, body] of examples) {
      const [asWritten, named] = [JSON.stringify(body), JSON.stringify(body).replaceAll(/"(ShipperNumber|AccountNumber)":"[^"]*"/g, `"$1":"${mine}"`)];
      const at = `/api/rating/v2409/${options[name] ?? 'Rate'}`;
      const given = await post(at, named);
      expect([name, ...spec?.checkAnswer(template, 'POST', given.status, given.json) ?? []]).toEqual([name]);
      const outcome = (answered: Answer) => (answered.status === 200 ? '200' : refusal(answered));
      outcomes.set(name, [outcome(given), outcome(await post(at, asWritten)).slice(0, 10)]);
    }
    for (const [name, [named, asWritten]] of outcomes) {
      expect([name, named]).toEqual([name, refusals[name]?.refusal ?? '200']);
      // Their accounts are empty, or words in the place of one; two examples bill none.
      if (!refusals[name]) expect([name, asWritten]).toEqual([name, ['8', '10'].includes(name) ? '200' : '400 120100']);
    }
  });

  it('RT10 knows every service of UPS, wherever it offers it, and takes ounces', async () => {
    for (const code of ['17', '54', '70', '71', '72', '072', '75', '92', '93', '96', 'M2', 'M4', 'M6']) {
      expect([code, refusal(await post(path, plain({ shipment: { Service: { Code: code } } })))]).toEqual([code, '400 111212 The requested service is unavailable between the selected locations.']);
    }
    const weighing = (Code: string, Weight: string) => plain({ shipment: { Package: { PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code }, Weight } } } });
    const [ounces, pounds] = [await post(path, weighing('OZS', '160')), await post(path, weighing('LBS', '10'))];
    const totalOf = ({ json }: Answer) => (json['RateResponse'] as { RatedShipment: { TotalCharges: unknown }[] }).RatedShipment[0]?.TotalCharges;
    expect([ounces.status, totalOf(ounces)]).toEqual([200, totalOf(pounds)]);
    expect(refusal(await post(path, weighing('OZS', '2401')))).toContain('400 111035');
  });

  it('RT11 rates a package whose weight nobody says, as UPS\'s file allows, by its size or as the lightest', async () => {
    const weighed = async (Package: object) => {
      const given = await post(path, plain({ shipment: { Package } }));
      expect([given.status, spec?.checkAnswer(template, 'POST', given.status, given.json) ?? []]).toEqual([200, []]);
      return (given.json['RateResponse'] as { RatedShipment: { BillingWeight: { Weight: string } }[] }).RatedShipment[0]?.BillingWeight.Weight;
    };
    expect(await weighed({ PackagingType: { Code: '01' } })).toBe('1.0');
    expect(await weighed({ PackagingType: { Code: '01' }, PackageWeight: '' })).toBe('1.0');
    expect(await weighed({ PackagingType: { Code: '02' }, Dimensions: { UnitOfMeasurement: { Code: 'IN' }, Length: '20', Width: '10', Height: '7' } })).toBe('11.0');
  });

  it('RT07 is deterministic', async () => {
    const first = await rate({ ...lane, option: 'Shop' });
    expect((await rate({ ...lane, option: 'Shop' })).text).toBe(first.text);
  });
});
