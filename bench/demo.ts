import { freePort, optIn, signIn, type SignIn } from '@wayleave/dev/constellation';
import { WayleaveProcess } from '@wayleave/dev/process';
import { Visitor } from '@wayleave/dev/visitor';
import { readFile } from 'node:fs/promises';

/** A running `wayleave start` of its own process, as a person would start it. */
export interface Demo {
  readonly suiteUrl: URL;
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
 * Signed-in admins, each able to run a whole opt-in again and again: the button, UPS.com's two pages, the callback and
 * the confirmation. Two companies with two applications each make four that never touch the same grant.
 */
export async function optInLanes(demo: Demo): Promise<(() => Promise<void>)[]> {
  const person = (name: string): SignIn => ({ name, mail: '', password: demo.passwords.get(name) ?? '' });
  const lanes = ['hartwell.alice', 'brook.dora'].flatMap((name) => (['idm', 'idh'] as const).map((product) => ({ name, product })));
  return Promise.all(lanes.map(async ({ name, product }) => {
    const admin = new Visitor();
    await signIn(admin, demo, person(name));
    return async () => {
      await optIn(admin, demo, product, person('hartwell-shipping'));
      await admin.sees(/token was generated/i);
    };
  }));
}
