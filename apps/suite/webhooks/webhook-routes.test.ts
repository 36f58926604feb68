import { readForms, type Visitor } from '@wayleave/dev/visitor';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker } from '../index.js';
import { postForm } from '../tests/walk.js';
import { databaseKinds, startTestSuite, type TestSuite } from '../tests/test-suite.js';
import { happen } from './tests/outbox.js';
import { answering, startReceiver, verify, type Receiver } from './tests/receiver.js';

describe.each(databaseKinds())('the pages of webhooks on %s', (kind) => {
  let suite: TestSuite;
  let receiver: Receiver;
  let admin: Visitor;
  let user: Visitor;
  let stranger: Visitor;
  let secret: string;
  const path = '/company-manager/webhooks';
  const open = (who: Visitor, to: string) => who.goTo(new URL(to, suite.url));
  const post = (who: Visitor, to: string, fields: Record<string, string> = {}, from = path) =>
    postForm(who, { suiteUrl: suite.url }, from, to, fields);
  const ids = async (table: 'webhook_endpoint' | 'webhook_delivery') => {
    const { rows } = await sql<{ id: string }>`select id from ${sql.table(`suite.${table}`)} order by id`.execute(suite.database.kysely());
    return rows.map(({ id }) => id);
  };

  beforeAll(async () => {
    [suite, receiver] = await Promise.all([startTestSuite(kind), startReceiver()]);
    [admin, user, stranger] = await Promise.all([suite.visitor(suite.admin, 'idm'), suite.visitor(suite.user), suite.visitor(suite.stranger)]);
  });
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  it('are reached from the company manager, in the frame of its product', async () => {
    await open(admin, '/company-manager?from=idm');
    await admin.follow('Open webhooks');
    expect(admin.text).toContain('No endpoints yet');
    expect(admin.page.body).toContain('data-product="idm"');
  });

  it('refuse what is no endpoint with a sentence for each field, and keep what was typed', async () => {
    await admin.follow('Add an endpoint');
    for (const [url, sentence] of [
      ['', 'begins with https://'], ['ftp://x.example', 'begins with https://'], ['https://ann:pw@x.example', 'Leave out user name and password'],
      ['https://10.0.0.1/', 'no server of the public internet'], ['https://169.254.169.254/', 'no server of the public internet'],
      ['http://does-not-exist.invalid/', 'no server of the public internet'],
    ] as const) {
      await open(admin, `${path}/add?from=idm`);
      expect((await admin.press('Add the endpoint', { Address: url })).status).toBe(422);
      expect(admin.text).toContain(sentence);
      expect(readForms(admin.page.body).find(({ buttons }) => buttons.has('Add the endpoint'))?.fields.get('url')).toBe(url);
    }
    expect((await post(admin, path, { url: receiver.url }, `${path}/add`)).status).toBe(422);
    expect(admin.text).toContain('Choose at least one');
    expect((await post(admin, path, { url: receiver.url, events: 'grant.exploded' }, `${path}/add`)).status).toBe(422);
    expect(await ids('webhook_endpoint')).toEqual([]);
  });

  it('show the secret once, on a page that nothing keeps', async () => {
    await open(admin, `${path}/add?from=idm`);
    await admin.press('Add the endpoint', { Address: receiver.url });
    expect(admin.page.status).toBe(200);
    expect(admin.page.headers.get('cache-control')).toBe('no-store');
    secret = /value="(whsec_[^"]+)"/.exec(admin.page.body)?.[1] ?? '';
    expect(secret).not.toBe('');
    await admin.follow('I have copied it');
    expect(admin.text).toContain(receiver.url);
    expect(admin.page.body).not.toContain('whsec_');
    expect(suite.log.join('\n')).not.toContain(secret.slice(6));
    await open(admin, `${path}/add`);
    await admin.press('Add the endpoint', { Address: receiver.url });
    expect(admin.text).toContain('has an endpoint of this address already');
  });

  it('send a test event and show what came of it, without the answer’s words', async () => {
    receiver.answer = answering(503);
    await open(admin, path);
    await admin.press('Send a test event');
    expect(admin.text).toContain('A test event is on its way');
    await createWorker(suite.context).tick();
    await open(admin, path);
    expect(admin.text).toMatch(/webhook\.test Sent by hand .* Retrying 127\.0\.0\.1:\d+ 1 503 Next attempt/);
    expect(admin.page.body).not.toContain('what nobody reads');
    verify(secret, receiver.received[0]!);
    receiver.answer = answering(204);
    suite.clock.advance(10_000);
    await createWorker(suite.context).tick();
    await open(admin, path);
    expect(admin.text).toMatch(/Delivered 127\.0\.0\.1:\d+ 2 204/);
  });

  it('ask before an endpoint is disabled; what was given up stands on a list of its own and can be sent again', async () => {
    receiver.answer = answering(500);
    await happen(suite, suite.admin.company, 'grant.voided', 5);
    await createWorker(suite.context).tick();
    await open(admin, path);
    await admin.follow('Disable');
    expect(admin.text).toContain('The 1 delivery that waits for it is given up');
    await admin.press('Disable');
    expect(admin.text).toContain('is disabled');
    expect(admin.text).toContain(`By ${suite.admin.mail}`);
    expect(admin.text).not.toContain('Send again');
    await admin.press('Enable');
    await admin.follow('Show what was given up');
    expect(admin.text).toMatch(/Given up Kept for .* grant\.voided Intelligent Data Management/);
    expect(admin.text).not.toContain('webhook.test');
    receiver.answer = answering(204);
    await admin.press('Send again');
    await createWorker(suite.context).tick();
    await open(admin, `${path}?dead=yes`);
    expect(admin.text).toContain('Nothing was given up.');
    expect(receiver.received.at(-1)).toMatchObject({ type: 'grant.voided', id: receiver.received.at(-2)!.id });
  });

  it('A2 are for admins of the company alone', async () => {
    const [endpoint] = await ids('webhook_endpoint');
    const [delivery] = await ids('webhook_delivery');
    const before = await sql`select * from suite.webhook_endpoint`.execute(suite.database.kysely());
    const reads = [path, `${path}/add`, `${path}/${endpoint}/disable`, `${path}/${endpoint}/remove`];
    const writes = [...['disable', 'enable', 'remove', 'test'].map((name) => `${path}/${endpoint}/${name}`), `${path}/deliveries/${delivery}/send-again`];
    for (const to of reads) expect([to, (await open(user, to)).status]).toEqual([to, 403]);
    for (const to of [path, ...writes]) expect([to, (await post(user, to, { url: receiver.url, events: 'grant.voided' }, '/idh/help')).status]).toEqual([to, 403]);
    await open(stranger, path);
    expect(stranger.text).toContain('No endpoints yet');
    expect(stranger.page.body).not.toContain(new URL(receiver.url).host);
    for (const to of reads.slice(2)) expect([to, (await open(stranger, to)).status]).toEqual([to, 404]);
    for (const to of writes.slice(0, 4)) expect([to, (await post(stranger, to)).status]).toEqual([to, 404]);
    expect((await post(stranger, writes[4]!)).status).toBe(409);
    expect((await sql`select * from suite.webhook_endpoint`.execute(suite.database.kysely())).rows).toEqual(before.rows);
    for (const to of writes) expect((await admin.request('POST', new URL(to, suite.url), new URLSearchParams({ csrf: 'forged' }))).status).toBe(403);
  });

  it('ask before an endpoint is removed, and then know nothing of it', async () => {
    await open(admin, path);
    await admin.follow('Remove');
    expect(admin.text).toContain('Its list of deliveries is deleted.');
    await admin.press('Remove');
    expect(admin.text).toContain('No endpoints yet');
    expect([await ids('webhook_endpoint'), await ids('webhook_delivery')]).toEqual([[], []]);
  });

  it('hold ten endpoints of a company at most, and bound test events and new endpoints', async () => {
    for (let index = 0; index < 10; index += 1) expect((await post(admin, path, { url: `${receiver.url}/${index}`, events: 'grant.voided' }, `${path}/add`)).status).toBe(200);
    expect((await post(admin, path, { url: `${receiver.url}/10`, events: 'grant.voided' }, `${path}/add`)).status).toBe(422);
    expect(admin.text).toContain('has 10 endpoints');
    const [endpoint] = await ids('webhook_endpoint');
    let answer = 0;
    for (let sent = 0; sent < 70 && answer !== 429; sent += 1) answer = (await post(admin, `${path}/${endpoint}/test`)).status;
    expect(answer).toBe(429);
    await open(admin, path);
    expect(admin.text).toMatch(/1–25 of \d+ deliveries/);
    await admin.follow('Older');
    expect(admin.text).toMatch(/26–50 of \d+ deliveries/);
  });
});
