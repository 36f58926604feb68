import type { FastifyInstance } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';

/** Background work gets this long to end by itself once the process stops. */
const graceMs = 3_000;

/** Listens; rejects with what the system says, which `sentencesFor` puts into words. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  await app.listen({ host, port });
}

/** Waits for what is running, but not longer than a moment: closing the vault then cuts the calls that it waits for. */
export async function endBy(work: Promise<void>): Promise<void> {
  const grace = new AbortController();
  await Promise.race([work, delay(graceMs, undefined, { signal: grace.signal })]);
  grace.abort();
}

/** Runs every step, also after one failed, and then throws what failed first. */
export async function closeInOrder(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    await step().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
