import { afterCalls as afterFreeCalls } from '@wayleave/ups-api';

export { freeCalls } from '@wayleave/ups-api';

const minuteMs = 60_000;

/**
 * The new `usedUpTo` after so many calls, of which some are never held back: those leave others waiting for a minute at
 * most.
 */
export function afterCalls(usedUpTo: number, now: number, calls: number, callsPerMinute: number): number {
  return Math.min(now + minuteMs, afterFreeCalls(usedUpTo, now, calls, callsPerMinute));
}
