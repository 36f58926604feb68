import { describe, expect, it } from 'vitest';
import { parcelState } from './parcel.js';
import { localTime } from './place.js';
import { checkDigit } from './tracking-number.js';
import { createWorld } from './world.js';

const beginsAt = new Date('2026-03-08T12:00:00Z');
const options = { beginsAt, seed: 7, size: 90 };
const hour = 3_600_000;

describe('the world', () => {
  it('is the same for the same seed and another for another', () => {
    const numbersAndScans = (seed: number) => JSON.stringify([...createWorld({ ...options, seed }).parcels()]);
    expect(numbersAndScans(7)).toBe(numbersAndScans(7));
    expect(numbersAndScans(7)).not.toBe(numbersAndScans(8));
  });

  it('finds each parcel by its number alone, the documented samples too, and nothing else', () => {
    const world = createWorld(options);
    const numbers = [...world.parcels()].map(({ trackingNumber }) => trackingNumber);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(world.find(number)?.trackingNumber).toBe(number);
    for (const sample of ['1Z1442YY7229014688', '1ZCIETST0111111114', '1ZCIETST0422222228', '1Z023E2X0214323462', '1Z204W4R0308071865', '1Z1234567891234556', '1R12345678912345']) {
      expect(numbers).toContain(sample);
    }
    const wrongDigit = `${numbers.at(-1)!.slice(0, -1)}${(Number(numbers.at(-1)!.slice(-1)) + 1) % 10}`;
    for (const stranger of [wrongDigit, '1Z999AA10123456784', '1ZW4Y135034999999X', '']) expect(world.find(stranger)).toBeNull();
  });

  it('makes numbers whose check digit is right', () => {
    expect(checkDigit('999AA1012345678')).toBe(4);
    for (const { trackingNumber } of [...createWorld(options).parcels()].slice(7)) {
      expect(trackingNumber).toMatch(/^1Z[0-9A-Z]{16}$/);
      expect(Number(trackingNumber.slice(-1))).toBe(checkDigit(trackingNumber.slice(2, -1)));
    }
  });

  it('holds parcels in several states at its beginning, and something moves every two hours for two days', () => {
    const parcels = [...createWorld(options).parcels()];
    const typesAt = (at: Date) => new Set(parcels.map((parcel) => parcelState(parcel, at)?.past[0]?.happening.type));
    expect([...typesAt(beginsAt)]).toEqual(expect.arrayContaining(['D', 'I', 'M', 'MV', 'X']));
    for (let hours = 0; hours < 48; hours += 2) {
      const from = beginsAt.getTime() + hours * hour;
      const moved = parcels.flatMap(({ scans }) => scans).filter(({ at }) => at.getTime() > from && at.getTime() <= from + 2 * hour);
      expect(moved.length).toBeGreaterThan(3);
    }
  });

  it('never takes back a scan', () => {
    for (const parcel of createWorld(options).parcels()) {
      const times = parcel.scans.map(({ at }) => at.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('knows what the clocks of a place show, over a change to summer time', () => {
    expect(localTime(new Date('2026-03-08T06:59:59Z'), 'America/New_York')).toEqual({ date: '20260308', time: '015959', offset: '-05:00' });
    expect(localTime(new Date('2026-03-08T07:00:00Z'), 'America/New_York')).toEqual({ date: '20260308', time: '030000', offset: '-04:00' });
    expect(localTime(new Date('2026-03-08T00:00:00Z'), 'UTC')).toEqual({ date: '20260308', time: '000000', offset: '+00:00' });
  });
});
