import { systemClock } from '@wayleave/platform/clock';
import { Secret } from '@wayleave/platform/secret';
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorker, openSuite } from '../index.js';
import { databaseKinds, startTestSuite, type TestSuite } from '../tests/test-suite.js';
import { deliverWebhooks, resealSecrets } from './deliver.js';
import { countUnsettled, listDeliveries } from './delivery-store.js';
import { disableEndpoint, listEndpoints } from './endpoint-store.js';
import { addEndpoint, disable, enable, openWebhooks, remove, sendAgain, sendTest, writeDeliveries, type WebhookContext } from './endpoints.js';
import { createSecretBox } from './secret-box.js';
import { happen } from './tests/outbox.js';
import { answering, startReceiver, verify, type Receiver } from './tests/receiver.js';
import { giveUpAfterMs, webhookEvents } from './webhook.js';

const never = new AbortController().signal;
const all = webhookEvents.map(({ type }) => type);
const day = 24 * 60 * 60_000;

describe.each(databaseKinds())('webhooks on %s', (kind) => {
  let suite: TestSuite;
  let webhooks: WebhookContext;
  let receiver: Receiver;
  let secret: string;
  beforeAll(async () => {
    suite = await startTestSuite(kind);
    webhooks = openWebhooks(suite.context);
  });
  afterAll(() => suite[Symbol.asyncDispose]());
  beforeEach(async () => {
    await sql`delete from suite.webhook_endpoint`.execute(webhooks.db);
    receiver = await startReceiver();
    secret = await add(receiver.url);
  });
  afterEach(() => receiver[Symbol.asyncDispose]());

  const add = async (url: string, events: readonly string[] = all, company = suite.admin.company) =>
    (await addEndpoint(webhooks, company, { url, events }, 'ann@harborpine.example')).secret.reveal();
  const happens = (type: (typeof all)[number], generation: number, application: 'idm' | 'idh' = 'idm') => happen(suite, suite.admin.company, type, generation, application);
  const tick = () => createWorker(suite.context).tick();
  const seen = () => receiver.received.map(({ type, data }) => `${type} ${String(data.application)} ${String(data.generation)}`);
  const list = (company = suite.admin.company, dead = false) => listDeliveries(webhooks.db, company, { dead }, { page: 1, pageSize: 100 });
  const endpoint = async () => (await listEndpoints(webhooks.db, suite.admin.company))[0]!;

  it('tell each event once, signed, in order per grant, to those who chose it', async () => {
    await using other = await startReceiver('/only-ends');
    const otherSecret = await add(other.url, ['grant.voided']);
    await happens('grant.opted_in', 1);
    await happens('grant.opted_in', 1, 'idh');
    await happens('grant.refreshed', 1);
    await happens('grant.voided', 1);
    await tick();
    await tick();
    expect(seen().filter((line) => line.includes('idm'))).toEqual(['grant.opted_in idm 1', 'grant.refreshed idm 1', 'grant.voided idm 1']);
    expect(seen()).toContain('grant.opted_in idh 1');
    expect(receiver.received).toHaveLength(4);
    expect(other.received.map(({ type }) => type)).toEqual(['grant.voided']);
    for (const message of receiver.received) {
      expect(verify(secret, message)).toMatchObject({ type: message.type, data: { company: suite.admin.company } });
      expect(() => verify(otherSecret, message)).toThrow();
    }
    verify(otherSecret, other.received[0]!);
    const ids = [...receiver.received, ...other.received].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(await list()).toHaveLength(5);
    expect((await list()).every(({ state, attempts, lastStatus }) => state === 'delivered' && attempts === 1 && lastStatus === 204)).toBe(true);
  });

  it('tell nobody of another company’s events', async () => {
    await using theirs = await startReceiver();
    await add(theirs.url, all, suite.stranger.company);
    await happens('grant.cleared', 4);
    await tick();
    expect(receiver.received).toHaveLength(1);
    expect(theirs.received).toEqual([]);
    expect(await list(suite.stranger.company)).toEqual([]);
  });

  it('are tried again, later and later, under the same id, freshly signed; later events of the grant wait, other grants go on', async () => {
    receiver.answer = (response, { data }) => response.writeHead(data.application === 'idm' ? 500 : 204).end();
    await happens('grant.opted_in', 1);
    await happens('grant.voided', 1);
    await happens('grant.opted_in', 1, 'idh');
    await tick();
    expect(seen().sort()).toEqual(['grant.opted_in idh 1', 'grant.opted_in idm 1']);
    expect((await list()).find(({ type, application }) => type === 'grant.opted_in' && application === 'idm')).toMatchObject({ state: 'waiting', attempts: 1, lastStatus: 500, lastFailure: 'refused' });
    await tick();
    expect(receiver.received).toHaveLength(2);
    suite.clock.advance(7_000);
    await tick();
    expect(receiver.received).toHaveLength(3);
    suite.clock.advance(7_000);
    await tick();
    expect(receiver.received).toHaveLength(3);
    receiver.answer = answering(200);
    suite.clock.advance(15_000);
    await tick();
    const ours = receiver.received.filter(({ data }) => data.application === 'idm');
    expect(ours.map(({ type }) => type)).toEqual(['grant.opted_in', 'grant.opted_in', 'grant.opted_in', 'grant.voided']);
    expect(new Set(ours.slice(0, 3).map(({ id, body }) => id + body)).size).toBe(1);
    expect(new Set(ours.slice(0, 3).map(({ headers }) => headers['webhook-signature'])).size).toBe(3);
    expect((await list()).every(({ state }) => state === 'delivered')).toBe(true);
  });

  it('are given up after three days; then the next one goes, and the dead one can be sent again, behind it', async () => {
    receiver.answer = answering(503);
    await happens('grant.opted_in', 1);
    await tick();
    const [first] = receiver.received;
    for (let hours = 0; hours < 80; hours += 4) {
      suite.clock.advance(4 * 60 * 60_000);
      await tick();
    }
    expect((await list())[0]).toMatchObject({ state: 'dead', lastStatus: 503, lastFailure: 'refused' });
    expect(await countUnsettled(webhooks.db)).toEqual({ waiting: 0, dead: 1 });
    const attempts = receiver.received.length;
    expect(attempts).toBeGreaterThan(10);
    suite.clock.advance(day);
    await tick();
    expect(receiver.received).toHaveLength(attempts);
    receiver.answer = answering(204);
    await happens('grant.voided', 1);
    await createWorker(suite.context).tick();
    expect(receiver.received.at(-1)).toMatchObject({ type: 'grant.voided' });
    const [dead] = await list(suite.admin.company, true);
    await expect(sendAgain(webhooks, suite.stranger.company, dead!.id)).rejects.toThrow('cannot be sent again');
    await sendAgain(webhooks, suite.admin.company, dead!.id);
    expect(await countUnsettled(webhooks.db)).toEqual({ waiting: 1, dead: 0 });
    await expect(sendAgain(webhooks, suite.admin.company, dead!.id)).rejects.toThrow('cannot be sent again');
    await tick();
    expect(receiver.received.at(-1)).toMatchObject({ type: 'grant.opted_in', id: first!.id, body: first!.body });
    expect(await list(suite.admin.company, true)).toEqual([]);
    for (const id of ['', '0', 'x', '99999999999999999999']) await expect(sendAgain(webhooks, suite.admin.company, id)).rejects.toThrow('cannot be sent again');
  });

  it('of one grant are never under way twice at a time, with several workers', async () => {
    receiver.answer = (response, { data }) => setTimeout(() => response.writeHead(Math.random() < 0.2 ? 500 : 204).end(), data.application === 'idm' ? 5 : 2);
    const others = kind === 'postgres' ? await Promise.all([1, 2].map(() => suite.database.connect())) : [];
    const contexts = [webhooks, ...others.map((database) => ({ ...webhooks, db: database.kysely<unknown>() }))];
    for (let generation = 1; generation <= 20; generation += 1) await happens('grant.refreshed', generation);
    await tick();
    for (let rounds = 0; rounds < 60 && (await list()).some(({ state }) => state === 'waiting'); rounds += 1) {
      suite.clock.advance(60 * 60_000);
      await Promise.all(contexts.map((context) => deliverWebhooks(context, never)));
    }
    expect(receiver.overlaps).toEqual([]);
    const firsts = [...new Set(receiver.received.map(({ data }) => Number(data.generation)))];
    expect(firsts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await list()).every(({ state }) => state === 'delivered')).toBe(true);
    await Promise.all(others.map((database) => database.close()));
  });

  it('of one company with slow endpoints leave the others their share of the places', async () => {
    receiver.answer = () => undefined;
    await using theirs = await startReceiver();
    await add(theirs.url, all, suite.stranger.company);
    for (let n = 1; n < 10; n += 1) await add(`${receiver.url}/${n}`);
    for (const { id } of await listEndpoints(webhooks.db, suite.admin.company)) await sendTest(webhooks, suite.admin.company, id);
    for (const application of ['idm', 'idh'] as const) await happens('grant.opted_in', 1, application);
    await suite.context.vault.deliverEvents((event, trx) => writeDeliveries(trx, event, suite.clock.now()));
    suite.clock.advance(1_000);
    const [theirEndpoint] = await listEndpoints(webhooks.db, suite.stranger.company);
    await sendTest(webhooks, suite.stranger.company, theirEndpoint!.id);
    const stopping = new AbortController();
    const lanes = [1, 2, 3].map(() => deliverWebhooks(webhooks, stopping.signal));
    await expect.poll(() => theirs.received.length).toBe(1);
    await expect.poll(() => receiver.received.length).toBe(8);
    const claimed = await sql<{ count: number }>`select count(*)::int4 as count from suite.webhook_delivery where claim is not null and company_id = ${suite.admin.company}`.execute(webhooks.db);
    expect(claimed.rows).toEqual([{ count: 8 }]);
    stopping.abort();
    await Promise.all(lanes);
  });

  it.runIf(kind === 'postgres')('are not sent again to an endpoint that is being disabled', async () => {
    receiver.answer = answering(500);
    const { id } = await endpoint();
    await sendTest(webhooks, suite.admin.company, id);
    suite.clock.advance(giveUpAfterMs + day);
    await tick();
    const [dead] = await list(suite.admin.company, true);
    let again: Promise<string> | undefined;
    await webhooks.db.transaction().execute(async (trx) => {
      await disableEndpoint(trx, { company: suite.admin.company, id }, 'ann@harborpine.example', suite.clock.now());
      let isOver = false;
      again = sendAgain(webhooks, suite.admin.company, dead!.id).then(() => 'sent', () => 'refused').finally(() => {
        isOver = true;
      });
      await expect.poll(async () => isOver || (await sql`select from pg_locks where not granted`.execute(trx)).rows.length > 0).toBe(true);
    });
    expect(await again).toBe('refused');
    expect(await countUnsettled(webhooks.db)).toEqual({ waiting: 0, dead: 1 });
  });

  it('that a worker held when it died are sent again', async () => {
    receiver.answer = () => undefined;
    const dying = new AbortController();
    await sendTest(webhooks, suite.admin.company, (await endpoint()).id);
    // Somebody else's claim by now: nothing that this worker still writes counts.
    const holding = deliverWebhooks(webhooks, dying.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    await sql`update suite.webhook_delivery set claim = gen_random_uuid()`.execute(webhooks.db);
    dying.abort();
    await holding;
    receiver.answer = answering(204);
    await tick();
    expect(receiver.received).toHaveLength(1);
    suite.clock.advance(61_000);
    await tick();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]!.id).toBe(receiver.received[0]!.id);
  });

  it('cost no attempt when the worker is told to stop', async () => {
    receiver.answer = () => undefined;
    const stopping = new AbortController();
    await sendTest(webhooks, suite.admin.company, (await endpoint()).id);
    const sending = deliverWebhooks(webhooks, stopping.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    stopping.abort();
    await sending;
    expect(await list()).toMatchObject([{ state: 'waiting', attempts: 0, type: 'webhook.test' }]);
    receiver.answer = answering(204);
    await tick();
    expect(await list()).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  it('end for an endpoint that answers 410, and go on once an admin enables it', async () => {
    receiver.answer = answering(410);
    await happens('grant.opted_in', 1);
    await happens('grant.voided', 1);
    await tick();
    expect(receiver.received).toHaveLength(1);
    expect(await endpoint()).toMatchObject({ disabledBy: null, waiting: 0, dead: 2 });
    expect((await endpoint()).disabledAt).not.toBeNull();
    expect((await list()).map(({ lastFailure, lastStatus }) => [lastFailure, lastStatus])).toEqual([['disabled', null], ['refused', 410]]);
    await happens('grant.opted_in', 2);
    await tick();
    expect(await list()).toHaveLength(2);
    const { id } = await endpoint();
    await expect(sendAgain(webhooks, suite.admin.company, (await list())[0]!.id)).rejects.toThrow('endpoint is disabled');
    await expect(sendTest(webhooks, suite.admin.company, id)).rejects.toThrow('Enable it first');
    await enable(webhooks, suite.admin.company, id, 'ann');
    await expect(enable(webhooks, suite.admin.company, id, 'ann')).rejects.toThrow('enabled already');
    receiver.answer = answering(204);
    await happens('grant.voided', 2);
    await tick();
    expect(seen().at(-1)).toBe('grant.voided idm 2');
  });

  it('that wait are given up when their endpoint is disabled, and gone with an endpoint that is removed', async () => {
    receiver.answer = answering(500);
    await happens('grant.opted_in', 1);
    await tick();
    const { id } = await endpoint();
    await expect(disable(webhooks, suite.stranger.company, id, 'x')).rejects.toThrow('no such endpoint');
    await disable(webhooks, suite.admin.company, id, 'ann');
    await expect(disable(webhooks, suite.admin.company, id, 'ann')).rejects.toThrow('disabled already');
    expect(await list()).toMatchObject([{ state: 'dead', lastFailure: 'disabled' }]);
    suite.clock.advance(day);
    await tick();
    expect(receiver.received).toHaveLength(1);
    await expect(remove(webhooks, suite.stranger.company, id, 'x')).rejects.toThrow('no such endpoint');
    await remove(webhooks, suite.admin.company, id, 'ann');
    const { rows } = await sql<{ count: string }>`select (select count(*) from suite.webhook_endpoint) + (select count(*) from suite.webhook_delivery) as count`.execute(webhooks.db);
    expect(Number(rows[0]?.count)).toBe(0);
  });

  it('go nowhere when the address leads inside meanwhile, or the secret is of another master key', async () => {
    const inside: WebhookContext = { ...webhooks, guard: { ...webhooks.guard, resolve: (url) => webhooks.guard.resolve(new URL(`https://10.0.0.1/${url.pathname}`)) } };
    const { id } = await endpoint();
    await sendTest(webhooks, suite.admin.company, id);
    await deliverWebhooks(inside, never);
    expect((await list())[0]).toMatchObject({ state: 'waiting', lastFailure: 'no-public-address', lastStatus: null });
    suite.clock.advance(60_000);
    await deliverWebhooks({ ...webhooks, box: createSecretBox(new Secret(randomBytes(32))) }, never);
    expect((await list())[0]).toMatchObject({ state: 'waiting', lastFailure: 'secret', attempts: 2 });
    expect(receiver.received).toEqual([]);
  });

  it('are forgotten a month after their end', async () => {
    await happens('grant.opted_in', 1);
    await tick();
    suite.clock.advance(29 * day);
    await tick();
    expect(await list()).toHaveLength(1);
    suite.clock.advance(2 * day);
    await tick();
    expect(await list()).toEqual([]);
  });

  it('stay signed with the same secret while the master key is rotated, and after the old one is gone', async () => {
    const next = new Secret(randomBytes(32));
    await resealSecrets({ ...webhooks, box: createSecretBox(next) });
    expect(await resealSecrets({ ...webhooks, box: createSecretBox(next, suite.context.config.masterKey) })).toBe(1);
    expect(await resealSecrets({ ...webhooks, box: createSecretBox(next, suite.context.config.masterKey) })).toBe(0);
    await sendTest({ ...webhooks, clock: systemClock }, suite.admin.company, (await endpoint()).id);
    await deliverWebhooks({ ...webhooks, clock: systemClock, box: createSecretBox(next) }, never);
    expect(verify(secret, receiver.received[0]!)).toMatchObject({ type: 'webhook.test' });
  });

  it('keep no secret readable in the database or the log, and the worker’s own suite opens them', async () => {
    const { rows } = await sql<{ text: string }>`select row_to_json(e)::text as text from suite.webhook_endpoint e`.execute(webhooks.db);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const dump = [...rows.map(({ text }) => text), ...suite.log].join('\n');
    for (const form of [secret, key.toString('base64'), key.toString('hex')]) expect(dump).not.toContain(form);
    const other = await openSuite({ ...suite.context, database: suite.database });
    await sendTest(webhooks, suite.admin.company, (await endpoint()).id);
    await deliverWebhooks(openWebhooks(other), never);
    expect(receiver.received).toHaveLength(1);
    await other.vault.close();
  });

  it('go to ten endpoints of a company at most, also when many are added at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 14 }, (_, index) => add(`${receiver.url}/${index}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
    expect(await listEndpoints(webhooks.db, suite.admin.company)).toHaveLength(10);
    await expect(add(receiver.url)).rejects.toThrow('has 10 endpoints');
  });

  it('take three days at most to be given up', () => expect(giveUpAfterMs).toBe(3 * day));
});
