import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterCalls, freeCalls } from './pace.js';
import { backOffMs, nextRefreshAt } from './redemption.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the next refresh', () => {
  it('comes in the second half of the time before the margin, or before the last quarter of a shorter life', () => {
    fc.assert(fc.property(fc.integer({ min: 1_000, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), random, (lifetimeMs, marginMs, chance) => {
      const at = nextRefreshAt(new Date(0), new Date(lifetimeMs), marginMs, chance).getTime();
      const latest = lifetimeMs - Math.min(marginMs, lifetimeMs / 4);
      expect(at).toBeLessThanOrEqual(latest);
      expect(at).toBeGreaterThanOrEqual(Math.floor(latest / 2));
    }));
  });
});

describe('the wait after failures', () => {
  it('grows and never passes its limit', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, chance) => {
      const wait = backOffMs(failures, 5_000, 900_000, chance);
      expect(wait).toBeGreaterThanOrEqual(Math.min(900_000, 3_750));
      expect(wait).toBeLessThanOrEqual(900_000);
      expect(backOffMs(failures + 1, 5_000, 900_000, chance)).toBeGreaterThanOrEqual(wait);
    }));
  });
});

describe('the pace of a client', () => {
  it('allows in no minute more calls than it says, however they are asked for, and all of them when asked often', () => {
    const asked = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), wanted: fc.integer({ min: 1, max: 200 }) }), { minLength: 20, maxLength: 60 });
    fc.assert(fc.property(asked, fc.integer({ min: 20, max: 2_000 }), (steps, callsPerMinute) => {
      let now = 1_795_000_000_000;
      let usedUpTo = 0;
      const made: number[] = [];
      for (const { afterMs, wanted } of steps) {
        now += afterMs;
        const calls = Math.min(wanted, freeCalls(usedUpTo, now, callsPerMinute));
        usedUpTo = afterCalls(usedUpTo, now, calls, callsPerMinute);
        for (let call = 0; call < calls; call += 1) made.push(now);
      }
      made.forEach((at, index) => {
        expect(made[index + callsPerMinute] ?? Infinity).toBeGreaterThanOrEqual(at + 60_000);
      });
    }), { numRuns: 20 });
    let usedUpTo = 0;
    let made = 0;
    for (let second = 0; second < 600; second += 1) {
      const free = freeCalls(usedUpTo, second * 1_000, 110);
      usedUpTo = afterCalls(usedUpTo, second * 1_000, free, 110);
      made += free;
    }
    expect(made).toBeGreaterThanOrEqual(1_000);
  });

  it('leaves no call free however many were made that cannot be held back, for a minute at most', () => {
    let usedUpTo = 0;
    for (let call = 1; call <= 1_000; call += 1) {
      usedUpTo = afterCalls(usedUpTo, 1e12, 1, 60);
      if (call >= 6) expect(freeCalls(usedUpTo, 1e12, 60)).toBe(0);
    }
    expect(freeCalls(usedUpTo, 1e12 + 60_000, 60)).toBeGreaterThan(0);
  });

  it('is not stopped by a clock that was set back', () => {
    const usedUpTo = afterCalls(0, 1e12, 5, 60);
    expect(freeCalls(usedUpTo, 1e12, 60)).toBe(0);
    expect(freeCalls(usedUpTo, 1e12 - 3_600_000, 60)).toBe(5);
  });
});
