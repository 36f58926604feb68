import { afterCalls, freeAt, freeCalls, shareCalls, slowedCalls, type Slowing } from '@wayleave/ups-api';

/** The most calls about packages in any minute, in all processes together. */
export interface CallsPerMinute {
  /** Of one application, for all companies. */
  readonly application: number;
  /** Of one grant: one company and application. */
  readonly grant: number;
}

/** The most calls that are drawn for one company at a time, before the others get their turn. */
export const portionCalls = 48;
/** Calls that were drawn are begun within this time, or not at all. */
export const portionMs = 10_000;

/** An application's budget, as every process sees it. */
export interface CallBudget extends Slowing {
  readonly usedUpTo: number;
}

/** What a company that stands in line wants. */
export interface Wish {
  /** Packages that are due, as far as they fit a portion. */
  readonly due: number;
  readonly usedUpTo: number;
  /** Whether the last run found no grant. */
  readonly withoutGrant: boolean;
}

/** What one company gets. */
export interface Portion {
  readonly calls: number;
  /** What the grant's budget is used up to with them. */
  readonly usedUpTo: number;
  /** From when on its next portion is worth a run. */
  readonly nextAt: Date;
  /** Whether it gets its turn. The others stay where they are in the line until the application has calls for them. */
  readonly taken: boolean;
}

/** What companies in line get, in their order, and what that leaves of the application's budget. */
export interface Draw {
  readonly portions: readonly Portion[];
  readonly usedUpTo: number;
  /** Whether the application's budget had less than they may have by their own. */
  readonly short: boolean;
}

/**
 * Draws from the application's budget and from each grant's own. Where the application's does not suffice for all, nobody
 * gets more than another but who wants less. A company whose own is used up gets its turn with nothing, so that it makes
 * room in the line.
 */
export function drawPortions(budget: CallBudget, wishes: readonly Wish[], now: number, perMinute: CallsPerMinute): Draw {
  const callsPerMinute = slowedCalls(perMinute.application, budget, now);
  const wanted = wishes.map(({ due, usedUpTo, withoutGrant }) =>
    // Without a grant nothing is likely to come of it, and what is drawn would be lost to the others.
    Math.min(withoutGrant ? 1 : portionCalls, due, freeCalls(usedUpTo, now, perMinute.grant, portionMs)));
  const shares = shareCalls(freeCalls(budget.usedUpTo, now, callsPerMinute, portionMs), wanted);
  const drawn = sum(shares);
  return {
    portions: wishes.map((wish, place) => {
      const calls = shares[place] ?? 0;
      const usedUpTo = afterCalls(wish.usedUpTo, now, calls, perMinute.grant, portionMs);
      const nextAt = new Date(freeAt(usedUpTo, now, worthwhileCalls(now, perMinute.grant), perMinute.grant, portionMs));
      return { calls, usedUpTo, nextAt, taken: calls > 0 || wanted[place] === 0 };
    }),
    usedUpTo: drawn === 0 ? budget.usedUpTo : afterCalls(budget.usedUpTo, now, drawn, callsPerMinute, portionMs),
    short: drawn < sum(wanted),
  };
}

/** When a company's turn comes, about and at the latest, if each of those `ahead` of it draws a whole portion. */
export function turnAt(budget: CallBudget, ahead: number, now: number, perMinute: CallsPerMinute): Date {
  const callsPerMinute = slowedCalls(perMinute.application, budget, now);
  return new Date(freeAt(budget.usedUpTo, now, ahead * portionCalls + 1, callsPerMinute, portionMs));
}

/** Half of a burst, so that a grant with more to ask than it may does not come for every single call, and none is lost to a full bucket. */
function worthwhileCalls(now: number, callsPerMinute: number): number {
  return Math.max(1, Math.min(portionCalls, Math.floor(freeCalls(0, now, callsPerMinute, portionMs) / 2)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
