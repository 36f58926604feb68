import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { turn } from '../../turn.js';
import type { Report } from '../../world/world.js';
import type { ParcelFinder } from '../parcel-finder.js';
import type { ReportFeed } from '../report-feed.js';
import { alertEvent } from './alert-event.js';
import type { AlertPushStore, NewPush } from './alert-push-store.js';
import type { AlertSubscription, AlertSubscriptionStore } from './alert-subscription-store.js';
import { isTestNumber } from './alert-request.js';

/** So much of the stand-in's time is looked at in one go, or less: as much as has so many events of accounts. */
const stepMs = 24 * 3_600_000;
const eventsAtOnce = 500;

export interface Gathered {
  /** Whether everything up to the stand-in's present time was looked at. */
  readonly caughtUp: boolean;
  readonly events: number;
}

export interface AlertPumpDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly subscriptions: AlertSubscriptionStore;
  readonly pushes: AlertPushStore;
  readonly reports: ReportFeed;
  readonly parcels: ParcelFinder;
}

/**
 * Turns what the world has reported since the last time into events to be pushed: a part of it when there is much. Of several
 * processes that look at the same time, one writes.
 */
export async function gatherAlerts(deps: AlertPumpDeps): Promise<Gathered> {
  const db = deps.database.kysely<unknown>();
  const { rows } = await sql<{ through: Date | null }>`select through from upscom.alert_cursor`.execute(db);
  const now = deps.clock.now();
  const through = rows[0]?.through ?? null;
  if (through === null || through > now) {
    await sql`update upscom.alert_cursor set through = ${now} where through is not distinct from ${through}`.execute(db);
    return { caughtUp: true, events: 0 };
  }
  const live = await deps.subscriptions.liveAfter(through);
  if (live.since === null) return { caughtUp: true, events: 0 };
  const from = new Date(Math.max(through.getTime(), live.since.getTime()));
  const { pushes: ofAccounts, until } = await accountEvents(deps, live.toAccounts, from, new Date(Math.min(now.getTime(), from.getTime() + stepMs)));
  const pushes = [...ofAccounts, ...await packageEvents(deps, live.trackingNumbers, from, until)];
  await db.transaction().execute(async (trx) => {
    const moved = await sql`update upscom.alert_cursor set through = ${until} where through = ${through} returning single`.execute(trx);
    if (moved.rows.length > 0) await deps.pushes.enqueue(pushes, trx);
  });
  return { caughtUp: until >= now, events: pushes.length };
}

/** Events up to an instant, or up to an earlier one when there are many. */
async function accountEvents({ reports }: AlertPumpDeps, live: readonly AlertSubscription[], from: Date, until: Date): Promise<{ pushes: NewPush[]; until: Date }> {
  const subscribed = new Map<string, AlertSubscription[]>();
  for (const subscription of live) {
    const account = subscription.account ?? '';
    subscribed.set(account, [...subscribed.get(account) ?? [], subscription]);
  }
  const pushes: NewPush[] = [];
  let lastMs = 0;
  for await (const report of reports.between([...subscribed.keys()], from.getTime(), until.getTime())) {
    const { reportedMs } = report.scan;
    if (pushes.length >= eventsAtOnce && reportedMs > lastMs) return { pushes, until: new Date(reportedMs) };
    pushes.push(...(subscribed.get(report.parcel.account) ?? []).flatMap((subscription) => pushOf(report, subscription)));
    lastMs = reportedMs;
  }
  return { pushes, until };
}

async function packageEvents({ parcels, subscriptions }: AlertPumpDeps, trackingNumbers: readonly string[], from: Date, until: Date): Promise<NewPush[]> {
  const told: string[] = [];
  for (const trackingNumber of trackingNumbers) {
    await turn();
    if (!isTestNumber(trackingNumber) && parcels.isReported(trackingNumber, from, until)) told.push(trackingNumber);
  }
  const events: NewPush[] = [];
  for (const subscription of await subscriptions.ofPackages(told, from)) {
    await turn();
    const parcel = (await parcels.find(subscription.trackingNumber ?? '', until))?.parcel;
    const scans = (parcel?.scans ?? []).filter(({ reportedMs }) => reportedMs >= from.getTime() && reportedMs < until.getTime());
    if (parcel) events.push(...scans.toSorted((a, b) => a.reportedMs - b.reportedMs).flatMap((scan) => pushOf({ parcel, scan }, subscription)));
  }
  return events;
}

/** Nothing of before a subscription, and nothing of after its end. */
function pushOf(report: Report, subscription: AlertSubscription): NewPush[] {
  const { reportedMs } = report.scan;
  if (reportedMs < subscription.beginsAt.getTime() || reportedMs >= subscription.endsAt.getTime()) return [];
  const body = alertEvent(report, subscription);
  return body === null ? [] : [{ clientId: subscription.clientId, body }];
}
