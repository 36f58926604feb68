import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPortions, portionCalls, turnAt, type CallBudget, type Wish } from './call-budget.js';

const now = 1_795_000_000_000;
const fresh: CallBudget = { usedUpTo: 0, halvings: 0, slowedAt: 0 };
const wish = (due: number, more: Partial<Wish> = {}): Wish => ({ due, usedUpTo: 0, withoutGrant: false, ...more });
const callsOf = (budget: CallBudget, wishes: readonly Wish[], perMinute = { application: 3_000, grant: 600 }) =>
  drawPortions(budget, wishes, now, perMinute).portions.map(({ calls }) => calls);

describe('what companies in line draw', () => {
  it('is what is due, up to a portion and to what the grant has left', () => {
    expect(callsOf(fresh, [wish(5), wish(portionCalls), wish(48, { usedUpTo: now + 3_000 })])).toEqual([5, 47, 23]);
    expect(drawPortions(fresh, [wish(5)], now, { application: 3_000, grant: 600 }).short).toBe(false);
  });

  it('is one call where the last run found no grant, so that nothing is lost to the others', () => {
    expect(callsOf(fresh, [wish(48, { withoutGrant: true })])).toEqual([1]);
  });

  it('lets a company with few packages have them all beside companies with many, when the application has too little', () => {
    const draw = drawPortions(fresh, [wish(48), wish(48), wish(5), wish(48)], now, { application: 400, grant: 400 });
    expect(draw.portions.map(({ calls }) => calls)).toEqual([9, 9, 5, 8]);
    expect(draw.short).toBe(true);
  });

  it('leaves those in the line who get nothing of the application\'s budget, and takes those out whose own is used up', () => {
    const { portions, usedUpTo, short } = drawPortions({ ...fresh, usedUpTo: now + 6_000 }, [wish(5), wish(5, { usedUpTo: now + 6_000 }), wish(0)], now, { application: 3_000, grant: 600 });
    expect(portions.map(({ calls, taken }) => [calls, taken])).toEqual([[0, false], [0, true], [0, true]]);
    expect(portions[1]?.nextAt.getTime()).toBeGreaterThan(now);
    expect([usedUpTo, short]).toEqual([now + 6_000, true]);
  });

  it('is half as much of the application\'s while UPS asks for fewer calls', () => {
    const slowed = { usedUpTo: 0, halvings: 1, slowedAt: now };
    expect(callsOf(slowed, Array.from({ length: 8 }, () => wish(48))).reduce((sum, calls) => sum + calls)).toBe(118);
    expect(callsOf(fresh, Array.from({ length: 8 }, () => wish(48))).reduce((sum, calls) => sum + calls)).toBe(236);
  });

  it('comes to a company after a portion for each before it, at the latest', () => {
    const perMinute = { application: 3_000, grant: 600 };
    fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6_000 }), (ahead, used) => {
      let budget: CallBudget = { ...fresh, usedUpTo: now + used };
      const said = turnAt(budget, ahead, now, perMinute).getTime();
      let line = Array.from({ length: ahead }, () => 48);
      for (let at = now; ; at += 1_000) {
        const wishes = [...line.slice(0, 4).map((due) => wish(due)), ...(line.length < 4 ? [wish(5)] : [])];
        const draw = drawPortions(budget, wishes, at, perMinute);
        budget = { ...budget, usedUpTo: draw.usedUpTo };
        if (line.length < 4 && (draw.portions.at(-1)?.calls ?? 0) > 0) {
          expect(at - said).toBeLessThanOrEqual(1_000);
          return;
        }
        line = line.filter((_, place) => !((draw.portions[place]?.calls ?? 0) > 0));
      }
    }));
  });
});
