import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import type { Caller } from '../caller.js';
import type { EventKind, PackageSubscription } from './alert-request.js';

/** A subscription that can have events now. */
export interface AlertSubscription {
  readonly clientId: string;
  /** One of the two; the other is null. */
  readonly trackingNumber: string | null;
  readonly account: string | null;
  readonly enhanced: boolean;
  readonly eventKinds: readonly EventKind[] | null;
  /** The accounts whose parcels it may show a photo and a receiver of. */
  readonly accounts: readonly string[];
  /** Only what UPS hears after it counts. */
  readonly beginsAt: Date;
  readonly endsAt: Date;
}

/** The subscriptions to accounts, and which packages are subscribed to: few of these have news at a time. */
export interface LiveSubscriptions {
  /** When the first of all began; null when there is none. */
  readonly since: Date | null;
  readonly toAccounts: readonly AlertSubscription[];
  readonly trackingNumbers: readonly string[];
}

export interface AlertSubscriptionStore {
  /** Subscribes to packages for 14 days, or for 14 more. Without numbers it does nothing. */
  subscribePackages(caller: Caller, subscription: Pick<PackageSubscription, 'enhanced' | 'trackingNumbers' | 'eventKinds'>): Promise<void>;
  /** Subscribes to an account's packages until somebody unsubscribes. */
  subscribeAccount(caller: Caller, account: string): Promise<void>;
  /** Ends a subscription to an account; nothing when there is none. */
  unsubscribeAccount(clientId: string, account: string): Promise<void>;
  /** What was subscribed to after an instant, 10 000 subscriptions at most. */
  liveAfter(instant: Date): Promise<LiveSubscriptions>;
  /** The subscriptions to some packages that were live after an instant. */
  ofPackages(trackingNumbers: readonly string[], instant: Date): Promise<AlertSubscription[]>;
  /** Deletes what ended. */
  forgetEnded(): Promise<void>;
}

/** UPS names this day. */
const never = new Date('9999-12-31T00:00:00Z');
const packageLifetimeMs = 14 * 86_400_000;
const mostLive = 10_000;

const selected = sql`
  select client_id as "clientId", tracking_number as "trackingNumber", account, enhanced, event_kinds as "eventKinds", accounts,
    begins_at as "beginsAt", ends_at as "endsAt"
  from upscom.alert_subscription
`;

/** The table `upscom.alert_subscription`. A package or account has one subscription of an application, the last one made. */
export function createAlertSubscriptionStore(deps: { database: Database; clock: Clock }): AlertSubscriptionStore {
  const db = deps.database.kysely<unknown>();
  return {
    async subscribePackages({ clientId, accounts }, { enhanced, trackingNumbers, eventKinds }) {
      const now = deps.clock.now();
      await sql`
        insert into upscom.alert_subscription as old (client_id, tracking_number, enhanced, event_kinds, accounts, begins_at, ends_at)
        select ${clientId}, number, ${enhanced}, ${eventKinds}::text[], ${accounts}, ${now}, ${new Date(now.getTime() + packageLifetimeMs)}
        from unnest(${trackingNumbers}::text[]) as number order by number
        on conflict (client_id, tracking_number) where tracking_number is not null do update set
          enhanced = excluded.enhanced, event_kinds = excluded.event_kinds, accounts = excluded.accounts, ends_at = excluded.ends_at,
          begins_at = case when old.ends_at > excluded.begins_at then old.begins_at else excluded.begins_at end
      `.execute(db);
    },
    async subscribeAccount({ clientId, accounts }, account) {
      await sql`
        insert into upscom.alert_subscription (client_id, account, enhanced, accounts, begins_at, ends_at)
        values (${clientId}, ${account}, false, ${accounts}, ${deps.clock.now()}, ${never})
        on conflict (client_id, account) where account is not null do update set accounts = excluded.accounts
      `.execute(db);
    },
    async unsubscribeAccount(clientId, account) {
      await sql`delete from upscom.alert_subscription where client_id = ${clientId} and account = ${account}`.execute(db);
    },
    async liveAfter(instant) {
      const { rows: [all] } = await sql<{ since: Date | null; numbers: string | null; accounts: boolean | null }>`
        select min(begins_at) as since, string_agg(tracking_number, ' ') as numbers, bool_or(account is not null) as accounts
        from (select begins_at, tracking_number, account from upscom.alert_subscription where ends_at > ${instant} order by id limit ${mostLive}) live
      `.execute(db);
      const toAccounts = sql<AlertSubscription>`${selected} where ends_at > ${instant} and account is not null order by id limit ${mostLive}`;
      return {
        since: all?.since ?? null,
        toAccounts: all?.accounts === true ? (await toAccounts.execute(db)).rows : [],
        trackingNumbers: [...new Set(all?.numbers?.split(' '))],
      };
    },
    async ofPackages(trackingNumbers, instant) {
      if (trackingNumbers.length === 0) return [];
      const { rows } = await sql<AlertSubscription>`
        ${selected} where ends_at > ${instant} and tracking_number = any (${trackingNumbers}::text[]) order by id limit ${mostLive}
      `.execute(db);
      return rows;
    },
    async forgetEnded() {
      await sql`delete from upscom.alert_subscription where ends_at < ${new Date(deps.clock.now().getTime() - packageLifetimeMs)}`.execute(db);
    },
  };
}
