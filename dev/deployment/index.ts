import { createLogger } from '@wayleave/platform/logging';
import type { SuiteContext } from '@wayleave/suite';
import { Writable } from 'node:stream';
import { constellationMigrations, openConstellation, readConstellationConfig } from 'wayleave/constellation';
import { makeDemoSecrets } from 'wayleave/demo/demo-secrets';
import { seedDemo } from 'wayleave/demo/demo-seed';
import { demoSettings } from 'wayleave/demo/demo-settings';
import { listen } from 'wayleave/serving';
import { ControlClient, freePort, peopleWith, type SignIns } from '../constellation/index.js';
import { createRole, testDatabase, type TestDatabase } from '../database/index.js';
import { runWayleave, WayleaveProcess, type WayleaveRun } from '../process/index.js';
import { startProxy, type Proxy, type ProxyOptions } from '../proxy/index.js';

/** The suite as it is deployed: processes of `web` and `worker` on one PostgreSQL, behind a proxy that takes them in turn. */
export interface Deployment extends AsyncDisposable {
  /** The proxy's address. */
  readonly suiteUrl: URL;
  readonly upscomUrl: URL;
  readonly control: ControlClient;
  readonly signIns: SignIns;
  readonly database: TestDatabase;
  /** The suite's functions in this process, beside the deployed ones. Nothing runs by itself here. */
  readonly suite: SuiteContext;
  readonly proxy: Proxy;
  readonly webs: readonly WayleaveProcess[];
  readonly workers: readonly WayleaveProcess[];
  /** Where each of them shows its metrics. */
  readonly metrics: { readonly webs: readonly URL[]; readonly workers: readonly URL[] };
  /** Every line that the stand-in logged. */
  readonly standInLog: readonly string[];
  /** Runs another command with the settings of the processes, but for these. */
  run(words: readonly string[], changes?: Readonly<Record<string, string>>): Promise<WayleaveRun>;
  stop(): Promise<void>;
}

export interface DeploymentOptions {
  readonly webs: number;
  readonly workers: number;
  /** Settings of suite and stand-in, as they would stand in the environment. Ports that it does not name are free ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the processes' own role at the database has for a password; without it they are who the tests are. */
  readonly databasePassword?: string;
  /** What node itself is told at the start of each process. */
  readonly nodeOptions?: readonly string[];
  /** Gets every exchange between browsers and the suite. */
  readonly record?: ProxyOptions['record'];
}

/** What concerns the stand-in, which runs in this process. */
const standInSetting = /^UPSCOM_/;

/** Starts processes and stand-in on a fresh PostgreSQL database with the demo's people; resolves when all are ready. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { settings = {}, nodeOptions = [], record } = options;
  const secrets = makeDemoSecrets();
  const standInLog: string[] = [];
  const destination = new Writable({ write: (chunk: Buffer, _, done) => (standInLog.push(chunk.toString()), done()) });
  const database = await testDatabase('postgres', constellationMigrations);
  const ports = { SUITE_PORT: String(await freePort()), UPSCOM_PORT: String(await freePort()) };
  const demo = demoSettings({ LOG_LEVEL: 'info', ...ports, ...settings }, secrets);
  const role = options.databasePassword === undefined ? null : await createRole(database.url ?? '', options.databasePassword);
  const environment = { ...demo, TRUSTED_PROXIES: '127.0.0.1', DATABASE_URL: role?.url ?? database.url ?? '' };
  const config = readConstellationConfig(environment);
  const constellation = await openConstellation({ database, config, logger: createLogger({ name: 'test', level: config.sandbox.logLevel, destination }) });
  await seedDemo(constellation, secrets);
  await listen(constellation.sandbox.app, config.sandbox.host, config.sandbox.port);

  const own = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && !standInSetting.test(entry[0])));
  const start = (command: string, port: number, metrics: URL) => new WayleaveProcess([command], { ...own, SUITE_PORT: String(port), METRICS_PORT: metrics.port }, nodeOptions);
  const metricsUrls = (count: number) => Promise.all(Array.from({ length: count }, async () => new URL(`http://127.0.0.1:${await freePort()}/metrics`)));
  const metrics = { webs: await metricsUrls(options.webs), workers: await metricsUrls(options.workers) };
  const webPorts = await Promise.all(Array.from({ length: options.webs }, freePort));
  const webs = metrics.webs.map((url, index) => start('web', webPorts[index] ?? 0, url));
  const workers = metrics.workers.map((url) => start('worker', 0, url));
  const proxy = await startProxy({ port: config.suite.port, targets: webPorts, ...(record ? { record } : {}) });
  const stop = async () => {
    await Promise.all([...webs, ...workers].map((process) => process.stop('SIGKILL').catch(() => null)));
    await proxy.close();
    await constellation.stop();
    await role?.drop();
    await database.close();
  };
  try {
    await Promise.all([...webs.map((web) => web.prints('web is ready')), ...workers.map((worker) => worker.prints('worker is ready'))]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    suiteUrl: config.suite.publicUrl,
    upscomUrl: config.sandbox.publicUrl,
    control: new ControlClient(config.sandbox.publicUrl, secrets.controlToken),
    signIns: peopleWith(secrets.passwords),
    database,
    suite: constellation.suite,
    proxy,
    webs,
    workers,
    metrics,
    standInLog,
    run: (words, changes = {}) => runWayleave(words, { ...own, ...changes }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
