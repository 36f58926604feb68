import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import type { Facts, OutboxTable, VaultTables } from '../tables.js';
import type { VaultTransaction } from '../vault.js';
import type { VaultEvent, VaultEventType } from './outbox.js';

/**
 * Writes an event in the transaction of the change that it tells of, under the grant's lock, which gives the events their
 * order, and after the change's audit entry, whose place in the chain the event carries. `signal` is sent along at the commit.
 */
export async function appendEvent(
  trx: VaultTrx, { company, application }: GrantKey, event: { type: VaultEventType; generation: number; at: Date; data?: Facts }, signal?: RawBuilder<unknown>,
): Promise<void> {
  await trx.insertInto('vault.outbox').values((query) => ({
    company_id: company,
    application,
    type: event.type,
    generation: event.generation,
    at: event.at,
    data: JSON.stringify(event.data ?? {}),
    next_attempt_at: event.at,
    audit_seq: query.selectFrom('vault.audit_head').select('seq').where('company_id', '=', company),
    audit_hash: query.selectFrom('vault.audit_head').select('hash').where('company_id', '=', company),
  })).$if(signal !== undefined, (query) => query.returning((signal ?? sql`null`).as('signal'))).execute();
}

type Handler = (event: VaultEvent, trx: VaultTransaction) => Promise<void>;

/**
 * Hands over what is due, oldest first. An event whose handler throws is tried again later, and holds back the later
 * ones of its grant only.
 */
export async function deliverEvents(context: VaultContext, handler: Handler): Promise<number> {
  for (let delivered = 0; ; ) {
    const step = await deliverOne(context, handler);
    if (step === 'none') return delivered;
    if (step === 'delivered') delivered += 1;
  }
}

async function deliverOne(context: VaultContext, handler: Handler): Promise<'delivered' | 'failed' | 'none'> {
  let attempted: Selectable<OutboxTable> | undefined;
  try {
    return await context.db.transaction().execute(async (trx) => {
      attempted = await lockNextEvent(trx, context.clock.now());
      if (!attempted) return 'none';
      await handler(eventOf(attempted), trx as unknown as VaultTransaction);
      await noteDelivered(trx, attempted.id, context.clock.now());
      return 'delivered';
    });
  } catch (error) {
    if (!attempted) throw error;
    context.logger.error({ err: error, event: attempted.id, type: attempted.type }, 'an event could not be delivered');
    await postpone(context, attempted);
    return 'failed';
  }
}

/** The oldest due event that is the first undelivered one of its grant. One that another worker is delivering is passed over, with its grant. */
async function lockNextEvent(trx: VaultTrx, now: Date): Promise<Selectable<OutboxTable> | undefined> {
  const { rows } = await sql<Selectable<OutboxTable>>`
    select e.* from vault.outbox e
    where e.delivered_at is null and e.next_attempt_at <= ${now} and not exists (
      select from vault.outbox earlier
      where earlier.company_id = e.company_id and earlier.application = e.application and earlier.delivered_at is null and earlier.id < e.id
    )
    order by e.id limit 1 for update skip locked`.execute(trx);
  return rows[0];
}

/** Only under the event's lock. */
export async function noteDelivered(trx: VaultTrx, id: string, at: Date): Promise<void> {
  await trx.updateTable('vault.outbox').set({ delivered_at: at }).where('id', '=', id).where('delivered_at', 'is', null).execute();
}

async function postpone({ db, clock, settings }: VaultContext, event: Selectable<OutboxTable>): Promise<void> {
  const wait = Math.min(settings.backOffMaxMs, settings.backOffMs * 2 ** Math.min(event.attempts, 20));
  await db.updateTable('vault.outbox')
    .set({ attempts: event.attempts + 1, next_attempt_at: new Date(clock.now().getTime() + wait) })
    .where('id', '=', event.id).where('delivered_at', 'is', null).execute();
}

/** How many events nobody was told of yet, and when the first of them happened. */
export async function countUndelivered(db: Kysely<VaultTables>): Promise<{ count: number; oldest: Date | null }> {
  const undelivered = db.selectFrom('vault.outbox').where('delivered_at', 'is', null);
  const { count } = await undelivered.select((query) => query.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
  const oldest = await undelivered.select('at').orderBy('id').limit(1).executeTakeFirst();
  return { count: Number(count), oldest: oldest?.at ?? null };
}

/** Deletes delivered events older than this. */
export async function forgetDelivered(db: Kysely<VaultTables>, before: Date): Promise<void> {
  await db.deleteFrom('vault.outbox').where('delivered_at', '<', before).execute();
}

function eventOf(row: Selectable<OutboxTable>): VaultEvent {
  const { id, type, company_id: company, application, generation, at, data, audit_seq: seq, audit_hash: hash } = row;
  const audit = seq === null || hash === null ? null : { seq: Number(seq), hash: hash.toString('hex') };
  return { id, type, company, application, generation, at, data, audit };
}
