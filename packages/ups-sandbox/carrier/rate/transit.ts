import { addBusinessDays, isBusinessDay, nthBusinessDayAfter } from '../../world/calendar.js';
import { laneBetween } from '../../world/lane.js';
import type { Place } from '../../world/place.js';
import type { Offer } from './offer.js';

/** When a service is at its destination. Days are counted from 1970-01-01. */
export interface Transit {
  /** The day it is picked up: a business day of the origin. */
  readonly pickupDay: number;
  /** Whether that is another day than the one asked for. */
  readonly moved: boolean;
  readonly deliveryDay: number;
  readonly businessDays: number;
  readonly totalDays: number;
  /** Weekend days, and holidays on what would be business days, between pickup and delivery. */
  readonly restDays: number;
  readonly holidays: number;
  /** Days that customs take; they are among the business days. */
  readonly customsDays: number;
}

/** Who comes later is picked up on the next business day. */
export const pickupUntilMinute = 17 * 60;
/** Documents pass customs without a day of their own. */
const documents = '02';

/** The way of a shipment that is ready at a minute of a day at its origin. */
export function transitOf(offer: Offer, from: Place, to: Place, ready: { day: number; minute: number; billType: string }): Transit {
  const afterHours = ready.minute > pickupUntilMinute ? 1 : 0;
  const pickupDay = addBusinessDays(ready.day + afterHours, 0, from.country);
  const lane = laneBetween(from, to);
  const customsDays = ready.billType === documents ? 0 : lane.customsDays;
  const businessDays = offer.days(lane) + customsDays;
  const deliveryDay = nthBusinessDayAfter(pickupDay, businessDays, to.country);
  const between = Array.from({ length: deliveryDay - pickupDay }, (_, index) => pickupDay + 1 + index);
  const restDays = between.filter(isWeekend).length;
  const holidays = between.filter((day) => !isWeekend(day) && !isBusinessDay(day, to.country)).length;
  return { pickupDay, moved: pickupDay !== ready.day, deliveryDay, businessDays, totalDays: deliveryDay - pickupDay, restDays, holidays, customsDays };
}

/** `MON` … `SUN`. */
export function weekdayOf(day: number): string {
  return ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'][(day + 4) % 7] ?? 'SUN';
}

function isWeekend(day: number): boolean {
  return ['SAT', 'SUN'].includes(weekdayOf(day));
}
