/** When the parcels of one day of one account are first and last reported on, in milliseconds, two numbers a parcel. */
type Spans = Float64Array;

export interface DaySpans {
  /** The spans of a key, made when they are not in memory. */
  get(key: string, make: () => Spans): Spans;
}

/** Keeps the spans that were used last, of so many parcels at most (16 bytes each). */
export function createDaySpans(mostParcels: number): DaySpans {
  const kept = new Map<string, Spans>();
  let parcels = 0;
  return {
    get(key, make) {
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const made = make();
      kept.set(key, made);
      parcels += made.length / 2;
      for (const [oldest, spans] of kept) {
        if (parcels <= mostParcels || oldest === key) break;
        kept.delete(oldest);
        parcels -= spans.length / 2;
      }
      return made;
    },
  };
}
