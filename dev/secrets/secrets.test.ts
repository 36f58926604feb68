import { Secret } from '@wayleave/platform/secret';
import type { SuiteContext } from '@wayleave/suite';
import { sql } from 'kysely';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { freePort, optIn, signIn, startTestConstellation } from '../constellation/index.js';
import { databaseKinds, dumpTables, type TestDatabase } from '../database/index.js';
import { startDeployment, type Deployment } from '../deployment/index.js';
import { scrape } from '../metrics/index.js';
import { startProxy } from '../proxy/index.js';
import { Visitor } from '../visitor/index.js';
import { searchFor } from './canary.js';
import { startEchoingUps } from './echoing-ups.js';
import { Gathering, isWhereItBelongs, type Found } from './gathering.js';
import { openHeapCamera } from './heap.js';
import { takeEverySecretAlong } from './journey.js';
import { keysOf, openStoredKeys } from './tests/stored-keys.js';

const testTimeout = 180_000;
const mailPassword = randomBytes(24).toString('base64url');
const databasePassword = randomBytes(24).toString('base64url');
const previousMasterKey = new Secret(randomBytes(32));
const nextMasterKey = new Secret(randomBytes(32));

/** What comes along in every journey. */
const kinds = [
  'PKCE verifier', 'access token', 'authorization code', 'client credentials', 'client secret of idh', 'client secret of idm', 'control token', 'cookie of the stand-in',
  'cookie of the suite', 'csrf field of the stand-in', 'csrf field of the suite', 'data key', 'key derived from the master key', 'key derived from the previous master key',
  'master key', 'one-time link', 'password of the mail server', 'password typed at the stand-in', 'password typed at the suite', 'previous master key', 'refresh token', 'state', 'webhook secret',
];

describe('no secret is found where it does not belong', () => {
  it('LG01 CB09 PK08 after a journey in one process, on PGlite', async () => {
    const gathering = new Gathering();
    const ports = { suite: await freePort(), suiteBehindProxy: await freePort(), metrics: await freePort(), ...(await upscomPorts()) };
    await using ups = await startEchoingUps({ port: ports.upscom, target: ports.upscomBehindProxy }, (exchange) => gathering.ups(exchange));
    await using webhooks = await startWebhookServer();
    await using _proxy = await startProxy({ port: ports.suite, targets: [ports.suiteBehindProxy], record: (exchange) => gathering.suite(exchange) });
    await using constellation = await startTestConstellation({
      settings: {
        ...settingsFor(ports), SUITE_PUBLIC_URL: `http://localhost:${ports.suite}`, SUITE_PORT: String(ports.suiteBehindProxy), TRUSTED_PROXIES: '127.0.0.1', METRICS_PORT: String(ports.metrics),
      },
      worker: true,
    });
    const { suite, database } = constellation;
    await takeEverySecretAlong({ ...constellation, ups, webhooks, tokensNameLogins: false, noteKeys: () => noteKeys(gathering, constellation) });
    const metrics = await scrape(new URL(`http://127.0.0.1:${ports.metrics}/metrics`));
    const written = [
      { place: 'log', text: constellation.log.join('') }, { place: 'metrics', text: metrics.text }, { place: 'webhooks', text: webhooks.bodies.join('\n') }, ...(await dump(database)),
    ];
    addSettings(gathering, suite);
    expect(leaks(gathering, written)).toEqual([]);
    expect(kindsOf(gathering)).toEqual(kinds);
  }, testTimeout);

  it.runIf(databaseKinds().includes('postgres'))('LG01 CB09 PK08 after a journey through processes on PostgreSQL', async () => {
    const gathering = new Gathering();
    const ports = await upscomPorts();
    await using ups = await startEchoingUps({ port: ports.upscom, target: ports.upscomBehindProxy }, (exchange) => gathering.ups(exchange));
    await using webhooks = await startWebhookServer();
    await using camera = await openHeapCamera();
    await using deployment = await startDeployment({
      webs: 1, workers: 1, databasePassword, settings: { ...settingsFor(ports), UPSCOM_JWT_ACCESS_TOKENS: 'yes', UPS_TOKEN_NAMES: 'login' },
      nodeOptions: camera.nodeOptions, record: (exchange) => gathering.suite(exchange),
    });
    const { suite, database, standInLog, webs, workers, metrics } = deployment;
    await takeEverySecretAlong({ ...deployment, ups, webhooks, tokensNameLogins: true, noteKeys: () => noteKeys(gathering, deployment) });
    addSettings(gathering, suite);
    gathering.add('password of the database', databasePassword);
    const search = searchFor(gathering.canaries);
    for (const heap of await camera.take([...webs, ...workers])) {
      expect(search(heap)).toEqual(['password of the mail server', 'client secret of idm', 'client secret of idh', 'password of the database']);
    }
    const written = [...(await runCommands(gathering, deployment)), ...(await dump(database))];
    written.push({ place: 'log of the stand-in', text: standInLog.join('') }, { place: 'webhooks', text: webhooks.bodies.join('\n') });
    for (const url of [...metrics.webs, ...metrics.workers]) written.push({ place: 'metrics', text: (await scrape(url)).text });
    for (const { id, stdout, stderr } of [...webs, ...workers]) {
      written.push({ place: 'output', text: stdout + stderr });
      if (!existsSync('/proc')) continue;
      written.push({ place: 'arguments', text: readFileSync(`/proc/${id}/cmdline`, 'utf8') }, { place: 'environment of a process', text: readFileSync(`/proc/${id}/environ`, 'utf8') });
    }
    expect(leaks(gathering, written)).toEqual([]);
    const more = ['key derived from the next master key', 'key of the hashes of a login', 'next master key', 'password of the database'];
    expect(kindsOf(gathering)).toEqual([...kinds, ...more].sort());
  }, testTimeout);
});

