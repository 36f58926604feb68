import { findAbandonedClears } from './clear/clear-store.js';
import { endClear } from './clear/run-clear.js';
import { raiseTroubles } from './grant/application-trouble-store.js';
import { checkHome, noteSuspensions } from './home/home-store.js';
import { applicationIds } from './ids.js';
import type { Instance } from './instance.js';
import { waitAtMost } from './lease/deadline.js';
import { runProbe } from './lease/run-probe.js';
import { forgetOptIns } from './opt-in/opt-in-store.js';
import { expirePending } from './opt-in/pending-store.js';
import { forgetDelivered } from './outbox/outbox-store.js';
import { claimProbes, claimRefreshes, findRecoveries, passOverProbes, type DueRefresh } from './redemption/due-store.js';

const dayMs = 24 * 60 * 60_000;

/** So many probes of grants in use one tick moves on: enough for hundreds of thousands, each once in a quarter of an hour. */
const mostPassedOver = 1_000;

/**
 * One tick of the worker. Each part is tried even when another fails; the failures are logged. What UPS is slow to
 * answer goes on behind the tick's back, so that the next tick comes in time for everything else. Nothing is claimed that does
 * not begin at once: a claim that waits runs out, and somebody else does the same again.
 */
export async function maintain(instance: Instance): Promise<void> {
  const { context, leases, redemptions, runners } = instance;
  const now = context.clock.now();
  const attempt = async (name: string, run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      context.logger.error({ err: error }, `${name} failed`);
    }
  };
  await attempt('looking where the database is', () => checkHome(context).then(() => noteSuspensions(context)));
  await attempt('sweeping leases', () => leases.sweep());
  await attempt('sweeping redemptions', () => redemptions.sweep());
  await attempt('telling of troubles', () => raiseTroubles(context));
  await attempt('ending consents that nobody decided about', () => expirePending(context));
  await attempt('forgetting opt-ins', () => forgetOptIns(context, new Date(now.getTime() - dayMs)));
  await attempt('forgetting events', () => forgetDelivered(context.db, new Date(now.getTime() - 30 * dayMs)));
  await attempt('finishing Clears', () => runners.clears.begin(() => findAbandonedClears(context), (clear) => endClear(context, leases, clear, clear.generation)));
  const refresh = (due: DueRefresh) => redemptions.redeem(due, 'due', due.version);
  await attempt('recovering lost answers', () => runners.recoveries.begin((atMost) => findRecoveries(context, atMost), refresh));
  for (const application of applicationIds) {
    const { refreshes, probes } = runners[application];
    await attempt('refreshing', () => refreshes.begin((atMost) => claimRefreshes(context, application, atMost), refresh));
    await attempt('passing over probes', () => passOverProbes(context, application, mostPassedOver));
    // Probes get what refreshes leave of the pace: a refresh shows as much.
    await attempt('probing', () => probes.begin((atMost) => claimProbes(context, application, atMost), (key) => runProbe(instance, key)));
  }
  const all = [runners.clears, runners.recoveries, ...applicationIds.flatMap((application) => Object.values(runners[application]))];
  await waitAtMost(context.settings.leaseMs, Promise.all(all.map((each) => each.done())));
}
