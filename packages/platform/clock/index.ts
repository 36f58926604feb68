/** Where the time comes from. Rules take one of these, so that tests and the stand-in's control can move time. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/** Real time plus an offset that only grows or shrinks when told to. */
export class MovableClock implements Clock {
  #offsetMs = 0;

  /** Moves the clock by `ms` milliseconds, forwards or (negative) backwards. */
  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }
}
