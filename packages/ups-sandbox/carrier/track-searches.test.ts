import { parseDay, readShipmentTrackResponse, readTrackResponse, referenceTrackRequest, shipmentTrackRequest, type Day, type ReferenceTrackParameters, type ShipmentPage } from '@wayleave/ups-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, refusal, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';
import { parcelThat } from '../tests/standing-world.js';
import { dayDigits } from '../world/calendar.js';
import { createWorld } from '../world/world.js';

const names = { transId: 't-1', transactionSrc: 'test' };
const day = 86_400_000;

describe('Track by reference and by shipment', () => {
  // Whole pallets, and references that several accounts use, are found in a larger world.
  const world = createWorld({ beginsAt: new Date(0), seed: 11, size: 40_000 });
  let site: MachineSite;
  let access: string;
  beforeAll(async () => {
    site = await startMachineSite({ env: { UPSCOM_WORLD_SEED: '11', UPSCOM_WORLD_SIZE: '40000' } });
    ({ access } = await tokens(site));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const ask = (path: string) => get(site, path, { authorization: `Bearer ${access}`, transid: 't', transactionsrc: 'test' });

  async function byReference(referenceNumber: string, options: Partial<ReferenceTrackParameters> = {}): Promise<string[]> {
    const { status, text } = await ask(referenceTrackRequest({ referenceNumber, ...names, ...options }).path);
    const answer = readTrackResponse({ status, headers: {}, body: text });
    return answer.found ? answer.packages.map(({ trackingNumber }) => trackingNumber) : [];
  }

  async function page(inquiryNumber: string, offset: number, count: number): Promise<ShipmentPage> {
    const { status, text } = await ask(shipmentTrackRequest({ inquiryNumber, ...names, offset, count }).path);
    return readShipmentTrackResponse({ status, headers: {}, body: text }, { offset, count });
  }

  const recent = (days: number) => (pickupDay: number, now: Date) => pickupDay <= now.getTime() / day - days;

  it('finds a shipment by its order number, and one package by its own', async () => {
    const now = site.control.now();
    const { parcel } = parcelThat(world, now, ({ shipment, pickupDay, kind }) => shipment.size > 2 && shipment.size < 9 && kind !== 'freight' && recent(1)(pickupDay, now));
    const [order, invoice] = parcel.references.map(({ value }) => value);
    const numbers = world.shipment(parcel).map(({ trackingNumber }) => trackingNumber);
    expect((await byReference(order!, { account: parcel.account })).sort()).toEqual(numbers.sort());
    expect(await byReference(invoice!, { account: parcel.account })).toEqual([parcel.trackingNumber]);
    expect(await byReference(order!)).toEqual(expect.arrayContaining(numbers));
    expect(await byReference(order!, { account: 'ZZZZZZ' })).toEqual([]);
  });

  it('looks two weeks back unless it is given days, and knows destinations', async () => {
    const now = site.control.now();
    const { parcel } = parcelThat(world, now, ({ shipment, pickupDay, kind }) => shipment.size === 1 && kind !== 'freight' && recent(20)(pickupDay, now));
    const reference = parcel.references[1]!.value;
    const picked = parseDay(dayDigits(parcel.pickupDay)) as Day;
    const dayBefore = parseDay(dayDigits(parcel.pickupDay - 1)) as Day;
    expect(await byReference(reference, { account: parcel.account })).toEqual([]);
    expect(await byReference(reference, { account: parcel.account, pickedUpFrom: picked, pickedUpTo: picked })).toEqual([parcel.trackingNumber]);
    expect(await byReference(reference, { account: parcel.account, pickedUpFrom: dayBefore, pickedUpTo: dayBefore })).toEqual([]);
    const there = { account: parcel.account, pickedUpFrom: picked };
    expect(await byReference(reference, { ...there, destinationCountry: parcel.destination.country, destinationPostalCode: parcel.destination.postalCode })).toHaveLength(1);
    expect(await byReference(reference, { ...there, destinationPostalCode: '00000' })).toEqual([]);
    expect(await byReference(reference, { ...there, destinationCountry: 'FR' })).toEqual([]);
  });

  it('tells freight from small packages', async () => {
    const now = site.control.now();
    const { parcel } = parcelThat(world, now, ({ kind, pickupDay, shipment }) => kind === 'freight' && shipment.size === 1 && recent(1)(pickupDay, now));
    const reference = parcel.references[1]!.value;
    expect(await byReference(reference, { account: parcel.account })).toEqual([]);
    expect(await byReference(reference, { account: parcel.account, kind: 'fgv' })).toEqual([parcel.trackingNumber]);
  });

  it('refuses days and kinds that are none, and takes names that it does not know', async () => {
    const path = '/api/track/v1/reference/details/PO-1';
    expect(refusal(await ask(`${path}?fromPickUpDate=20260231`))).toBe('400 TV1003 Invalid fromPickUpDate');
    expect(refusal(await ask(`${path}?toPickUpDate=yesterday`))).toBe('400 TV1003 Invalid toPickUpDate');
    expect(refusal(await ask(`${path}?refNumType=parcel`))).toBe('400 TV1003 Invalid refNumType');
    expect(refusal(await ask('/api/track/v1/shipment/details/1Z1442YY7229014688?offset=-1'))).toBe('400 TV1003 Invalid offset');
    const odd = await ask(`${path}?color=red&locale=&locale=xx&&refNumType=smallpackage`);
    expect([odd.status, odd.text.includes('TW0001')]).toEqual([200, true]);
  });

  it('knows no reference of a day that is still to come, however far', async () => {
    for (const reference of ['PO-999999999999', 'INV-999999999999', 'INV-123456789012', 'INV-9999999']) {
      const given = await ask(`/api/track/v1/reference/details/${reference}`);
      expect([given.status, given.text.includes('TW0001')]).toEqual([200, true]);
    }
  });

  it('gives all packages of a shipment in pages of fifty at most, and one of them by details', async () => {
    const now = site.control.now();
    const { parcel } = parcelThat(world, now, ({ shipment, pickupDay }) => shipment.size > 50 && recent(1)(pickupDay, now));
    const seen: string[] = [];
    let offset: number | null = 0;
    const pages: number[] = [];
    while (offset !== null) {
      const answer: ShipmentPage = await page(parcel.trackingNumber, offset, 500);
      if (!answer.found) throw new Error('not found');
      expect(answer.packages[0]?.packageCount).toBe(parcel.shipment.size);
      pages.push(answer.packages.length);
      seen.push(...answer.packages.map(({ trackingNumber }) => trackingNumber));
      offset = answer.nextOffset;
    }
    expect(pages).toEqual([50, parcel.shipment.size - 50]);
    expect(seen).toEqual(world.shipment(parcel).map(({ trackingNumber }) => trackingNumber));
    const small = await page(parcel.trackingNumber, 7, 3);
    expect(small.found && small.packages.map(({ trackingNumber }) => trackingNumber)).toEqual(seen.slice(7, 10));
    for (const beyond of ['count=0', `offset=${parcel.shipment.size}`, 'offset=999999999']) {
      expect((await ask(`/api/track/v1/shipment/details/${parcel.trackingNumber}?${beyond}`)).json).toEqual({
        trackResponse: { shipment: [{ inquiryNumber: parcel.trackingNumber, warnings: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] }] },
      });
    }
    const one = readTrackResponse({ status: 200, headers: {}, body: (await track(site, access, parcel.trackingNumber)).text });
    expect(one.found && one.packages.map(({ trackingNumber, packageCount }) => [trackingNumber, packageCount])).toEqual([[parcel.trackingNumber, parcel.shipment.size]]);
    expect(await page('1Z999AA10123456784', 0, 50)).toEqual({ found: false });
  });

  it('forgets a parcel 120 days after the last that happened to it', async () => {
    const now = site.control.now();
    const { parcel, state } = parcelThat(world, now, (_parcel, { delivery }) => delivery?.happening.statusCode === '011');
    const lastMs = state.past[0]!.atMs;
    await site.control.advanceClock(lastMs + 120 * day - 60_000 - now.getTime());
    ({ access } = await tokens(site));
    expect((await track(site, access, parcel.trackingNumber)).text).toContain('DELIVERED');
    await site.control.advanceClock(120_000);
    expect((await track(site, access, parcel.trackingNumber)).text).toContain('TW0001');
    expect(await page(parcel.trackingNumber, 0, 50)).toEqual({ found: false });
  });
});
