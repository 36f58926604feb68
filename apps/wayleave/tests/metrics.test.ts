import { freePort, optIn, signIn, startTestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds, withClient } from '@wayleave/dev/database';
import { startDeployment, type Deployment } from '@wayleave/dev/deployment';
import { scrape, type Exposition } from '@wayleave/dev/metrics';
import { runWayleave } from '@wayleave/dev/process';
import { Visitor } from '@wayleave/dev/visitor';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const longTest = 120_000;
const waiting = { timeout: 30_000, interval: 100 };
const numbers = ['1Z1442YY7229014688', '1Z8A3F470344182065'];

/** A scrape under some other host name, by another method, or by another address. */
function statusOf(url: URL, options: { method?: string; host?: string; address?: string } = {}): Promise<number | string> {
  const { method = 'GET', host = url.host, address = url.hostname } = options;
  return new Promise((resolve) => {
    request({ host: address, port: url.port, path: url.pathname, method, headers: { host } }, (answer) => resolve(answer.resume().statusCode ?? 0))
      .on('error', (error) => resolve('code' in error ? String(error.code) : error.message)).end();
  });
}

/** Whatever a label may say: words and patterns of routes, never a name or a number of somebody. */
const labelValue = /^(?:[a-z][a-z0-9-]*|[1-5]xx|GET|HEAD|POST|\/(?:[a-z-]+|:[a-zA-Z]+|\*|\/)*|\d+(?:\.\d+)?|\+Inf)$/;

function strangeLabels({ samples }: Exposition): string[] {
  return [...new Set(samples.filter(({ name }) => name.startsWith('wayleave_')).flatMap(({ labels }) => Object.values(labels)))].filter((value) => !labelValue.test(value));
}

