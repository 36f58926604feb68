import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs, nextRefreshAt } from './redemption.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the next refresh', () => {
  it('comes after the issue and before the end, ahead of it by the margin or by a quarter of a shorter life', () => {
    fc.assert(fc.property(fc.integer({ min: 1_000, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), random, (lifetimeMs, marginMs, chance) => {
      const at = nextRefreshAt(new Date(0), new Date(lifetimeMs), marginMs, chance).getTime();
      const ahead = Math.min(marginMs, lifetimeMs / 4);
      expect(at).toBeGreaterThan(0);
      expect(at).toBeLessThanOrEqual(lifetimeMs - Math.floor(ahead));
      expect(at).toBeGreaterThanOrEqual(Math.floor(lifetimeMs - 1.5 * ahead) - 1);
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
