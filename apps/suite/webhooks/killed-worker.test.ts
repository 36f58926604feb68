import { databaseKinds } from '@wayleave/dev/database';
import { WayleaveProcess } from '@wayleave/dev/process';
import { systemClock } from '@wayleave/platform/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker } from '../index.js';
import { startTestSuite, testSettings, type TestSuite } from '../tests/test-suite.js';
import { listDeliveries } from './delivery-store.js';
import { addEndpoint, openWebhooks } from './endpoints.js';
import { happen } from './tests/outbox.js';
import { startReceiver, type Receiver } from './tests/receiver.js';
import { webhookEvents } from './webhook.js';

const longTest = 240_000;

describe.runIf(databaseKinds().includes('postgres'))('a worker process that is killed', () => {
  let suite: TestSuite;
  let receiver: Receiver;
  const running: WayleaveProcess[] = [];
  beforeAll(async () => {
    [suite, receiver] = await Promise.all([startTestSuite('postgres'), startReceiver()]);
    const events = webhookEvents.map(({ type }) => type);
    await addEndpoint(openWebhooks(suite.context), suite.admin.company, { url: receiver.url, events }, 'ann@harborpine.example');
  });
  afterAll(async () => {
    await Promise.all(running.map((worker) => worker.stop('SIGKILL').catch(() => null)));
    await receiver[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  const deliveries = () => listDeliveries(suite.context.database.kysely(), suite.admin.company, { dead: false }, { page: 1, pageSize: 500 });

  it.each([
    ['while it waits for its first answers', { answers: 0, killAfter: 2 }],
    ['soon after it began', { answers: 3, killAfter: 4 }],
    ['in the middle of its work', { answers: 60, killAfter: 50 }],
  ])('V10 killed %s, loses no event, and sends those of each grant in order', { timeout: longTest }, async (_, { answers, killAfter }) => {
    receiver.received.length = 0;
    receiver.answer = (response) => (receiver.received.length <= answers ? response.writeHead(204).end() : undefined);
    const worker = new WayleaveProcess(['worker'], { ...testSettings(Number(suite.url.port)), DATABASE_URL: suite.database.url ?? '' });
    running.push(worker);
    await worker.prints('worker is ready');
    const perGrant = 40;
    for (let generation = 1; generation <= perGrant; generation += 1) {
      await happen({ database: suite.database, clock: systemClock }, suite.admin.company, 'grant.refreshed', generation, 'idm');
      await happen({ database: suite.database, clock: systemClock }, suite.admin.company, 'grant.opted_in', generation, 'idh');
    }
    await expect.poll(() => receiver.received.length, { timeout: 60_000, interval: 2 }).toBeGreaterThanOrEqual(killAfter);
    await worker.stop('SIGKILL');
    const open = (await deliveries()).filter(({ state }) => state !== 'delivered');
    expect(open.length).toBeGreaterThan(0);

    receiver.answer = (response) => response.writeHead(204).end();
    await createWorker(suite.context).tick();
    suite.clock.advance(61_000);
    await createWorker(suite.context).tick();
    const all = await deliveries();
    expect(all.filter(({ state }) => state !== 'delivered')).toEqual([]);
    for (const application of ['idm', 'idh']) {
      const first = [...new Set(receiver.received.filter(({ data }) => data['application'] === application).map(({ data }) => data['generation']))];
      expect(first).toEqual(Array.from({ length: perGrant }, (_, index) => index + 1));
    }
  });
});
