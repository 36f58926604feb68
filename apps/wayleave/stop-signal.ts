/** Longer than a refresh waits for UPS: its answer is worth the wait, since UPS takes the token only once. */
const lastResortMs = 28_000;

/**
 * Resolves when somebody asks the process to stop (SIGINT, SIGTERM). From then on it has half a minute: a process
 * that has not stopped by then, or is asked a second time, ends at once with exit code 1.
 */
export function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const ask = (signal: NodeJS.Signals) => {
      for (const other of ['SIGINT', 'SIGTERM'] as const) {
        process.off(other, ask);
        process.on(other, () => process.exit(1));
      }
      setTimeout(() => process.exit(1), lastResortMs).unref();
      resolve(signal);
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
  });
}
