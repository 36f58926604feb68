import { sql } from 'kysely';
import { findAbandonedClears } from './clear/clear-store.js';
import { endClear } from './clear/run-clear.js';
import type { VaultContext } from './context.js';
import { raiseTroubles } from './grant/application-trouble-store.js';
import { grantName, type GrantKey } from './ids.js';
import type { Instance } from './instance.js';
import { waitAtMost } from './lease/deadline.js';
import { runProbe } from './lease/run-probe.js';
import { forgetOptIns } from './opt-in/opt-in-store.js';
import { forgetDelivered } from './outbox/outbox-store.js';
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
  await attempt('sweeping leases', () => leases.sweep());
  await attempt('expiring redemptions', () => expireRedemptions(context));
  await attempt('telling of troubles', () => raiseTroubles(context));
  await attempt('forgetting opt-ins', () => forgetOptIns(context, new Date(now.getTime() - dayMs)));
  await attempt('forgetting events', () => forgetDelivered(context.db, new Date(now.getTime() - 30 * dayMs)));
  const refresh = (key: GrantKey) => redemptions.redeem(key, 'due');
  const slow = [
    attempt('finishing Clears', async () => forEach(context, await findAbandonedClears(context), (clear) => endClear(context, leases, clear, clear.generation))),
    attempt('recovering lost answers', async () => forEach(context, await findRecoveries(context), refresh)),
    attempt('refreshing', async () => forEach(context, await claimRefreshes(context), refresh)),
    attempt('probing', async () => forEach(context, await claimProbes(context), (key) => runProbe(instance, key))),
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

/** Lost answers whose access token has expired: now the one try that finds out. */
async function findRecoveries({ db, clock }: VaultContext): Promise<GrantKey[]> {
  const now = clock.now();
  return db.selectFrom('vault.redemption as r')
    .innerJoin('vault.token_set as t', (join) => join.onRef('t.company_id', '=', 'r.company_id').onRef('t.application', '=', 'r.application'))
    .select(['r.company_id as company', 'r.application']).where('r.phase', '=', 'uncertain').where('r.next_attempt_at', '<=', now)
    .where('t.access_expires_at', '<=', now).orderBy('r.next_attempt_at').limit(batch).execute();
}

/** Takes the refreshes that are due, so that no other worker begins them for a while. */
async function claimRefreshes({ db, clock, settings }: VaultContext): Promise<GrantKey[]> {
  const now = clock.now();
  const claimedUntil = new Date(now.getTime() + settings.redemptionMs);
  const { rows } = await sql<GrantKey>`
    update vault."grant" g set next_refresh_at = ${claimedUntil}
    from (
      select company_id, application from vault."grant" d
      where state = 'authorized' and next_refresh_at <= ${now} and not exists (
        select from vault.redemption r where r.company_id = d.company_id and r.application = d.application
      )
      order by next_refresh_at limit ${batch} for update skip locked
    ) due
    where g.company_id = due.company_id and g.application = due.application
    returning g.company_id as company, g.application`.execute(db);
  return rows;
}

/** Takes the probes that are due: of grants that were quiet, and whose refresh's answer is not lost. */
async function claimProbes({ db, clock, settings }: VaultContext): Promise<GrantKey[]> {
  const now = clock.now();
  const quietSince = new Date(now.getTime() - settings.probeIntervalMs);
  const next = new Date(now.getTime() + settings.probeIntervalMs);
  const { rows } = await sql<GrantKey>`
    update vault."grant" g set next_probe_at = ${next}
    from (
      select company_id, application from vault."grant" d
      where state = 'authorized' and next_probe_at <= ${now} and (last_use_at is null or last_use_at <= ${quietSince} or refused_since is not null)
        and not exists (
          select from vault.redemption r where r.company_id = d.company_id and r.application = d.application and r.phase = 'uncertain'
        )
        and (refused_since is not null or not exists (
          select from vault.audit_window w where w.company_id = d.company_id and w.application = d.application and w.generation = d.generation
            and w.last_call_at > ${quietSince}
        ))
      order by next_probe_at limit ${batch} for update skip locked
    ) due
    where g.company_id = due.company_id and g.application = due.application
    returning g.company_id as company, g.application`.execute(db);
  return rows;
}
