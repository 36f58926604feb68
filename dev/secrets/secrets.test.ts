import { csrfKey, type SuiteContext } from '@wayleave/suite';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { freePort, startTestConstellation } from '../constellation/index.js';
import { databaseKinds, dumpTables, type TestDatabase } from '../database/index.js';
import { startDeployment } from '../deployment/index.js';
import { startProxy } from '../proxy/index.js';
import { searchFor } from './canary.js';
import { startEchoingUps } from './echoing-ups.js';
import { Gathering, isWhereItBelongs, type Found } from './gathering.js';
import { openHeapCamera } from './heap.js';
import { takeEverySecretAlong } from './journey.js';

const testTimeout = 180_000;
const mailPassword = randomBytes(24).toString('base64url');

describe('no secret is found where it does not belong', () => {
  it('after a journey in one process, on PGlite', async () => {
    const gathering = new Gathering();
    const ports = { suite: await freePort(), suiteBehindProxy: await freePort(), ...(await upscomPorts()) };
    await using ups = await startEchoingUps({ port: ports.upscom, target: ports.upscomBehindProxy }, (exchange) => gathering.ups(exchange));
    await using webhooks = await startWebhookServer();
    await using _proxy = await startProxy({ port: ports.suite, targets: [ports.suiteBehindProxy], record: (exchange) => gathering.suite(exchange) });
    await using constellation = await startTestConstellation({
      settings: { ...settingsFor(ports), SUITE_PUBLIC_URL: `http://localhost:${ports.suite}`, SUITE_PORT: String(ports.suiteBehindProxy), TRUSTED_PROXIES: '127.0.0.1' },
      worker: true,
    });
    const { suite, database } = constellation;
    await takeEverySecretAlong({ ...constellation, ups, webhooks, tokensNameLogins: false });
    const written = [{ place: 'log', text: constellation.log.join('') }, { place: 'webhooks', text: webhooks.bodies.join('\n') }, ...(await dump(database))];
    expect(leaks(gathering, suite, written)).toEqual([]);
  }, testTimeout);

  it.runIf(databaseKinds().includes('postgres'))('after a journey through processes on PostgreSQL', async () => {
    const gathering = new Gathering();
    const ports = await upscomPorts();
    await using ups = await startEchoingUps({ port: ports.upscom, target: ports.upscomBehindProxy }, (exchange) => gathering.ups(exchange));
    await using webhooks = await startWebhookServer();
    await using camera = await openHeapCamera();
    await using deployment = await startDeployment({
      webs: 1, workers: 1, settings: { ...settingsFor(ports), UPSCOM_JWT_ACCESS_TOKENS: 'yes', UPS_TOKEN_NAMES: 'login' }, nodeOptions: camera.nodeOptions, record: (exchange) => gathering.suite(exchange),
    });
    const { suite, database, standInLog, webs, workers } = deployment;
    await takeEverySecretAlong({ ...deployment, ups, webhooks, tokensNameLogins: true });
    const written = [{ place: 'log of the stand-in', text: standInLog.join('') }, { place: 'webhooks', text: webhooks.bodies.join('\n') }, ...(await dump(database))];
    for (const { id, stdout, stderr } of [...webs, ...workers]) {
      written.push({ place: 'output', text: stdout + stderr });
      if (!existsSync('/proc')) continue;
      written.push({ place: 'arguments', text: readFileSync(`/proc/${id}/cmdline`, 'utf8') }, { place: 'environment of a process', text: readFileSync(`/proc/${id}/environ`, 'utf8') });
    }
    expect(leaks(gathering, suite, written)).toEqual([]);
    const search = searchFor(gathering.canaries);
    const heaps = await camera.take([...webs, ...workers]);
    for (const heap of heaps) expect(search(heap)).toEqual(['password of the mail server', 'client secret of idm', 'client secret of idh']);
  }, testTimeout);
});

async function upscomPorts(): Promise<{ upscom: number; upscomBehindProxy: number }> {
  return { upscom: await freePort(), upscomBehindProxy: await freePort() };
}

function settingsFor(ports: { upscom: number; upscomBehindProxy: number }): Record<string, string> {
  return {
    LOG_LEVEL: 'trace', PROBE_INTERVAL_SECONDS: '1', FOLLOW_INTERVAL_SECONDS: '1',
    SMTP_URL: `smtp://mailer:${mailPassword}@127.0.0.1:9`,
    UPSCOM_PORT: String(ports.upscomBehindProxy), UPSCOM_PUBLIC_URL: `http://127.0.0.1:${ports.upscom}`,
  };
}

async function startWebhookServer(): Promise<AsyncDisposable & { url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(JSON.stringify(request.headers), body);
      response.writeHead(204).end();
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}/hook`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** All rows, and on PostgreSQL what its own tool makes of the rest. */
async function dump(database: TestDatabase): Promise<Found[]> {
  const rows = (await dumpTables(database)).map(({ table, row }) => ({ place: `row of ${table}`, text: row }));
  expect(rows.length).toBeGreaterThan(50);
  const withSecrets = ['suite.mail', 'upscom.mail', 'upscom.sign_in_request'].map((table) => `--exclude-table-data=${table}`);
  const tool = database.url === null ? null : spawnSync('pg_dump', [...withSecrets, `--dbname=${database.url}`], { encoding: 'utf8', maxBuffer: 1e9 });
  return [...rows, { place: 'pg_dump', text: tool?.stdout ?? '' }];
}

/** Which secret stands where it does not belong. Fails when a kind of secret never came along. */
function leaks(gathering: Gathering, suite: SuiteContext, written: readonly Found[]): string[] {
  const { config } = suite;
  gathering.add('password of the mail server', mailPassword);
  for (const [application, { clientSecret }] of Object.entries(config.ups.applications)) gathering.add(`client secret of ${application}`, clientSecret.reveal());
  for (const { place, text: mail } of written) if (/^row of (suite|upscom)\.mail$/.test(place)) for (const [link] of mail.matchAll(/lnk-[\w-]+/g)) gathering.add('one-time link', link);
  const canaries = [...gathering.canaries, { name: 'master key', value: config.masterKey.reveal() }, { name: 'CSRF key', value: csrfKey(config) }];
  expect([...new Set(canaries.map(({ name }) => name))].sort()).toEqual([
    'CSRF key', 'PKCE verifier', 'access token', 'authorization code', 'client credentials', 'client secret of idh', 'client secret of idm', 'control token',
    'cookie of the stand-in', 'cookie of the suite', 'csrf field of the stand-in', 'csrf field of the suite', 'master key', 'one-time link',
    'password of the mail server', 'password typed at the stand-in', 'password typed at the suite', 'refresh token', 'state', 'webhook secret',
  ]);
  const search = searchFor(canaries);
  const places = new Map<string, string[]>();
  for (const { place, text: found } of [...gathering.answers, ...written]) places.set(place, [...(places.get(place) ?? []), found]);
  return [...places].flatMap(([place, texts]) => search(texts.join('\n')).filter((secret) => !isWhereItBelongs(secret, place)).map((secret) => `${secret} in ${place}`));
}
