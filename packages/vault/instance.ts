import type { VaultContext } from './context.js';
import { Leases } from './lease/leases.js';
import { Refusals } from './lease/refusals.js';
import { Redemptions } from './redemption/redeem.js';

/** One running vault: what it works with, and what it holds and does at the moment. */
export interface Instance {
  readonly context: VaultContext;
  readonly leases: Leases;
  readonly redemptions: Redemptions;
  readonly refusals: Refusals;
}

export function createInstance(context: VaultContext): Instance {
  const leases = new Leases(context);
  const redemptions = new Redemptions(context, leases);
  return { context, leases, redemptions, refusals: new Refusals(context, leases, redemptions) };
}
