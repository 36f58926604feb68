import { databaseKinds, testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import { readTrackAlert } from '@wayleave/ups-api';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxMigrations } from '../../sandbox.js';
import { createWorld, type Report } from '../../world/world.js';
import { createParcelFinder } from '../parcel-finder.js';
import { createReportFeed } from '../report-feed.js';
import { gatherAlerts, type AlertPumpDeps } from './alert-pump.js';
import { createAlertPushStore } from './alert-push-store.js';
import { createAlertSubscriptionStore } from './alert-subscription-store.js';

const caller = { kind: 'application', clientId: 'pump-client', accounts: ['W4Y135', 'C0UR1E'] } as const;
const hour = 3_600_000;
const keyOf = ({ parcel, scan }: Report) => `${parcel.trackingNumber} ${scan.atMs} ${scan.happening.code}`;

describe.each(databaseKinds())('the events of a day of a large account, on %s', (kind: DatabaseKind) => {
  const world = createWorld({ beginsAt: new Date(0), seed: 4, size: 60_000 });
  let database: TestDatabase;
  let deps: AlertPumpDeps;
  let nowMs = Date.parse('2026-11-18T15:00:00Z');
  beforeAll(async () => {
    database = await testDatabase(kind, [sandboxMigrations]);
    const clock = { now: () => new Date(nowMs) };
    deps = {
      database, clock, reports: createReportFeed(world), parcels: createParcelFinder({ world, database }),
      subscriptions: createAlertSubscriptionStore({ database, clock }), pushes: createAlertPushStore({ database }),
    };
    await sql`
      insert into upscom.application (client_id, secret_hash, name, display_name, redirect_uris, created_at)
      values (${caller.clientId}, ${Buffer.alloc(32)}, 'Pump', 'Pump', '{https://pump.example/callback}', now())
    `.execute(database.kysely());
  });
  afterAll(() => database.close());

  /** Looks until nothing is left to look at; the events that came of it, in the order in which they are pushed. */
  async function gathered(): Promise<{ turns: number; events: string[] }> {
    await sql`delete from upscom.alert_push`.execute(database.kysely());
    let turns = 0;
    do turns += 1; while (!(await gatherAlerts(deps)).caughtUp);
    const { rows } = await sql<{ body: string }>`select body::text from upscom.alert_push order by id`.execute(database.kysely());
    const alerts = rows.map(({ body }) => readTrackAlert(body));
    return { turns, events: alerts.map(({ trackingNumber, moment, status }) => `${trackingNumber} ${Number(moment.instant)} ${status.scanCode}`) };
  }

  it('are those that the world reports, each once and in its order, though they are looked at in parts', async () => {
    expect(await gatherAlerts(deps)).toEqual({ caughtUp: true, events: 0 });
    for (const account of caller.accounts) await deps.subscriptions.subscribeAccount(caller, account);
    for (const hours of [14, 10]) {
      const begin = nowMs;
      nowMs += hours * hour;
      const expected = [...world.reports(caller.accounts, { from: new Date(begin), to: new Date(nowMs) })].flat();
      expect(expected.length).toBeGreaterThan(500);
      const { turns, events } = await gathered();
      expect(turns).toBeGreaterThan(1);
      expect(events).toEqual(expected.map(keyOf));
    }
    for (const account of caller.accounts) await deps.subscriptions.unsubscribeAccount(caller.clientId, account);
  });

  it('come for packages, too, by number alone', async () => {
    const from = nowMs;
    const numbers = [...world.reports(['W4Y135'], { from: new Date(from), to: new Date(from + 20 * hour) })].flat().map(({ parcel }) => parcel.trackingNumber).filter((_, index) => index % 5 === 0);
    const wanted = [...new Set(numbers)].slice(0, 100);
    await deps.subscriptions.subscribePackages(caller, { enhanced: false, trackingNumbers: wanted, eventKinds: null });
    nowMs += 20 * hour;
    const expected = [...world.reports(['W4Y135'], { from: new Date(from), to: new Date(nowMs) })].flat().filter(({ parcel }) => wanted.includes(parcel.trackingNumber));
    expect(expected.length).toBeGreaterThan(100);
    expect((await gathered()).events.sort()).toEqual(expected.map(keyOf).sort());
  });
});
