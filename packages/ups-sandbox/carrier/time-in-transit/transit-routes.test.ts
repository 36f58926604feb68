import { parseDay, parseTime, readTransitResponse, transitRequest, UpsRefused, type Day, type TimeOfDay, type TransitParameters } from '@wayleave/ups-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviations } from '../../../ups-api/tests/deviations.js';
import { specsAreThere, UpsSpec } from '../../../ups-api/tests/openapi.js';
import { answer, startMachineSite, tokens, type Answer, type MachineSite } from '../../tests/machine-site.js';
import { dayDigits, isBusinessDay } from '../../world/calendar.js';
import { places, type Place } from '../../world/place.js';
import { offers } from '../rate/offer.js';
import { transitOf } from '../rate/transit.js';

const names = { transId: '0123456789abcdef0123456789abcdef', transactionSrc: 'wayleave' };
const template = '/shipments/{version}/transittimes';
const path = '/api/shipments/v1/transittimes';
const dayMs = 86_400_000;
const day = (digits: string) => parseDay(digits) as Day;

let site: MachineSite;
let access: string;
let spec: UpsSpec | null;
beforeAll(async () => {
  site = await startMachineSite();
  // Thursday, 2026-11-19, noon in New York: a week before Thanksgiving.
  await site.control.advanceClock(Date.UTC(2026, 10, 19, 17) - site.control.now().getTime());
  ({ access } = await tokens(site));
  spec = specsAreThere ? new UpsSpec('TimeInTransit.yaml', deviations['TimeInTransit.yaml']) : null;
});
afterAll(() => site[Symbol.asyncDispose]());

async function post(body: unknown, headers: Record<string, string> = { transid: 't', transactionsrc: 'x' }): Promise<Answer> {
  const all = { authorization: `Bearer ${access}`, 'content-type': 'application/json', ...headers };
  return answer(await fetch(site.url + path, { method: 'POST', headers: all, body: typeof body === 'string' ? body : JSON.stringify(body) }));
}

async function times(parameters: Omit<TransitParameters, 'transId' | 'transactionSrc'>) {
  const request = transitRequest({ ...names, ...parameters });
  expect(spec?.checkRequest(template, request) ?? []).toEqual([]);
  const given = await post(request.body ?? '', request.headers);
  expect(spec?.checkAnswer(template, 'POST', given.status, given.json) ?? []).toEqual([]);
  const read = readTransitResponse({ status: given.status, headers: {}, body: given.text });
  if (read.kind !== 'times') throw new Error(given.text);
  expect(read.unread).toEqual([]);
  return read;
}

const newark = { country: 'US', postalCode: '07105' };
const seattle = { country: 'US', postalCode: '98108' };

