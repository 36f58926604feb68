import { labelledOn, type Account } from './account.js';
import type { Slot } from './serial.js';

/** Reports are found by slices of time of five minutes, counted from 1970. */
export const sliceMs = 5 * 60_000;

/** Some parcels of one day of an account, and in which slices each is reported on. */
export interface ReportBlock {
  /** Looks at a few more of its parcels; false once it knows them all. It is shared: whoever waits for it does a part. */
  look(): boolean;
  /** Reads it from a slice on: asked for one slice after the other, it tells the parcels (by `index`) that are reported on then. */
  reader(firstSlice: number): (slice: number) => readonly number[];
}

export interface ReportIndex {
  /** The blocks of an account's day; `longOnly` leaves out the parcels whose journeys are never long. */
  blocks(owner: Account, day: number, longOnly: boolean): readonly ReportBlock[];
}

/** When a parcel is reported on, in milliseconds since 1970. */
type ReportTimes = (owner: Account, slot: Slot) => Iterable<number>;

const dayMs = 86_400_000;
const blockSize = 2_048;
export const parcelsAtOnce = 32;
/** All parcels that are on their way in a world of ten million have some thirty million entries. */
const mostBytesKept = 128_000_000;
const entryBytes = 4;
/** What a block takes without its entries, with its place among the others (measured: 870 to 980). */
const blockBytes = 1_024;
/** An entry is a slice, counted from a day before the label's day, and an index: no account has more parcels a day. */
const indexes = 2 ** 18;
const none: readonly number[] = [];

/** Keeps the blocks that were used last. `timesOf` makes the parcel, which is what takes the time. */
export function createReportIndex(timesOf: { readonly all: ReportTimes; readonly long: ReportTimes }, mostBytes = mostBytesKept): ReportIndex {
  const kept = new Map<string, { readonly block: ReportBlock; bytes: number }>();
  let bytes = 0;

  function count(key: string, added: number): void {
    bytes += added;
    for (const [oldest, place] of kept) {
      if (bytes <= mostBytes || oldest === key) break;
      kept.delete(oldest);
      bytes -= place.bytes;
    }
  }

  function blockOf(owner: Account, day: number, longOnly: boolean, first: number): ReportBlock {
    const key = `${owner.number} ${day} ${first} ${longOnly}`;
    const found = kept.get(key);
    if (found) {
      kept.delete(key);
      kept.set(key, found);
      return found.block;
    }
    const place = { block: createBlock(owner, { day, index: first }, longOnly ? timesOf.long : timesOf.all, whole), bytes: blockBytes };
    kept.set(key, place);
    count(key, blockBytes);
    return place.block;

    function whole(entries: number): void {
      if (kept.get(key) !== place) return;
      place.bytes += entries * entryBytes;
      count(key, entries * entryBytes);
    }
  }

  return {
    blocks(owner, day, longOnly) {
      const blocks: ReportBlock[] = [];
      for (let first = 0; first < labelledOn(owner, day); first += blockSize) blocks.push(blockOf(owner, day, longOnly, first));
      return blocks;
    },
  };
}

function createBlock(owner: Account, { day, index: first }: Slot, timesOf: ReportTimes, whole: (entries: number) => void): ReportBlock {
  const base = (day - 1) * (dayMs / sliceMs);
  const end = Math.min(first + blockSize, labelledOn(owner, day));
  let index = first;
  let gathered: number[] = [];
  let entries: Uint32Array | null = null;
  return {
    look() {
      if (entries) return false;
      for (const stop = Math.min(index + parcelsAtOnce, end); index < stop; index += 1) {
        for (const atMs of timesOf(owner, { day, index })) gathered.push((Math.floor(atMs / sliceMs) - base) * indexes + index);
      }
      if (index < end) return true;
      entries = new Uint32Array(gathered).sort();
      gathered = [];
      whole(entries.length);
      return false;
    },
    reader(firstSlice) {
      const sorted = entries ?? new Uint32Array();
      let at = lowerBound(sorted, (firstSlice - base) * indexes);
      return (slice) => {
        const stop = (slice + 1 - base) * indexes;
        if ((sorted[at] ?? stop) >= stop) return none;
        const found: number[] = [];
        for (let entry = sorted[at]; entry !== undefined && entry < stop; entry = sorted[at]) {
          if (entry % indexes !== found.at(-1)) found.push(entry % indexes);
          at += 1;
        }
        return found;
      };
    },
  };
}

/** The place of the first number that is not less. */
function lowerBound(sorted: Uint32Array, least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
