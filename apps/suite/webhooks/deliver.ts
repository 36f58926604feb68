import type { Database } from '@wayleave/platform/database';
import type { Secret } from '@wayleave/platform/secret';
import { claimDeliveries, forgetFinished, noteDelivered, noteFailed, releaseDelivery, type ClaimedDelivery, type DeliveryFailure } from './delivery-store.js';
import { disableEndpoint, listSecrets, replaceSecret } from './endpoint-store.js';
import type { WebhookContext } from './endpoints.js';
import { post } from './post.js';
import { createSecretBox } from './secret-box.js';
import { nextAttempt, signedHeaders } from './webhook.js';

/** How many are sent at a time by one lane of a worker. */
const batch = 8;

/** So many of one company are under way at a time at most, in all lanes and workers: a third of one worker's places. Slow endpoints leave the others theirs. */
const share = 8;

/** Longer than an attempt with its look-up can take. */
const claimMs = 60_000;

/** Deliveries that came to an end are shown for this long. */
const keptMs = 30 * 24 * 60 * 60_000;

/** The answer of an endpoint that wants nothing more (Standard Webhooks). */
const gone = 410;

/**
 * Sends what is due, a batch at a time, and gives how many attempts were made. Any number of workers may do so at once;
 * when one dies, what it held is sent again later, so that a receiver may see a message twice, but never misses one.
 */
export async function deliverWebhooks(context: WebhookContext, stop: AbortSignal): Promise<number> {
  let attempts = 0;
  while (!stop.aborted) {
    const claimed = await context.db.transaction().execute((trx) => claimDeliveries(trx, { now: context.clock.now(), limit: batch, share, claimMs }));
    if (claimed.length === 0) break;
    await Promise.all(claimed.map((delivery) => attempt(context, delivery, stop)));
    attempts += claimed.length;
  }
  return attempts;
}

/** Deletes deliveries that ended long ago. */
export async function forgetOldDeliveries({ db, clock }: WebhookContext): Promise<void> {
  await forgetFinished(db, new Date(clock.now().getTime() - keptMs));
}

/** Puts secrets that are still under the previous master key under the current one. Gives how many there were. */
export async function resealSecrets({ db, box }: WebhookContext): Promise<number> {
  let resealed = 0;
  for (const { row, sealed } of await listSecrets(db)) {
    const key = box.isPrevious(sealed, row) ? box.open(sealed, row) : null;
    if (!key) continue;
    await replaceSecret(db, row, sealed, box.seal(key, row));
    resealed += 1;
  }
  return resealed;
}

/** How many secrets lie under the previous master key alone, and are lost when it is taken away now. */
export async function countOldSecrets(database: Database, { masterKey, previousMasterKey }: { masterKey: Secret<Buffer>; previousMasterKey: Secret<Buffer> }): Promise<number> {
  const box = createSecretBox(masterKey, previousMasterKey);
  return (await listSecrets(database.kysely<unknown>())).filter(({ row, sealed }) => box.isPrevious(sealed, row)).length;
}

async function attempt(context: WebhookContext, delivery: ClaimedDelivery, stop: AbortSignal): Promise<void> {
  const { db, clock, guard, box } = context;
  const key = box.open(delivery.secret, delivery.endpoint);
  if (!key) return fail(context, delivery, 'secret', null);
  const headers = signedHeaders(key, delivery.messageId, clock.now(), delivery.body);
  const outcome = await post(guard, { url: delivery.url, headers, body: delivery.body }, stop);
  switch (outcome.kind) {
    case 'stopped':
      return releaseDelivery(db, delivery);
    case 'failed':
      return fail(context, delivery, outcome.reason, null);
    case 'answered':
      if (outcome.status >= 200 && outcome.status < 300) return noteDelivered(db, delivery, outcome.status, clock.now());
      return fail(context, delivery, 'refused', outcome.status);
  }
}

async function fail({ db, clock, logger }: WebhookContext, delivery: ClaimedDelivery, failure: DeliveryFailure, status: number | null): Promise<void> {
  const now = clock.now();
  const next = status === gone ? null : nextAttempt(delivery.attempts, now, delivery.giveUpAt, Math.random());
  await noteFailed(db, delivery, { status, failure, next, now });
  if (status === gone) await db.transaction().execute((trx) => disableEndpoint(trx, delivery.endpoint, null, now));
  logger.warn({ company: delivery.company, endpoint: delivery.endpoint.id, delivery: delivery.id, attempts: delivery.attempts, failure, status }, next ? 'webhook not delivered' : 'webhook given up');
}
