import { setTimeout as pause } from 'node:timers/promises';

const stepMs = 100;

/**
 * Runs `work` and settles only at the next full tenth of a second after its start, so that the time of an answer does
 * not tell which way the work took (ASVS 6.3.8).
 */
export async function inEvenTime<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    await pause(stepMs - ((performance.now() - started) % stepMs));
  }
}
