import type { VaultContext } from './context.js';
import type { ApplicationId } from './ids.js';
import { Leases } from './lease/leases.js';
import { Refusals } from './lease/refusals.js';
import { Redemptions } from './redemption/redeem.js';
import { Runners } from './runners.js';

/** What the worker does by itself. Refreshes and probes of one application wait for no other's. */
interface DueRunners extends Record<ApplicationId, { readonly refreshes: Runners; readonly probes: Runners }> {
  readonly clears: Runners;
  readonly recoveries: Runners;
}

/** One running vault: what it works with, and what it holds and does at the moment. */
export interface Instance {
  readonly context: VaultContext;
  readonly leases: Leases;
  readonly redemptions: Redemptions;
  readonly refusals: Refusals;
  readonly runners: DueRunners;
}

export function createInstance(context: VaultContext): Instance {
  const leases = new Leases(context);
  const redemptions = new Redemptions(context, leases);
  const due = () => ({ refreshes: new Runners(context), probes: new Runners(context) });
  const runners = { clears: new Runners(context), recoveries: new Runners(context), idm: due(), idh: due() };
  return { context, leases, redemptions, refusals: new Refusals(context, leases, redemptions), runners };
}
