import type { Database } from '@wayleave/platform/database';
import { InvalidForm } from '@wayleave/platform/errors';
import type { TrackAlertEvent } from '@wayleave/ups-api/wire';
import { sql, type QueryExecutorProvider } from 'kysely';

/** An event on its way to an application. */
export interface AlertPush {
  readonly id: string;
  readonly clientId: string;
  readonly url: string;
  readonly body: TrackAlertEvent;
}

/** An event for an application; `afterMs` is how long it waits, in real time. */
export interface NewPush {
  readonly clientId: string;
  readonly body: TrackAlertEvent;
  readonly afterMs?: number;
}

export interface AlertPushStore {
  /** Where the application wants its events, or null. */
  destinationOf(clientId: string): Promise<string | null>;
  /** Names, or with null forgets, where an application wants its events. Throws InvalidForm. */
  setDestination(clientId: string, url: string | null): Promise<void>;
  /** Adds events to be pushed, in the caller's transaction when one is given. */
  enqueue(pushes: readonly NewPush[], db?: QueryExecutorProvider): Promise<void>;
  /** Takes what is due, for one attempt; whoever takes it has the time of an attempt for it. */
  takeDue(): Promise<AlertPush[]>;
  /** Notes that a push was answered as UPS wants it. */
  answered(id: string): Promise<void>;
  /** Notes that it was not: tried again after a pause, or given up after the last attempt. */
  failed(id: string): Promise<void>;
  /** Deletes what ended a day ago. */
  forgetEnded(): Promise<void>;
}

/** The last attempt is about 17 minutes after the first. */
const attemptsAtMost = 11;
const atOnce = 16;
/** Events that one statement adds. */
const addedAtOnce = 500;
/** Longer than an attempt can take. */
const claimMs = 30_000;
const keptMs = 86_400_000;
/** An application that takes nothing loses what is more than this. */
const mostWaiting = 10_000;
const longestUrl = 2_000;

/** The tables `upscom.alert_destination` and `alert_push`. Pauses are real time. */
export function createAlertPushStore(deps: { database: Database }): AlertPushStore {
  const db = deps.database.kysely<unknown>();
  const inMs = (ms: number) => new Date(Date.now() + ms);
  async function add(clientId: string, own: readonly NewPush[], trx: QueryExecutorProvider): Promise<void> {
    await sql`
      insert into upscom.alert_push (client_id, body, created_at, due_at)
      select ${clientId}, event.body::jsonb, ${inMs(0)}::timestamptz, ${inMs(0)}::timestamptz + event.after_ms * interval '1 millisecond'
      from unnest(${own.map(({ body }) => JSON.stringify(body))}::text[], ${own.map(({ afterMs = 0 }) => afterMs)}::int4[]) with ordinality as event (body, after_ms, place)
      order by event.place
      limit (select greatest(0, ${mostWaiting} - count(*)) from upscom.alert_push where client_id = ${clientId} and ended_at is null)
    `.execute(trx);
  }

  return {
    async destinationOf(clientId) {
      const { rows } = await sql<{ url: string }>`select url from upscom.alert_destination where client_id = ${clientId}`.execute(db);
      return rows[0]?.url ?? null;
    },
    async setDestination(clientId, url) {
      const problem = url === null ? null : urlProblem(url);
      if (problem !== null) throw new InvalidForm({ url: problem });
      if (url === null) {
        await sql`delete from upscom.alert_destination where client_id = ${clientId}`.execute(db);
        return;
      }
      const { rows } = await sql`
        insert into upscom.alert_destination (client_id, url) select client_id, ${url} from upscom.application where client_id = ${clientId}
        on conflict (client_id) do update set url = excluded.url returning client_id
      `.execute(db);
      if (rows.length === 0) throw new InvalidForm({ client_id: 'There is no application with this client id. Register it first.' });
    },
    async enqueue(pushes, trx = db) {
      for (const clientId of new Set(pushes.map((push) => push.clientId))) {
        const all = pushes.filter((push) => push.clientId === clientId);
        for (let begin = 0; begin < all.length; begin += addedAtOnce) await add(clientId, all.slice(begin, begin + addedAtOnce), trx);
      }
    },
    async takeDue() {
      const { rows } = await sql<AlertPush>`
        update upscom.alert_push push set attempts = attempts + 1, due_at = ${inMs(claimMs)}
        from upscom.alert_destination destination
        where destination.client_id = push.client_id and push.id in (
          select waiting.id from upscom.alert_push waiting join upscom.alert_destination using (client_id)
          where waiting.ended_at is null and waiting.due_at <= ${inMs(0)} order by waiting.due_at, waiting.id limit ${atOnce}
          for update of waiting skip locked
        )
        returning push.id, push.client_id as "clientId", destination.url, push.body
      `.execute(db);
      return rows.toSorted((a, b) => Number(a.id) - Number(b.id));
    },
    async answered(id) {
      await sql`update upscom.alert_push set ended_at = ${inMs(0)} where id = ${id}`.execute(db);
    },
    async failed(id) {
      const now = inMs(0);
      await sql`
        update upscom.alert_push set
          due_at = ${now}::timestamptz + interval '1 second' * power(2, attempts - 1),
          ended_at = case when attempts >= ${attemptsAtMost} then ${now}::timestamptz end
        where id = ${id} and ended_at is null
      `.execute(db);
    },
    async forgetEnded() {
      await sql`delete from upscom.alert_push where ended_at < ${inMs(-keptMs)}`.execute(db);
    },
  };
}

function urlProblem(url: string): string | null {
  const fits = url.length <= longestUrl && /^https?:\/\/[^/?#]/.test(url) && URL.canParse(url);
  if (!fits) return `url is absolute, begins with https:// or http:// and has at most ${longestUrl} characters.`;
  const { username, password, hash } = new URL(url);
  return username === '' && password === '' && hash === '' ? null : 'url holds no user name, no password and no fragment.';
}
