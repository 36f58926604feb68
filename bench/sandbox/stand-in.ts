import { freePort } from '@wayleave/dev/constellation';
import { WayleaveProcess } from '@wayleave/dev/process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A running `wayleave sandbox` of its own process. */
export interface StandIn {
  readonly port: number;
  /** From the start of the command until it takes requests. */
  readonly startedInMs: number;
  /** Calls the control interface. Throws when it does not answer 2xx. */
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Resident memory in MB: now, and at its highest. */
  memory(): Promise<{ now: number; peak: number }>;
  /** Processor time that it has used, in milliseconds. */
  processorMs(): Promise<number>;
  /** The lines of its log. */
  faults(): string[];
  stop(): Promise<void>;
}

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** Starts the stand-in alone on a database, with a world of so many parcels. It logs only what goes wrong. */
export async function startStandIn(databaseUrl: string, worldSize: number): Promise<StandIn> {
  const port = await freePort();
  const token = randomBytes(32).toString('hex');
  const started = performance.now();
  const child = new WayleaveProcess(['sandbox'], {
    DATABASE_URL: databaseUrl, UPSCOM_PORT: String(port), UPSCOM_CONTROL_TOKEN: token, UPSCOM_WORLD_SIZE: String(worldSize), LOG_LEVEL: 'warn',
    UPSCOM_TOKEN_CALLS_PER_MINUTE: '1000000', UPSCOM_ACCESS_TOKEN_LIFETIME_MS: String(30 * 86_400_000),
  });
  await ready(port);
  const startedInMs = performance.now() - started;
  return {
    port,
    startedInMs,
    async control(method, path, body) {
      const answer = await fetch(`http://127.0.0.1:${port}/control/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`control ${method} ${path} answered ${answer.status}: ${text}`);
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    async memory() {
      const status = await readFile(`/proc/${child.id}/status`, 'utf8');
      const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
      return { now: mb('VmRSS'), peak: mb('VmHWM') };
    },
    async processorMs() {
      const fields = (await readFile(`/proc/${child.id}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
    },
    faults: () => child.stderr.split('\n').filter((line) => line !== ''),
    async stop() {
      await child.stop('SIGTERM');
    },
  };
}

/** Resolves once it takes requests. Throws when it does not within a minute. */
async function ready(port: number): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the stand-in does not start');
}
