import type { Clock } from '@wayleave/platform/clock';
import { Conflict, InvalidForm, NotFound } from '@wayleave/platform/errors';
import { isLoopback } from '@wayleave/platform/loopback';
import type { Logger } from '@wayleave/platform/logging';
import { randomToken, Secret } from '@wayleave/platform/secret';
import type { CompanyId, VaultEvent, VaultTransaction } from '@wayleave/vault';
import type { Kysely, QueryExecutorProvider } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { SuiteContext } from '../suite.js';
import { AddressRefused, createAddressGuard, type AddressGuard } from './address-guard.js';
import { insertDelivery, lockSubscribers, reviveDelivery } from './delivery-store.js';
import { deleteEndpoint, disableEndpoint, enableEndpoint, findEndpoint, insertEndpoint, type Endpoint } from './endpoint-store.js';
import { createSecretBox, type EndpointKey, type SecretBox } from './secret-box.js';
import { eventBody, formatSecret, giveUpAfterMs, parseWebhookEvent, testBody, testEventType } from './webhook.js';

/** What webhooks are kept and sent with. */
export interface WebhookContext {
  readonly db: Kysely<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly box: SecretBox;
  readonly guard: AddressGuard;
}

/** The suite's webhooks; a suite that itself runs on loopback may send to loopback. */
export function openWebhooks({ config, database, clock, logger }: SuiteContext): WebhookContext {
  const guard = createAddressGuard({ allowLoopback: isLoopback(config.publicUrl.hostname) });
  return { db: database.kysely<unknown>(), clock, logger, box: createSecretBox(config.masterKey, config.previousMasterKey), guard };
}

/** How many endpoints one company may have. */
export const mostEndpoints = 10;

const noServer = 'This name leads to no server of the public internet. Webhooks go nowhere else.';
const unknownEndpoint = 'There is no such endpoint in your company.';

/** Adds an endpoint and gives its signing secret, which is never shown again. Throws InvalidForm; then nothing was written. */
export async function addEndpoint(
  context: WebhookContext, company: CompanyId, typed: { url: string; events: readonly string[] }, by: string,
): Promise<{ url: string; secret: Secret }> {
  const { db, box, clock, logger } = context;
  const events = typed.events.map(parseWebhookEvent).filter((type) => type !== undefined);
  const url = context.guard.read(typed.url.trim());
  const problems = {
    ...(typeof url === 'string' ? { url } : {}),
    ...(events.length === 0 || events.length < typed.events.length ? { events: 'Choose at least one of these events.' } : {}),
  };
  if (typeof url === 'string' || Object.keys(problems).length > 0) throw new InvalidForm(problems);
  await requireServer(context.guard, url);
  const key = new Secret(randomBytes(32));
  const row: EndpointKey = { company, id: randomToken('wh-') };
  const endpoint = { ...row, url: url.href, events: [...new Set(events)], secret: box.seal(key, row), by, now: clock.now(), most: mostEndpoints };
  const outcome = await db.transaction().execute((trx) => insertEndpoint(trx, endpoint));
  if (outcome === 'too-many') throw new InvalidForm({ url: `Your company has ${mostEndpoints} endpoints, which is the most. Remove one first.` });
  if (outcome === 'same-address') throw new InvalidForm({ url: 'Your company has an endpoint of this address already.' });
  logger.info({ company, endpoint: row.id, by }, 'webhook endpoint added');
  return { url: url.href, secret: new Secret(formatSecret(key.reveal())) };
}

async function requireServer(guard: AddressGuard, url: URL): Promise<void> {
  try {
    await guard.resolve(url);
  } catch (error) {
    if (error instanceof AddressRefused) throw new InvalidForm({ url: noServer });
    throw error;
  }
}

/** One endpoint of the company. Throws NotFound. */
export async function requireEndpoint({ db }: { db: QueryExecutorProvider }, company: CompanyId, id: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(db, { company, id });
  if (!endpoint) throw new NotFound(unknownEndpoint);
  return endpoint;
}

/** Stops sending to an endpoint; what waits for it is given up. Throws NotFound, and Conflict when it was disabled already. */
export async function disable(context: WebhookContext, company: CompanyId, id: string, by: string): Promise<Endpoint> {
  const endpoint = await requireEndpoint(context, company, id);
  const done = await context.db.transaction().execute((trx) => disableEndpoint(trx, endpoint, by, context.clock.now()));
  if (!done) throw new Conflict('This endpoint is disabled already.');
  context.logger.info({ company, endpoint: id, by }, 'webhook endpoint disabled');
  return endpoint;
}

/** Sends to an endpoint again, from the next event on. Throws NotFound, and Conflict when it was not disabled. */
export async function enable(context: WebhookContext, company: CompanyId, id: string, by: string): Promise<Endpoint> {
  const endpoint = await requireEndpoint(context, company, id);
  if (!(await enableEndpoint(context.db, endpoint))) throw new Conflict('This endpoint is enabled already.');
  context.logger.info({ company, endpoint: id, by }, 'webhook endpoint enabled');
  return endpoint;
}

/** Removes an endpoint with its secret and everything that was to be sent there. Throws NotFound. */
export async function remove(context: WebhookContext, company: CompanyId, id: string, by: string): Promise<Endpoint> {
  const endpoint = await requireEndpoint(context, company, id);
  await deleteEndpoint(context.db, endpoint);
  context.logger.info({ company, endpoint: id, by }, 'webhook endpoint removed');
  return endpoint;
}

/** Writes a test event for an endpoint. Throws NotFound, and Conflict when it is disabled. */
export async function sendTest(context: WebhookContext, company: CompanyId, id: string): Promise<Endpoint> {
  const endpoint = await requireEndpoint(context, company, id);
  if (endpoint.disabledAt) throw new Conflict('This endpoint is disabled. Enable it first.');
  const now = context.clock.now();
  await insertDelivery(context.db, endpoint, { ...message(now), application: '', type: testEventType, body: testBody(company, now) });
  return endpoint;
}

/** Tries a dead delivery anew. Throws Conflict when there is no such dead delivery in the company, or its endpoint is disabled. */
export async function sendAgain({ db, clock }: WebhookContext, company: CompanyId, id: string): Promise<void> {
  const { now, giveUpAt } = message(clock.now());
  const revived = /^\d{1,18}$/.test(id) && (await reviveDelivery(db, company, id, { now, giveUpAt }));
  if (!revived) throw new Conflict('This delivery cannot be sent again: it is under way already, or its endpoint is disabled or gone.');
}

/** Writes an event of the vault down for each endpoint that wants it, in the transaction that takes it from the outbox. */
export async function writeDeliveries(trx: VaultTransaction, event: VaultEvent, now: Date): Promise<void> {
  const body = eventBody(event);
  if (body === null) return;
  const { application, type } = event;
  for (const endpoint of await lockSubscribers(trx, event.company, type)) {
    await insertDelivery(trx, endpoint, { ...message(now), application, type, body });
  }
}

function message(now: Date): { messageId: string; now: Date; giveUpAt: Date } {
  return { messageId: randomToken('msg_'), now, giveUpAt: new Date(now.getTime() + giveUpAfterMs) };
}
