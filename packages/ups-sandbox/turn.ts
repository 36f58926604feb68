const mostMs = 5;

const waiting: (() => void)[] = [];
let endsAt = 0;

/**
 * For work that lasts long, between its small steps: undefined while it may go on, else a promise to wait for. All such work
 * of the process together has a few milliseconds of each turn of the event loop, and takes turns, so that no request waits
 * for more than that, however much is going on.
 */
export function turn(): Promise<void> | undefined {
  if (performance.now() < endsAt) return undefined;
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next);
  });
}

function next(): void {
  endsAt = performance.now() + mostMs;
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
