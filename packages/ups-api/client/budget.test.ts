import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterCalls, fewestCallsPerMinute, freeAt, freeCalls, shareCalls, slowDown, slowedCalls, type Slowing } from './budget.js';

const start = 1_795_000_000_000;
const minute = 60_000;
const pace = fc.integer({ min: fewestCallsPerMinute, max: 2_000 });
const heldFor = fc.constantFrom(0, 1, 4_000, 10_000);

describe('the budget', () => {
  it('allows in no minute more calls than it says, however they are taken and however late those taken are made', () => {
    const asked = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), wanted: fc.integer({ min: 1, max: 200 }), late: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 20, maxLength: 60 });
    fc.assert(fc.property(asked, pace, heldFor, (steps, callsPerMinute, heldMs) => {
      let now = start;
      let usedUpTo = 0;
      const made: number[] = [];
      for (const { afterMs, wanted, late } of steps) {
        now += afterMs;
        const calls = Math.min(wanted, freeCalls(usedUpTo, now, callsPerMinute, heldMs));
        usedUpTo = afterCalls(usedUpTo, now, calls, callsPerMinute, heldMs);
        for (let call = 0; call < calls; call += 1) made.push(now + late * heldMs);
      }
      made.sort((one, other) => one - other);
      made.forEach((at, index) => expect(made[index + callsPerMinute] ?? Infinity).toBeGreaterThanOrEqual(at + minute));
    }), { numRuns: 50 });
  });

  it('lets whoever was quiet make a burst of some seconds\' worth and no more, and whoever asks often all that it says but a burst and what is held', () => {
    fc.assert(fc.property(pace, heldFor, (callsPerMinute, heldMs) => {
      const burst = freeCalls(0, start, callsPerMinute, heldMs);
      expect(burst).toBeGreaterThanOrEqual(1);
      expect(burst).toBeLessThanOrEqual(callsPerMinute / 10);
      let usedUpTo = afterCalls(0, start, burst, callsPerMinute, heldMs);
      expect(freeCalls(usedUpTo, start, callsPerMinute, heldMs)).toBe(0);
      let made = 0;
      for (let now = start; now < start + 10 * minute; now += 1_000) {
        const free = freeCalls(usedUpTo, now, callsPerMinute, heldMs);
        usedUpTo = afterCalls(usedUpTo, now, free, callsPerMinute, heldMs);
        made += free;
      }
      expect(made).toBeGreaterThanOrEqual(Math.floor((10 * minute - 7_000) * callsPerMinute / (66_000 + heldMs)) - 1);
    }), { numRuns: 30 });
  });

  it('starves nobody: says when calls are free, is right, and is never a whole spacing off', () => {
    fc.assert(fc.property(pace, heldFor, fc.integer({ min: -100_000, max: 6_000 }), fc.integer({ min: 1, max: 200 }), (callsPerMinute, heldMs, ahead, wanted) => {
      const usedUpTo = start + ahead;
      const calls = Math.min(wanted, freeCalls(0, start, callsPerMinute, heldMs));
      const at = freeAt(usedUpTo, start, calls, callsPerMinute, heldMs);
      expect(freeCalls(usedUpTo, at, callsPerMinute, heldMs)).toBeGreaterThanOrEqual(calls);
      expect(at - start).toBeLessThanOrEqual(Math.ceil(calls * (66_000 + heldMs) / callsPerMinute));
      if (at > start + 1) expect(freeCalls(usedUpTo, at - 2, callsPerMinute, heldMs)).toBeLessThan(calls);
    }));
    const later = freeAt(start, start, 110, 110);
    expect(later).toBe(start + minute);
  });

  it('is not stopped by a clock that was set back', () => {
    const usedUpTo = afterCalls(0, 1e12, 5, 60);
    expect(freeCalls(usedUpTo, 1e12, 60)).toBe(0);
    expect(freeCalls(usedUpTo, 1e12 - 3_600_000, 60)).toBe(5);
    expect(slowedCalls(1_000, { halvings: 3, slowedAt: 1e12 }, 1e12 - 3_600_000)).toBe(1_000);
  });
});

describe('calls that are shared out', () => {
  const wants = fc.array(fc.integer({ min: 0, max: 48 }), { maxLength: 8 });

  it('are all that there are, or all that are wanted; whoever gets less than they want gets as many as anybody, the first one more', () => {
    fc.assert(fc.property(fc.nat(200), wants, (free, wanted) => {
      const shares = shareCalls(free, wanted);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      expect(sum(shares)).toBe(Math.min(free, sum(wanted)));
      const short = shares.flatMap((share, place) => (share < (wanted[place] ?? 0) ? [{ share, place }] : []));
      shares.forEach((share, place) => {
        expect(share).toBeLessThanOrEqual(wanted[place] ?? 0);
        for (const other of short) expect(share).toBeLessThanOrEqual(other.share + (place < other.place ? 1 : 0));
      });
    }));
  });

  it('reach one who wants few beside others who want all, and the first in line when there is only one', () => {
    expect(shareCalls(40, [48, 48, 5, 48])).toEqual([12, 12, 5, 11]);
    expect(shareCalls(1, [5, 48])).toEqual([1, 0]);
    expect(shareCalls(0, [5, 48])).toEqual([0, 0]);
  });
});

describe('an application that UPS told to slow down', () => {
  const fresh: Slowing = { halvings: 0, slowedAt: 0 };

  it('has half as much after each time, down to a sixteenth, and what comes within the same minute counts once', () => {
    let slowing = fresh;
    const left = [0, 1, 2, 3, 4, 5].map((time) => {
      for (const at of [0, 1, 59_999]) slowing = slowDown(slowing, start + time * minute + at);
      return slowedCalls(1_600, slowing, start + time * minute);
    });
    expect(left).toEqual([800, 400, 200, 100, 100, 100]);
    expect(slowedCalls(100, slowing, start + 5 * minute)).toBe(fewestCallsPerMinute);
  });

  it('gets one halving back for each quarter of an hour without another, until it has everything', () => {
    const slowing: Slowing = { halvings: 2, slowedAt: start };
    expect([0, 14, 15, 29, 30, 300].map((minutes) => slowedCalls(1_000, slowing, start + minutes * minute))).toEqual([250, 250, 500, 500, 1_000, 1_000]);
    expect(slowDown(slowing, start + 16 * minute)).toEqual({ halvings: 2, slowedAt: start + 16 * minute });
    expect(slowedCalls(1_000, fresh, start)).toBe(1_000);
  });
});
