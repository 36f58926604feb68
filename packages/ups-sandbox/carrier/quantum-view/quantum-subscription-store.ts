import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';

/** UN unknown, AT activate, P pending, A active, I inactive, S suspended. */
export const subscriptionStatuses = ['UN', 'AT', 'P', 'A', 'I', 'S'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** A subscription of Quantum View: all outbound parcels of its subscriber's accounts. */
export interface QuantumSubscription {
  readonly name: string;
  readonly status: SubscriptionStatus;
  /** The newest file that asking without criteria has handed out; empty before the first. */
  readonly readThrough: string;
}

export interface QuantumSubscriptionStore {
  /** A subscriber's subscriptions by name. Who has none gets one, `OutboundXML`. */
  of(subscriber: string): Promise<QuantumSubscription[]>;
  /** Makes a subscription, or changes the status of the one that there is. */
  set(subscriber: string, name: string, status: SubscriptionStatus): Promise<void>;
  /** Moves the mark of what was handed out; false when another request has moved it meanwhile. */
  markRead(subscriber: string, name: string, readThrough: { readonly from: string; readonly to: string }): Promise<boolean>;
}

const firstName = 'OutboundXML';

/** The table `upscom.quantum_subscription`. */
export function createQuantumSubscriptionStore(database: Database): QuantumSubscriptionStore {
  const db = database.kysely<unknown>();
  const find = async (subscriber: string) => {
    const { rows } = await sql<QuantumSubscription>`
      select name, status, read_through as "readThrough" from upscom.quantum_subscription where subscriber = ${subscriber} order by name
    `.execute(db);
    return rows;
  };
  return {
    async of(subscriber) {
      const there = await find(subscriber);
      if (there.length > 0) return there;
      await sql`insert into upscom.quantum_subscription (subscriber, name) values (${subscriber}, ${firstName}) on conflict do nothing`.execute(db);
      return find(subscriber);
    },
    async set(subscriber, name, status) {
      await sql`
        insert into upscom.quantum_subscription (subscriber, name, status) values (${subscriber}, ${name}, ${status})
        on conflict (subscriber, name) do update set status = excluded.status
      `.execute(db);
    },
    async markRead(subscriber, name, { from, to }) {
      const { rows } = await sql`
        update upscom.quantum_subscription set read_through = ${to}
        where subscriber = ${subscriber} and name = ${name} and read_through = ${from} returning name
      `.execute(db);
      return rows.length > 0;
    },
  };
}
