import { performance } from 'node:perf_hooks';

/** One moment on both of the machine's clocks. */
export interface Moment {
  /** Never steps, but stands still while the machine is suspended. */
  readonly monotonicMs: number;
  /** Goes on during a suspension, but can be set. */
  readonly wallMs: number;
}

export function now(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** An end that has come as soon as either clock says so. Counted from before the request that it stands for was sent. */
export class Deadline {
  readonly #start: Moment;
  readonly #lengthMs: number;

  constructor(start: Moment, lengthMs: number) {
    this.#start = start;
    this.#lengthMs = lengthMs;
  }

  get remainingMs(): number {
    const { monotonicMs, wallMs } = now();
    return this.#lengthMs - Math.max(monotonicMs - this.#start.monotonicMs, wallMs - this.#start.wallMs);
  }

  get passed(): boolean {
    return this.remainingMs <= 0;
  }
}

/** Resolves after this time. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits for what is under way, but no longer than this. What comes later goes on unwatched. */
export async function waitAtMost(ms: number, underWay: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([underWay, over]);
  clearTimeout(timer);
}
