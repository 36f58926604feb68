import type { TrackPackage } from '@wayleave/ups-api/wire';
import { dayDigits } from '../world/calendar.js';
import type { ParcelState } from '../world/parcel.js';
import { localTime } from '../world/zone-time.js';

const hourMs = 3_600_000;

/** SDD is the first promise; RDD takes its place when there is a later one; DEL the day it was delivered. UPS gives them without a zone. */
export function deliveryDates({ promisedDay, rescheduled, delivery }: ParcelState): { type: string; date: string }[] {
  if (delivery) return [{ type: 'DEL', date: localTime(delivery.atMs, delivery.place.zone).date }];
  return promisedDay === null ? [] : [{ type: rescheduled ? 'RDD' : 'SDD', date: dayDigits(promisedDay) }];
}

/** The hour: of the delivery, of the window that narrows while it is out for delivery, the committed one, or the end of the day. */
export function deliveryTime(state: ParcelState): { deliveryTime?: NonNullable<TrackPackage['deliveryTime']> } {
  const { parcel, past, promisedDay, rescheduled, delivery } = state;
  if (delivery) return { deliveryTime: { type: 'DEL', endTime: localTime(delivery.atMs, delivery.place.zone).time } };
  if (promisedDay === null) return {};
  const [newest] = past;
  const next = parcel.scans.find(({ atMs }) => atMs > (newest?.atMs ?? 0));
  if (newest?.happening.code === 'OT' && next) return { deliveryTime: deliveryWindow(next.atMs, next.place.zone, state.nowMs) };
  const { byMinute } = parcel.promise;
  if (byMinute === null || rescheduled) return { deliveryTime: { type: 'EOD' } };
  return { deliveryTime: { type: 'CMT', endTime: `${String(Math.floor(byMinute / 60)).padStart(2, '0')}${String(byMinute % 60).padStart(2, '0')}00` } };
}

/** Estimated four hours wide, confirmed two, and, with less than an hour to go, imminent one. */
function deliveryWindow(atMs: number, zone: string, nowMs: number): { type: string; startTime: string; endTime: string } {
  const [type, hours] = atMs - nowMs > 3 * hourMs ? ['EDW', 4] as const : atMs - nowMs > hourMs ? ['CDW', 2] as const : ['IDW', 1] as const;
  const from = Math.floor(atMs / hourMs) * hourMs - Math.floor((hours - 1) / 2) * hourMs;
  return { type, startTime: localTime(from, zone).time, endTime: localTime(from + hours * hourMs, zone).time };
}
