import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForRest, createBackOff } from './back-off.js';
import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable } from './errors.js';

const limits = { firstMs: 1_000, longestMs: 60_000 };

describe('the back-off', () => {
  it('doubles from failure to failure up to the longest pause, and begins anew after an answer', () => {
    const backOff = createBackOff(limits, () => 0);
    let at = 5_000;
    const pauses = Array.from({ length: 8 }, () => {
      const until = backOff.failed('a', { at });
      expect(backOff.failed('a', { at: at + 1 })).toBe(until);
      const pause = until - at;
      at = until;
      return pause;
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    backOff.succeeded('a', { askedAt: at });
    expect(backOff.resting(at)).toEqual([]);
    expect(backOff.failed('a', { at: 5_000 })).toBe(6_000);
    expect(backOff.failed('a', { at: 5_001, retryAfterMs: 90_000 })).toBe(95_001);
  });

  it('keeps each key to itself, and knows who rests', () => {
    const backOff = createBackOff(limits, () => 0);
    backOff.failed('a', { at: 0 });
    backOff.failed('b', { at: 500 });
    expect([backOff.resting(900), backOff.resting(1_000), backOff.resting(1_500)]).toEqual([['a', 'b'], ['b'], []]);
    backOff.succeeded('b', { askedAt: 1_500 });
    expect(backOff.resting(900)).toEqual(['a']);
  });

  it('rests and counts on through the answer to a call that was made before the pause or in it', () => {
    const backOff = createBackOff(limits, () => 0);
    expect(backOff.failed('a', { at: 1_000, retryAfterMs: 30_000 })).toBe(31_000);
    for (const askedAt of [900, 1_000, 30_999]) {
      backOff.succeeded('a', { askedAt });
      expect(backOff.resting(30_999)).toEqual(['a']);
    }
    expect(backOff.failed('a', { at: 31_000 })).toBe(33_000);
    backOff.succeeded('a', { askedAt: 33_000 });
    expect(backOff.failed('a', { at: 34_000 })).toBe(35_000);
  });

  it('never comes earlier than UPS says, never later than its own longest pause otherwise, and scatters', () => {
    fc.assert(fc.property(fc.array(fc.record({ random: fc.double({ min: 0, max: 0.999, noNaN: true }), retryAfterMs: fc.option(fc.nat(600_000)) }), { minLength: 1, maxLength: 40 }), (failures) => {
      let random = 0;
      let at = 7;
      const backOff = createBackOff(limits, () => random);
      for (const failure of failures) {
        ({ random } = failure);
        const pause = backOff.failed('a', { at, retryAfterMs: failure.retryAfterMs }) - at;
        expect(pause).toBeGreaterThanOrEqual(failure.retryAfterMs ?? 0);
        expect(pause).toBeGreaterThanOrEqual(limits.firstMs * 0.75);
        expect(pause).toBeLessThanOrEqual(Math.max(limits.longestMs, failure.retryAfterMs ?? 0));
        at += pause;
      }
    }));
    const [early, late] = [0.9, 0].map((random) => createBackOff(limits, () => random).failed('a', { at: 0 }));
    expect(early).toBeLessThan(late ?? 0);
  });

  it('is asked for by 429, by 5xx and by silence, and by no other refusal', () => {
    expect(asksForRest(new UpsThrottled(7))).toEqual({ retryAfterMs: 7_000 });
    for (const error of [new UpsThrottled(null), new UpsUnreachable(true), new UpsUnreadable(503, 'x'), new UpsRefused('track', 500, [])]) {
      expect(asksForRest(error)).toEqual({ retryAfterMs: null });
    }
    for (const error of [new UpsRefused('track', 401, []), new UpsRefused('track', 403, []), new UpsUnreadable(200, 'x'), new Error('x')]) expect(asksForRest(error)).toBeNull();
  });
});
