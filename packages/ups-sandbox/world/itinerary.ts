import type { Happening } from './happening.js';
import type { Place } from './place.js';
import type { Random } from './random.js';
import { instantOf } from './zone-time.js';

/** A scan before it is known when UPS's systems hear of it. */
export interface Step {
  readonly atMs: number;
  readonly place: Place;
  readonly happening: Happening;
  readonly rescheduledTo?: number;
}

const minuteMs = 60_000;

/** A journey as it is being made up, one step after the other. */
export class Itinerary {
  readonly steps: Step[] = [];
  readonly random: Random;
  #lastMs = -Infinity;

  constructor(random: Random) {
    this.random = random;
  }

  /** The instant of the newest step. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Something happens at an instant, or a minute after the last step where that was later. */
  at(atMs: number, happening: Happening, place: Place, rescheduledTo?: number): void {
    this.#lastMs = Math.max(atMs, this.#lastMs + minuteMs);
    this.steps.push({ atMs: this.#lastMs, place, happening, ...(rescheduledTo === undefined ? {} : { rescheduledTo }) });
  }

  /** Something happens on a day between two minutes of the place's clock. */
  on(day: number, [from, to]: readonly [number, number], happening: Happening, place: Place, rescheduledTo?: number): void {
    this.at(this.instant(day, [from, to], place), happening, place, rescheduledTo);
  }

  /** Something happens so many minutes after the last step. */
  after([from, to]: readonly [number, number], happening: Happening, place: Place, rescheduledTo?: number): void {
    this.at(this.#lastMs + this.random.integer(from * 60, to * 60) * 1_000, happening, place, rescheduledTo);
  }

  /** A second between two minutes of a day at a place. */
  instant(day: number, [from, to]: readonly [number, number], place: Place): number {
    return instantOf(day, from, place.zone) + this.random.integer(0, (to - from) * 60) * 1_000;
  }
}
