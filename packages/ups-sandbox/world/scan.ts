import type { Happening } from './happening.js';
import type { Place } from './place.js';

/** Something that happened, or will happen, to a parcel. Instants are milliseconds since 1970. */
export interface Scan {
  readonly atMs: number;
  /** When UPS's systems hear of it: seconds later, or hours, or days. Nothing tells of it earlier. */
  readonly reportedMs: number;
  readonly place: Place;
  readonly happening: Happening;
  /** The first of two reports of the same scan: the site is known, its city is not yet. */
  readonly cityMissing?: true;
  /** The delivery day that is promised from here on, in days since 1970, local to the destination. */
  readonly rescheduledTo?: number;
}
