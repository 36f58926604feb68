import type { Random } from './random.js';

/** How a parcel travels, and how it ends, with how many of ten thousand do so. */
const shares = {
  delivered: 4_600,
  signed: 2_000,
  weather: 400,
  lateTrailer: 300,
  rescheduled: 300,
  notHome: 500,
  notHomeTwice: 100,
  accessPoint: 500,
  unclaimed: 60,
  held: 150,
  refused: 150,
  wrongAddress: 150,
  wrongDoor: 60,
  damaged: 80,
  lost: 60,
  found: 60,
  labelOnly: 200,
  voided: 180,
  unheardOf: 100,
  unannounced: 50,
} as const;

export type SortedKind = keyof typeof shares;
/** What is drawn, and what the service decides: the post office's, freight, and couriers within a city. */
export type JourneyKind = SortedKind | 'post' | 'freight' | 'courier';

const byShare = Object.entries(shares) as [SortedKind, number][];

/** Kinds whose journeys can take longer than `usualLifeDays`. */
const long: ReadonlySet<JourneyKind> = new Set<JourneyKind>(['unclaimed', 'refused', 'found', 'held', 'notHomeTwice']);

/** From its label on, no parcel of any kind is reported on after so many days. */
export const longestLifeDays = 45;
const usualLifeDays = 21;

export function drawKind(random: Random): SortedKind {
  let left = random.integer(1, 10_000);
  for (const [kind, share] of byShare) {
    left -= share;
    if (left <= 0) return kind;
  }
  return 'delivered';
}

/** The days within which a parcel of a kind is reported on, from its label on. */
export function lifeDays(kind: JourneyKind): number {
  return long.has(kind) ? longestLifeDays : usualLifeDays;
}
