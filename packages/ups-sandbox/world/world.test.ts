import { describe, expect, it } from 'vitest';
import { isBusinessDay } from './calendar.js';
import { longestLifeDays } from './journey-kind.js';
import { parcelState } from './parcel.js';
import { checkDigit } from './tracking-number.js';
import { createWorld, type World } from './world.js';
import { localDay, localTime } from './zone-time.js';

const beginsAt = new Date('2026-03-10T12:00:00Z');
const options = { beginsAt, seed: 7, size: 2_000 };
const hour = 3_600_000;
const day = 24 * hour;
const samples = ['1Z1442YY7229014688', '1ZCIETST0111111114', '1ZCIETST0422222228', '1Z023E2X0214323462', '1Z204W4R0308071865', '1Z1234567891234556', '1R12345678912345', '1Z12345E0205271688'];

function of(world: World, at = beginsAt, days = 20) {
  return [...world.parcels(at, days)].flat();
}

describe('the world', () => {
  it('is the same for the same seed and another for another', () => {
    const shown = (seed: number) => JSON.stringify(of(createWorld({ ...options, seed })));
    expect(shown(7)).toBe(shown(7));
    expect(shown(7)).not.toBe(shown(8));
  });

  it('finds each parcel by its number alone, the documented samples too, and nothing else', () => {
    const world = createWorld(options);
    const parcels = of(world);
    expect(parcels.slice(0, samples.length).map(({ trackingNumber }) => trackingNumber)).toEqual(samples);
    expect(new Set(parcels.map(({ trackingNumber }) => trackingNumber)).size).toBe(parcels.length);
    for (const parcel of parcels) expect(world.find(parcel.trackingNumber, beginsAt)).toEqual(parcel);
    const number = parcels.at(-1)!.trackingNumber;
    const wrongDigit = `${number.slice(0, -1)}${(Number(number.slice(-1)) + 1) % 10}`;
    for (const stranger of [wrongDigit, '1Z999AA10123456784', '1ZW4Y135039999999X', '']) expect(world.find(stranger, beginsAt)).toBeNull();
  });

  it('makes numbers whose check digit is right', () => {
    expect(checkDigit('999AA1012345678')).toBe(4);
    for (const { trackingNumber } of of(createWorld(options)).slice(samples.length)) {
      expect(trackingNumber).toMatch(/^1Z[0-9A-Z]{16}$/);
      expect(Number(trackingNumber.slice(-1))).toBe(checkDigit(trackingNumber.slice(2, -1)));
    }
  });

  it('has about as many parcels as it is told to, from a hundred to ten million', () => {
    for (const size of [100, 2_000, 1_000_000, 10_000_000]) {
      const world = createWorld({ ...options, size });
      const found = world.accounts.map((number) => world.account(number)).filter(({ courier }) => !courier)
        .reduce((sum, { perDay }) => sum + perDay * 120 * 5 / 7, 0);
      expect(found / size).toBeGreaterThan(0.95);
      expect(found / size).toBeLessThan(1.05);
    }
  });

  it('never runs dry: something moves every two hours, today and in ten years', () => {
    for (const years of [0, 10]) {
      const from = beginsAt.getTime() + years * 365 * day;
      const world = createWorld(options);
      const scans = of(world, new Date(from + 3 * day), 20).flatMap((parcel) => parcel.scans);
      for (let at = from; at < from + 2 * day; at += 2 * hour) {
        expect(scans.filter(({ atMs }) => atMs > at && atMs <= at + 2 * hour).length).toBeGreaterThan(3);
      }
    }
  });

  it('picks up and delivers on business days of the place only, and lets couriers drive at any time', () => {
    const parcels = of(createWorld(options), new Date('2026-12-31T12:00:00Z'), 60).slice(samples.length);
    const doors = new Set(['PU', 'OT', 'FS', '48', 'RT']);
    const daysOf = (courier: boolean) => parcels.filter(({ kind }) => (kind === 'courier') === courier)
      .flatMap(({ scans }) => scans.filter(({ happening }) => doors.has(happening.code))).map(({ atMs, place }) => isBusinessDay(localDay(atMs, place.zone), place.country));
    expect(daysOf(false).length).toBeGreaterThan(1_000);
    expect(daysOf(false)).not.toContain(false);
    expect(daysOf(true)).toContain(false);
    expect(isBusinessDay(localDay(Date.parse('2026-11-26T17:00:00Z'), 'America/New_York'), 'US')).toBe(false);
  });

  it('hands out what is held on business days only, where the stores that are access points are open on others, too', () => {
    const parcels = of(createWorld(options), new Date('2026-12-31T12:00:00Z'), 120).slice(samples.length);
    const handedOut = (kind: string) => parcels.filter((parcel) => parcel.kind === kind)
      .flatMap(({ scans }) => scans.filter(({ happening: { code } }) => code === 'F4')).map(({ atMs, place }) => isBusinessDay(localDay(atMs, place.zone), place.country));
    expect(new Set(handedOut('held'))).toEqual(new Set([true]));
    expect(new Set(handedOut('accessPoint'))).toEqual(new Set([true, false]));
  });

  it('never takes back a scan, reports none before it happened, and is done with a parcel within its days', () => {
    for (const parcel of of(createWorld(options), beginsAt, 40)) {
      const times = parcel.scans.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const { atMs, reportedMs } of parcel.scans) {
        expect(reportedMs).toBeGreaterThanOrEqual(atMs);
        expect(localDay(reportedMs, 'UTC') - parcel.labelDay).toBeLessThanOrEqual(longestLifeDays);
      }
    }
  });

  it('tells by account and window what was reported, each report in exactly one of the windows that follow each other', () => {
    const world = createWorld(options);
    const account = 'N0R7H6';
    const from = beginsAt.getTime() - 10 * day;
    const expected = of(world, new Date(beginsAt.getTime() + 5 * day), 90).filter((parcel) => parcel.account === account)
      .flatMap(({ trackingNumber, scans }) => scans.map((scan) => `${trackingNumber} ${scan.reportedMs} ${scan.happening.code}`))
      .filter((line) => Number(line.split(' ')[1]) >= from && Number(line.split(' ')[1]) < beginsAt.getTime());
    const told = Array.from({ length: 20 }, (_, half) => new Date(from + half * day / 2)).flatMap((begin) =>
      [...world.reports([account], { from: begin, to: new Date(begin.getTime() + day / 2) })].flat().map(({ parcel, scan }) => `${parcel.trackingNumber} ${scan.reportedMs} ${scan.happening.code}`));
    expect(told.length).toBeGreaterThan(100);
    expect(told.sort()).toEqual(expected.sort());
  });

  it('has shipments of several packages that share receiver, service and reference, and finds them by it', () => {
    const world = createWorld(options);
    const parcel = of(world).find(({ shipment }) => shipment.size > 2)!;
    const together = world.shipment(parcel);
    expect(together.map(({ shipment }) => shipment.position)).toEqual(together.map((_, index) => index));
    expect(together[0]?.trackingNumber).toBe(parcel.shipment.leadTrackingNumber);
    expect(together.map(({ trackingNumber }) => trackingNumber)).toContain(parcel.trackingNumber);
    for (const name of ['consignee', 'service', 'shipper', 'destination'] as const) expect(new Set(together.map((each) => JSON.stringify(each[name]))).size).toBe(1);
    const [order, invoice] = parcel.references.map(({ value }) => value);
    expect(world.withReference(order!, [parcel.account], beginsAt)).toEqual(together);
    expect(world.withReference(invoice!, world.accounts, beginsAt).map(({ trackingNumber }) => trackingNumber)).toContain(parcel.trackingNumber);
    expect(world.withReference('PO-ONE', world.accounts, beginsAt)).toEqual([]);
  });

  it('has returns, which go from somebody back to the company that labelled them, and everything else goes the other way', () => {
    const parcels = of(createWorld(options), beginsAt, 60).slice(samples.length);
    const returns = parcels.filter(({ returnService }) => returnService !== null);
    expect(returns.length).toBeGreaterThan(5);
    expect(returns.length).toBeLessThan(parcels.length / 20);
    for (const { shipper, sender, consignee, origin, destination, scans } of returns) {
      expect([consignee, destination, sender.account]).toEqual([shipper, shipper.place, null]);
      expect([origin, scans[0]?.place]).toEqual([sender.place, sender.place]);
    }
    for (const { shipper, sender, consignee, returnService } of parcels) if (returnService === null) expect([sender, consignee === shipper]).toEqual([shipper, false]);
  });

  it('knows what the clocks of a place show, over a change to summer time', () => {
    expect(localTime(new Date('2026-03-08T06:59:59Z'), 'America/New_York')).toEqual({ date: '20260308', time: '015959', offset: '-05:00' });
    expect(localTime(new Date('2026-03-08T07:00:00Z'), 'America/New_York')).toEqual({ date: '20260308', time: '030000', offset: '-04:00' });
    expect(localTime(new Date('2026-03-08T00:00:00Z'), 'UTC')).toEqual({ date: '20260308', time: '000000', offset: '+00:00' });
  });

  it('keeps the state that UPS knows: nothing before the first report, no late scan before it is told of', () => {
    const parcel = of(createWorld(options), beginsAt, 60).find(({ scans }) => scans.some(({ atMs, reportedMs }) => reportedMs - atMs > 12 * hour))!;
    const late = parcel.scans.find(({ atMs, reportedMs }) => reportedMs - atMs > 12 * hour)!;
    expect(parcelState(parcel, late.reportedMs - 1)?.past).not.toContain(late);
    expect(parcelState(parcel, late.reportedMs)?.past).toContain(late);
    expect(parcelState(parcel, Math.min(...parcel.scans.map(({ reportedMs }) => reportedMs)) - 1)).toBeNull();
  });
});
