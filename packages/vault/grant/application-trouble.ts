import type { TroubleKind } from './grant.js';

const hourMs = 60 * 60_000;

/**
 * How long a trouble lasts before the operator is told, in milliseconds. What only the operator can mend is told at once;
 * the rest mends itself as a rule. A lost answer is looked into when its access token has expired, after four hours.
 */
export const patienceMs: Readonly<Record<TroubleKind, number>> = {
  'client-refused': 0,
  'blocked-merchant': 0,
  'throttled': hourMs,
  'unreachable': hourMs,
  'ups-fault': hourMs,
  'uncertain': 6 * hourMs,
};

/** A trouble that comes back within this time is the same one: it is told once. */
export const sameTroubleMs = hourMs;
