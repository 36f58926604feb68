import { freePort, optIn, signIn, type SignIn } from '@wayleave/dev/constellation';
import { runWayleave, WayleaveProcess } from '@wayleave/dev/process';
import { Visitor } from '@wayleave/dev/visitor';
import { readFile } from 'node:fs/promises';

const benchPassword = 'dake-mopu-bojo-nejo';

/** A running `wayleave start` of its own process, as a person would start it. */
export interface Demo {
  readonly suiteUrl: URL;
  /** The environment it runs in; the commands for companies need the same. */
  readonly settings: Readonly<Record<string, string>>;
  /** From the start of the command until it said that it runs. */
  readonly startedInMs: number;
  /** Everybody's password by sign-in name. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Resident memory in MB: now, and at its highest. */
  memory(): Promise<{ now: number; peak: number }>;
  stop(): Promise<void>;
}

/** Starts the demo on free ports. `databaseUrl` null is the embedded database in `folder`. */
export async function startDemo(folder: string, databaseUrl: string | null): Promise<Demo> {
  const suitePort = await freePort();
  const settings = { WAYLEAVE_DATA: folder, SUITE_PORT: String(suitePort), UPSCOM_PORT: String(await freePort()) };
  const started = performance.now();
  const child = new WayleaveProcess(['start'], databaseUrl === null ? settings : { ...settings, DATABASE_URL: databaseUrl });
  await child.prints('Data and passwords');
  const startedInMs = performance.now() - started;
  const passwords = new Map([...child.stdout.matchAll(/ ([\w-]+[.-][\w-]+) +((?:[a-z]{4}-){3}[a-z]{4})/g)].map(([, name = '', password = '']) => [name, password]));
  return {
    settings,
    suiteUrl: new URL(`http://localhost:${suitePort}`),
    startedInMs,
    passwords,
    async memory() {
      const status = await readFile(`/proc/${child.id}/status`, 'utf8');
      const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
      return { now: mb('VmRSS'), peak: mb('VmHWM') };
    },
    async stop() {
      await child.stop('SIGTERM');
    },
  };
}

/**
 * Signed-in admins of as many companies, each able to run a whole opt-in for IDM again and again: *Authorize*, UPS.com's
 * two pages, the callback and the confirmation. No two share a grant.
 */
export async function optInLanes(demo: Demo, count: number): Promise<(() => Promise<void>)[]> {
  const profile: SignIn = { name: 'hartwell-shipping', mail: '', password: demo.passwords.get('hartwell-shipping') ?? '' };
  const lanes: (() => Promise<void>)[] = [];
  for (let number = 1; number <= count; number += 1) {
    const admin = new Visitor();
    const mail = `admin@bench${number}.example`;
    const added = await runWayleave(['company', 'add', `Bench ${number}`, '--admin', mail], demo.settings);
    await admin.goTo(/http:\S+/.exec(added.stdout)?.[0] ?? '');
    await admin.press('Set password', { 'New password': benchPassword });
    await signIn(admin, demo, { name: `bench${number}.admin`, mail, password: benchPassword });
    lanes.push(() => optIn(admin, demo, 'idm', profile));
  }
  return lanes;
}