describe('POST /api/shipments/v1/transittimes', () => {
  it('TT01 counts business days, and neither weekends nor holidays', async () => {
    const { services } = await times({ origin: newark, destination: seattle, shipDay: day('20261124') });
    const ground = services.find(({ service }) => service === 'GND');
    expect(ground).toMatchObject({ pickupDay: '2026-11-24', deliveryDay: '2026-12-02', businessDays: 5, holidays: 1, restDays: 2, totalDays: 8, guaranteed: false, dayOfWeek: 'WED' });
    expect(services.find(({ service }) => service === '1DA')).toMatchObject({ deliveryDay: '2026-11-25', commitTime: '10:30:00', guaranteed: true });
  });

  it('TT02 picks up on the next business day what is ready late, on a weekend or on a holiday', async () => {
    const pickup = async (digits: string, time: string) => (await times({ origin: newark, destination: seattle, shipDay: day(digits), shipTime: parseTime(time) as TimeOfDay })).services[0];
    expect(await pickup('20261120', '180000')).toMatchObject({ pickupDay: '2026-11-23', shipDayMoved: true });
    expect(await pickup('20261121', '090000')).toMatchObject({ pickupDay: '2026-11-23', shipDayMoved: true });
    expect(await pickup('20261126', '090000')).toMatchObject({ pickupDay: '2026-11-27', shipDayMoved: true });
    expect(await pickup('20261120', '090000')).toMatchObject({ pickupDay: '2026-11-20', shipDayMoved: false });
  });

  it('TT03 takes ship dates from 35 days back to 60 days ahead of its clock, today when there is none', async () => {
    for (const digits of ['20261015', '20270118']) expect((await times({ origin: newark, destination: seattle, shipDay: day(digits) })).shipDay).toBe(day(digits));
    for (const digits of ['20261014', '20270119']) await expect(times({ origin: newark, destination: seattle, shipDay: day(digits) })).rejects.toBeInstanceOf(UpsRefused);
    expect((await times({ origin: newark, destination: seattle })).shipDay).toBe('2026-11-19');
  });

  it('TT04 answers its errors bare, with real numbers and booleans where there is none', async () => {
    const lane = { originCountryCode: 'US', originPostalCode: '07105', destinationCountryCode: 'US', destinationPostalCode: '98108' };
    const given = await post(lane);
    expect(given.text).toContain('"guaranteeSuspended":false');
    expect(given.text).toMatch(/"numberOfServices":\d/);
    const codes = async (body: unknown, headers?: Record<string, string>) => {
      const refused = await post(body, headers);
      expect(refused.json['response']).toBeUndefined();
      return `${refused.status} ${(refused.json['errors'] as { code: string }[])[0]?.code}`;
    };
    expect(await codes({ ...lane, originPostalCode: 'x' })).toBe('400 270024');
    expect(await codes({ ...lane, destinationCountryCode: 'ZZ' })).toBe('400 270025');
    expect(await codes({ ...lane, shipDate: '20261120' })).toBe('400 270033');
    expect(await codes({ ...lane, destinationCountryCode: 'CA', destinationPostalCode: 'L5T2N7' })).toBe('400 270040');
    expect(await codes({})).toBe('400 20007');
    expect(await codes(lane, {})).toBe('400 TV1001');
    expect(await codes(lane, { authorization: 'Bearer x' })).toBe('401 250002');
  });

  it('TT05 any lane comes back as it was asked for, and nothing is delivered on a day off', async () => {
    const place = fc.constantFrom<Place>(...Object.values<Place>(places));
    await fc.assert(fc.asyncProperty(place, place, fc.integer({ min: -35, max: 60 }), fc.boolean(), fc.integer({ min: 1, max: 150 }), async (from, to, offset, residential, pounds) => {
      const shipDay = day(dayDigits(Math.floor(Date.UTC(2026, 10, 19) / dayMs) + offset));
      const end = ({ country, postalCode }: Place) => ({ country, postalCode });
      const read = await times({ origin: end(from), destination: end(to), shipDay, residential, billType: '03', weight: { value: pounds, unit: 'LBS' } });
      expect(read).toMatchObject({ shipDay, residential, origin: end(from), destination: end(to), weight: { value: String(pounds), unit: 'LBS' } });
      const offered = offers.filter((offer) => offer.offeredOn(from, to));
      expect(read.services.map(({ service }) => service)).toEqual(offered.map(({ transitCode }) => transitCode));
      for (const [index, { deliveryDay, pickupDay, totalDays, customsDays, businessDays, restDays, holidays, guaranteed, shipDayMoved }] of read.services.entries()) {
        const asked = { day: Math.floor(Date.parse(shipDay) / dayMs), minute: 720, billType: '03' };
        const { deliveryDay: _d, pickupDay: _p, moved, ...counts } = transitOf(offered[index]!, from, to, asked);
        expect({ totalDays, customsDays, businessDays, restDays, holidays }).toEqual(counts);
        expect([guaranteed, shipDayMoved]).toEqual([offered[index]?.guaranteed, moved]);
        const number = (text: string | null) => Math.floor(Date.parse(text ?? '') / dayMs);
        expect(isBusinessDay(number(deliveryDay), to.country)).toBe(true);
        expect(isBusinessDay(number(pickupDay), from.country)).toBe(true);
        expect(number(deliveryDay) - number(pickupDay)).toBe(totalDays);
        expect(customsDays).toBe(from.country === to.country ? 0 : 1);
      }
    }), { numRuns: 30 });
  });
});