describe.runIf(databaseKinds().includes('postgres'))('the metrics of web and worker on PostgreSQL', () => {
  let deployment: Deployment;
  let web: URL;
  let worker: URL;
  beforeAll(async () => {
    deployment = await startDeployment({ webs: 1, workers: 1, settings: { FOLLOW_INTERVAL_SECONDS: '1' } });
    [web, worker] = [deployment.metrics.webs[0]!, deployment.metrics.workers[0]!];
  }, longTest);
  afterAll(() => deployment.stop());
  const shown = (url: URL, name: string, labels: Record<string, string> = {}) => async () => (await scrape(url)).value(name, labels);

  it('tell of requests, calls, uses, refreshes, leases, grants and Clears as they happen', async () => {
    const { suiteUrl, signIns, control } = deployment;
    const before = await scrape(web);
    expect(before.value('wayleave_grants', { application: 'idm', state: 'authorized' })).toBe(0);
    expect(before.value('wayleave_refreshes_total', { outcome: 'refreshed' })).toBe(0);
    expect(before.value('wayleave_clear_duration_seconds_count')).toBeNull();

    const admin = new Visitor();
    await signIn(admin, deployment, signIns.admin);
    await control.changeSettings({ access_token_lifetime_ms: 3_000 });
    await optIn(admin, deployment, 'idm', signIns.profile);
    await control.changeSettings({ access_token_lifetime_ms: 14_400_000 });
    await admin.goTo(new URL('/idm/packages', suiteUrl));
    await admin.press('Follow', { 'Package numbers': numbers.join('\n') });

    await expect.poll(shown(worker, 'wayleave_ups_calls_total', { application: 'idm', api: 'track', outcome: 'good' }), waiting).toBeGreaterThan(3);
    await expect.poll(shown(worker, 'wayleave_refreshes_total', { application: 'idm', outcome: 'refreshed' }), waiting).toBe(1);
    const atWork = await scrape(worker);
    expect(atWork.value('wayleave_uses_total', { application: 'idm', outcome: 'done' })).toBeGreaterThan(0);
    expect(atWork.value('wayleave_ups_call_duration_seconds_count', { api: 'refresh' })).toBe(1);
    expect(atWork.value('wayleave_leases_held')).toBe(1);
    expect(atWork.value('wayleave_grants', { application: 'idm', state: 'authorized' })).toBe(1);
    expect(atWork.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(atWork.value('process_cpu_seconds_total')).toBeGreaterThan(0);

    await control.orderWeather({ endpoint: 'track', latency_ms: 20_000, times: 1_000 });
    await expect.poll(async () => (await control.ledger()).some(({ path, status }) => path.includes('/track/') && status === null), waiting).toBe(true);
    await admin.goTo(new URL('/idm/clear', suiteUrl));
    await admin.press('Clear');
    await admin.sees('The authorization is cleared');
    const after = await scrape(web);
    expect(after.value('wayleave_clear_duration_seconds_count', { application: 'idm', outcome: 'cleared' })).toBe(1);
    expect(after.value('wayleave_clear_calls_cut_off_total', { application: 'idm' })).toBeGreaterThan(0);
    expect(after.value('wayleave_ups_calls_total', { api: 'code-exchange', outcome: 'good' })).toBe(1);
    expect(after.value('wayleave_http_requests_total', { route: '/idm/clear', method: 'POST', status: '3xx' })).toBe(1);
    expect(after.value('wayleave_http_request_duration_seconds_count', { route: '/idm/clear' })).toBe(2);
    await expect.poll(shown(worker, 'wayleave_ups_calls_total', { api: 'track', outcome: 'cut-off' }), waiting).toBeGreaterThan(0);
    await expect.poll(shown(worker, 'wayleave_leases_held'), waiting).toBe(0);
    await expect.poll(shown(worker, 'wayleave_grants', { application: 'idm', state: 'cleared' }), waiting).toBe(1);
    await expect.poll(shown(worker, 'wayleave_outbox_events_waiting'), waiting).toBe(0);
  }, longTest);

  it('name nobody, whatever was asked for', async () => {
    const stranger = new Visitor();
    for (const path of ['/nowhere-1Z1442YY7229014688', '/company-manager/members/m_secret/remove', '/%zz', '/idm/packages?q=ann@example.test']) {
      for (const method of ['GET', 'POST'] as const) await stranger.request(method, new URL(path, deployment.suiteUrl), method === 'POST' ? new URLSearchParams({ a: 'b' }) : undefined);
    }
    await statusOf(deployment.suiteUrl, { method: 'PROPFIND' });
    const companies = await deployment.suite.db.selectFrom('suite.company').select(['id', 'name']).execute();
    expect(companies.length).toBeGreaterThan(1);
    for (const url of [web, worker]) {
      const read = await scrape(url);
      expect(strangeLabels(read)).toEqual([]);
      for (const { id, name } of companies) expect(read.text).not.toMatch(new RegExp(`${id}|${name}`));
      expect(read.text).not.toMatch(/1Z\w{16}|@|secret|nowhere-/);
      expect(read.samples.length).toBeLessThan(2_000);
    }
    expect((await scrape(web)).value('wayleave_http_requests_total', { route: 'none', status: '4xx' })).toBeGreaterThan(0);
    expect((await scrape(web)).value('wayleave_http_requests_total', { method: 'other' })).toBe(1);
  }, longTest);

  it('are shown at one address of a listener of its own, to this machine only', async () => {
    expect(await statusOf(web)).toBe(200);
    expect(await statusOf(web, { method: 'HEAD' })).toBe(200);
    expect(await statusOf(web, { host: `localhost:${web.port}` })).toBe(200);
    expect(await statusOf(web, { method: 'POST' })).toBe(405);
    expect(await statusOf(new URL('/', web))).toBe(404);
    expect(await statusOf(new URL('/idm', web))).toBe(404);
    for (const host of ['metrics.example', 'localhost.example:80', '127.0.0.1.example', '[']) expect(await statusOf(web, { host })).toBeOneOf([400, 404]);
    expect(await statusOf(new URL('/metrics', deployment.suiteUrl))).toBe(404);
    const outside = Object.values(networkInterfaces()).flat().find((one) => one && !one.internal && one.family === 'IPv4');
    if (outside) expect(await statusOf(web, { address: outside.address })).toBe('ECONNREFUSED');
  }, longTest);

  it('go on without what the database knows while it does not answer', async () => {
    const { database } = deployment;
    const name = new URL(database.url ?? '').pathname.slice(1);
    const server = new URL('/postgres', database.url ?? '').href;
    await withClient(server, async (client) => {
      await client.query(`alter database ${name} allow_connections false`);
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [name]);
    });
    try {
      for (const url of [web, worker]) {
        await expect.poll(shown(url, 'wayleave_database_up'), waiting).toBe(0);
        const read = await scrape(url);
        for (const gone of ['grants', 'redemptions_uncertain', 'outbox_events_waiting', 'outbox_oldest_event_age_seconds', 'webhook_deliveries_waiting', 'webhook_deliveries_given_up', 'mails_waiting']) {
          expect(read.value(`wayleave_${gone}`)).toBeNull();
        }
        expect(read.value('wayleave_ups_calls_total')).toBeGreaterThan(0);
        expect(read.value('process_resident_memory_bytes')).toBeGreaterThan(0);
      }
    } finally {
      await withClient(server, (client) => client.query(`alter database ${name} allow_connections true`));
    }
    await expect.poll(shown(web, 'wayleave_database_up'), waiting).toBe(1);
    await expect.poll(shown(web, 'wayleave_grants', { application: 'idm', state: 'cleared' }), waiting).toBe(1);
  }, longTest);

  it('stop a start whose port is taken, with a sentence', async () => {
    const { code, stderr } = await deployment.run(['worker'], { METRICS_PORT: web.port });
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${web.port} is already taken. Stop the program that uses it, or set another port (SUITE_PORT, UPSCOM_PORT, METRICS_PORT).\n`);
  }, longTest);
});

describe('the metrics of the demo', () => {
  it('are shown when a port is set', async () => {
    const port = await freePort();
    const url = new URL(`http://127.0.0.1:${port}/metrics`);
    {
      await using _constellation = await startTestConstellation({ settings: { METRICS_PORT: String(port) } });
      expect((await scrape(url)).value('wayleave_database_up')).toBe(1);
    }
    expect(await statusOf(url)).toBe('ECONNREFUSED');
  });

  it('are shown to no other machine', async () => {
    const { code, stderr } = await runWayleave(['start'], { METRICS_PORT: '1', METRICS_HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(stderr).toContain('METRICS_HOST would open the demo to other machines.');
  });
});
