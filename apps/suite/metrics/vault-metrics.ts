import { Counter, Histogram, type Registry } from '@wayleave/platform/metrics';
import { applicationIds, type RedemptionOutcome, type UseOutcome, type VaultObserver } from '@wayleave/vault';

const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];
/** A Clear that has to wait for a dead process's lease takes a little more than five seconds. */
const clearSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10];

const useOutcomes: Readonly<Record<UseOutcome, true>> = {
  'done': true, 'not-opted-in': true, 'needs-opt-in': true, 'suspended': true, 'grant-ended': true, 'lease-lost': true, 'failed': true,
};
const redemptionOutcomes: Readonly<Record<RedemptionOutcome, true>> = {
  'refreshed': true, 'too-late': true, 'voided': true, 'withdrawn': true, 'failed': true,
  'throttled': true, 'unreachable': true, 'ups-fault': true, 'client-refused': true, 'blocked-merchant': true, 'uncertain': true,
};

/** Counts what a vault does. What alerts look at stands at nought from the start, so that the first of a kind is seen as a rise. */
export function vaultMetrics(registers: [Registry]): VaultObserver {
  const calls = new Counter({
    name: 'wayleave_ups_calls_total', help: 'Calls to UPS, by what came back.', labelNames: ['application', 'api', 'outcome'], registers,
  });
  const callDurations = new Histogram({
    name: 'wayleave_ups_call_duration_seconds', help: 'From a call to UPS to its whole answer.', labelNames: ['application', 'api'], buckets: callSeconds, registers,
  });
  const uses = new Counter({ name: 'wayleave_uses_total', help: 'Pieces of work done under a grant.', labelNames: ['application', 'outcome'], registers });
  const refreshes = new Counter({
    name: 'wayleave_refreshes_total', help: 'Refresh tokens spent, or kept, by what came of it.', labelNames: ['application', 'outcome'], registers,
  });
  const clears = new Histogram({
    name: 'wayleave_clear_duration_seconds', help: 'From a Clear to its answer.', labelNames: ['application', 'outcome'], buckets: clearSeconds, registers,
  });
  const cutOff = new Counter({ name: 'wayleave_clear_calls_cut_off_total', help: 'Calls to UPS that a Clear cut off.', labelNames: ['application'], registers });
  for (const application of applicationIds) {
    for (const outcome of Object.keys(useOutcomes)) uses.inc({ application, outcome }, 0);
    for (const outcome of Object.keys(redemptionOutcomes)) refreshes.inc({ application, outcome }, 0);
    cutOff.inc({ application }, 0);
  }
  return {
    upsCall(application, { api, outcome, seconds }) {
      calls.inc({ application, api, outcome });
      callDurations.observe({ application, api }, seconds);
    },
    use: (application, outcome) => uses.inc({ application, outcome }),
    redemption: (application, outcome) => refreshes.inc({ application, outcome }),
    clear(application, { outcome, seconds, callsCutOff }) {
      clears.observe({ application, outcome }, seconds);
      cutOff.inc({ application }, callsCutOff);
    },
  };
}
