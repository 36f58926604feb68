import type { FastifyInstance } from 'fastify';

/** Requests that are still running get this long to end once the server stops. */
const graceMs = 3_000;

/** Listens; rejects with what the system says, which `sentencesFor` puts into words. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  await app.listen({ host, port });
}

/** Takes no new requests, lets running ones end, and cuts those that do not end in time, such as live streams. */
export async function stopServing(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

/** Runs every step, also after one failed, and then throws what failed first. */
export async function closeInOrder(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    await step().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
