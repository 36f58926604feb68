import type { Parcel } from '../world/parcel.js';
import type { Scan } from '../world/scan.js';

/** The day of delivery that is promised once a scan is known: the first promise, or the last change of it. */
export function promisedDay({ scans, promise }: Parcel, { reportedMs }: Scan): number {
  const changes = scans.filter((scan) => scan.reportedMs <= reportedMs && scan.rescheduledTo !== undefined);
  return changes.at(-1)?.rescheduledTo ?? promise.day;
}
