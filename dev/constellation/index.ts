import { MovableClock } from '@wayleave/platform/clock';
import { createLogger } from '@wayleave/platform/logging';
import type { SuiteContext, Worker } from '@wayleave/suite';
import { Writable } from 'node:stream';
import { constellationMigrations, openConstellation, readConstellationConfig } from 'wayleave/constellation';
import { demoCompanies, demoProfile } from 'wayleave/demo/demo-people';
import { makeDemoSecrets } from 'wayleave/demo/demo-secrets';
import { seedDemo } from 'wayleave/demo/demo-seed';
import { demoSettings } from 'wayleave/demo/demo-settings';
import { testDatabase, type DatabaseKind, type TestDatabase } from '../database/index.js';
import { ControlClient } from './control-client.js';
import { freePort } from './free-port.js';

export { ControlClient, type LedgerEntry, type StandInMail } from './control-client.js';
export { freePort } from './free-port.js';
export { logInAtUps, optIn, signIn, walkOptIn, type Walker } from './journeys.js';

/** Somebody with a password, at the suite or at the stand-in. */
export interface SignIn {
  readonly name: string;
  readonly mail: string;
  readonly password: string;
}

/** The demo's people: a company with an admin and two users, a second company, and a UPS.com profile. */
export interface SignIns {
  readonly admin: SignIn;
  readonly user: SignIn;
  readonly otherUser: SignIn;
  /** The admin of the second company. */
  readonly otherAdmin: SignIn;
  readonly profile: SignIn;
}

/** Suite, worker and stand-in running for one test file, with the demo's people. */
export interface TestConstellation extends AsyncDisposable {
  readonly suiteUrl: URL;
  readonly upscomUrl: URL;
  /** The suite's time. */
  readonly clock: MovableClock;
  /** The stand-in's control interface. */
  readonly control: ControlClient;
  readonly signIns: SignIns;
  readonly database: TestDatabase;
  readonly suite: SuiteContext;
  /** Its `tick` does what is due now. It runs by itself only with the option `worker`. */
  readonly worker: Worker;
  /** Every line that suite and stand-in logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export interface TestConstellationOptions {
  readonly kind?: DatabaseKind;
  /** Settings of suite and stand-in, as they would stand in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lets the worker run by itself, as in the demo. */
  readonly worker?: boolean;
}

/** Starts a constellation on free ports and a fresh database. */
export async function startTestConstellation({ kind = 'pglite', settings = {}, worker = false }: TestConstellationOptions = {}): Promise<TestConstellation> {
  const secrets = makeDemoSecrets();
  const clock = new MovableClock();
  const log: string[] = [];
  const destination = new Writable({ write: (chunk: Buffer, _, done) => (log.push(chunk.toString()), done()) });
  const environment = demoSettings({ SUITE_PORT: String(await freePort()), UPSCOM_PORT: String(await freePort()), LOG_LEVEL: 'info', ...settings }, secrets);
  const database = await testDatabase(kind, constellationMigrations);
  const config = readConstellationConfig(environment);
  const logger = createLogger({ name: 'test', level: config.suite.logLevel, destination });
  const constellation = await openConstellation({ database, config, logger, clock });
  await seedDemo(constellation, secrets);
  await constellation.start({ worker });
  const suiteUrl = new URL(environment['SUITE_PUBLIC_URL'] ?? '');
  const upscomUrl = new URL(environment['UPSCOM_PUBLIC_URL'] ?? '');
  const stop = async () => {
    await constellation.stop();
    await database.close();
  };
  return {
    suiteUrl,
    upscomUrl,
    clock,
    control: new ControlClient(upscomUrl, secrets.controlToken),
    signIns: peopleWith(secrets.passwords),
    database,
    suite: constellation.suite,
    worker: constellation.worker,
    log,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The demo's people with their passwords, by sign-in name. */
export function peopleWith(passwords: Readonly<Record<string, string>>): SignIns {
  const member = (company: number, index: number): SignIn => {
    const found = demoCompanies[company]?.members[index];
    if (!found) throw new Error('the demo has fewer people');
    return { name: found.signInName, mail: found.mail, password: passwords[found.signInName] ?? '' };
  };
  const profile = { name: demoProfile.username, mail: demoProfile.email, password: passwords[demoProfile.username] ?? '' };
  return { admin: member(0, 0), user: member(0, 1), otherUser: member(0, 2), otherAdmin: member(1, 0), profile };
}