async function upscomPorts(): Promise<{ upscom: number; upscomBehindProxy: number }> {
  return { upscom: await freePort(), upscomBehindProxy: await freePort() };
}

function settingsFor(ports: { upscom: number; upscomBehindProxy: number }): Record<string, string> {
  return {
    LOG_LEVEL: 'trace', PROBE_INTERVAL_SECONDS: '1', FOLLOW_INTERVAL_SECONDS: '1',
    SMTP_URL: `smtp://mailer:${mailPassword}@127.0.0.1:9`,
    WAYLEAVE_PREVIOUS_MASTER_KEY: previousMasterKey.reveal().toString('base64'),
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

/** Remembers the keys that lie in the database now. */
async function noteKeys(gathering: Gathering, { database, suite }: { database: TestDatabase; suite: SuiteContext }): Promise<void> {
  for (const { name, value } of await openStoredKeys(database, suite.config.masterKey)) gathering.add(name, value);
}

/** The commands of an operator on a database with a living grant, each well and badly; gives what they print. */
async function runCommands(gathering: Gathering, deployment: Deployment): Promise<Found[]> {
  const { suite, database, signIns, run } = deployment;
  const admin = new Visitor();
  await signIn(admin, deployment, signIns.admin);
  await optIn(admin, deployment, 'idm', signIns.profile);
  await admin.sees(/token was generated/i);
  await noteKeys(gathering, deployment);
  for (const { name, value } of keysOf('next master key', nextMasterKey)) gathering.add(name, value);
  const keys = (current: Secret<Buffer>, previous: Secret<Buffer>) => ({
    WAYLEAVE_MASTER_KEY: current.reveal().toString('base64'), WAYLEAVE_PREVIOUS_MASTER_KEY: previous.reveal().toString('base64'),
  });
  const printed: Found[] = [];
  const runs = async (words: string[], expected: { code: number; prints: string }, changes: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run(words, { WAYLEAVE_DEBUG: '1', ...changes });
    expect({ code, printed: stdout + stderr }).toEqual({ code: expected.code, printed: expect.stringContaining(expected.prints) as string });
    printed.push({ place: `output of ${words.join(' ')}`, text: stdout + stderr });
  };
  await runs(['verify-audit'], { code: 0, prints: 'The audit is intact' });
  for (const [command, port, sentence] of [['verify-audit', 'none', 'DATABASE_URL cannot be read'], ['resume', '1', 'does not answer'], ['rotate-keys', 'none', 'DATABASE_URL cannot be read']] as const) {
    await runs([command], { code: 1, prints: sentence }, { DATABASE_URL: `postgres://wayleave:${databasePassword}@127.0.0.1:${port}/wayleave` });
  }
  await sql`update vault.home set server = 'elsewhere'`.execute(database.kysely());
  await expect.poll(async () => (await sql`select from vault."grant" where state = 'suspended'`.execute(database.kysely())).rows.length, { timeout: 30_000 }).toBe(1);
  await runs(['resume'], { code: 1, prints: 'Nothing was changed.' });
  await runs(['resume', '--yes'], { code: 0, prints: 'Resumed 1 grant' });
  await runs(['rotate-keys'], { code: 1, prints: 'is not the one that the stored tokens' }, keys(nextMasterKey, previousMasterKey));
  // The worker that runs does not know the new key: it cannot put the webhook's secret under it.
  await runs(['rotate-keys'], { code: 1, prints: 'still under the old key' }, keys(nextMasterKey, suite.config.masterKey));
  return printed;
}

/** The secrets that the settings hold. */
function addSettings(gathering: Gathering, { config }: SuiteContext): void {
  gathering.add('password of the mail server', mailPassword);
  for (const [application, { clientSecret }] of Object.entries(config.ups.applications)) gathering.add(`client secret of ${application}`, clientSecret.reveal());
  for (const { name, value } of [...keysOf('master key', config.masterKey), ...keysOf('previous master key', previousMasterKey)]) gathering.add(name, value);
}

function kindsOf(gathering: Gathering): string[] {
  return [...new Set(gathering.canaries.map(({ name }) => name))].sort();
}

/** Which secret stands where it does not belong. */
function leaks(gathering: Gathering, written: readonly Found[]): string[] {
  for (const { place, text: mail } of written) if (/^row of (suite|upscom)\.mail$/.test(place)) for (const [link] of mail.matchAll(/lnk-[\w-]+/g)) gathering.add('one-time link', link);
  const search = searchFor(gathering.canaries);
  const places = new Map<string, string[]>();
  for (const { place, text: found } of [...gathering.answers, ...written]) places.set(place, [...(places.get(place) ?? []), found]);
  return [...places].flatMap(([place, texts]) => search(texts.join('\n')).filter((secret) => !isWhereItBelongs(secret, place)).map((secret) => `${secret} in ${place}`));
}
