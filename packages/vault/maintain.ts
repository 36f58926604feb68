import { findAbandonedClears } from './clear/clear-store.js';
import { endClear } from './clear/run-clear.js';
import type { VaultContext } from './context.js';
import { raiseTroubles } from './grant/application-trouble-store.js';
import { checkHome, noteSuspensions } from './home/home-store.js';
import { grantName, type GrantKey } from './ids.js';
import type { Instance } from './instance.js';
import { waitAtMost } from './lease/deadline.js';
import { runProbe } from './lease/run-probe.js';
import { forgetOptIns } from './opt-in/opt-in-store.js';
import { expirePending } from './opt-in/pending-store.js';
import { forgetDelivered } from './outbox/outbox-store.js';
import { claimProbes, claimRefreshes, findRecoveries } from './redemption/due-store.js';
import { expireRedemptions } from './redemption/redemption-store.js';

const dayMs = 24 * 60 * 60_000;

/** How many grants one tick takes on, and how many of them at a time. */
const batch = 100;
const parallel = 8;

/**
 * One tick of the worker. Each part is tried even when another fails; the failures are logged. What UPS is slow to
 * answer goes on behind the tick's back, so that the next tick comes in time for everything else.
 */
export async function maintain(instance: Instance): Promise<void> {
  const { context, leases, redemptions } = instance;
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
  await attempt('expiring redemptions', () => expireRedemptions(context));
  await attempt('telling of troubles', () => raiseTroubles(context));
  await attempt('ending consents that nobody decided about', () => expirePending(context));
  await attempt('forgetting opt-ins', () => forgetOptIns(context, new Date(now.getTime() - dayMs)));
  await attempt('forgetting events', () => forgetDelivered(context.db, new Date(now.getTime() - 30 * dayMs)));
  const refresh = (key: GrantKey) => redemptions.redeem(key, 'due');
  const claimed = claimRefreshes(context, batch);
  const slow = [
    attempt('finishing Clears', async () => forEach(context, await findAbandonedClears(context), (clear) => endClear(context, leases, clear, clear.generation))),
    attempt('recovering lost answers', async () => forEach(context, await findRecoveries(context, batch), refresh)),
    attempt('refreshing', async () => forEach(context, await claimed, refresh)),
    attempt('probing', async () => {
      // Probes get what refreshes leave of the pace: a refresh shows as much.
      await Promise.allSettled([claimed]);
      await forEach(context, await claimProbes(context, batch), (key) => runProbe(instance, key));
    }),
  ];
  await waitAtMost(context.settings.leaseMs, Promise.all(slow));
}

/** Runs `work` for each key, a few at a time. One that fails, as when its grant ends meanwhile, does not stop the others. */
async function forEach<K extends GrantKey>({ logger }: VaultContext, keys: readonly K[], work: (key: K) => Promise<unknown>): Promise<void> {
  const left = [...keys];
  const runner = async () => {
    for (let key = left.shift(); key; key = left.shift()) {
      try {
        await work(key);
      } catch (error) {
        logger.warn({ err: error, grant: grantName(key) }, 'work on a grant was not done');
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, runner));
}
