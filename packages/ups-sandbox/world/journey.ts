import { addBusinessDays, nthBusinessDayAfter } from './calendar.js';
import { deliver } from './delivery.js';
import { happenings, type Happening } from './happening.js';
import { Itinerary, type Step } from './itinerary.js';
import type { JourneyKind } from './journey-kind.js';
import { laneBetween } from './lane.js';
import type { FirstPromise } from './parcel.js';
import type { Place } from './place.js';
import type { Random } from './random.js';
import { services, transitDays, type Service } from './service.js';

/** What is fixed before a parcel sets off. */
export interface JourneyPlan {
  readonly kind: JourneyKind;
  readonly service: Service;
  readonly origin: Place;
  readonly destination: Place;
  /** Days since 1970 and minutes from midnight, local to the origin. */
  readonly labelDay: number;
  readonly labelMinute: number;
}

export interface Journey {
  readonly steps: readonly Step[];
  readonly pickupDay: number;
  readonly promise: FirstPromise;
  /** The last day on which an access point hands it out; null where it never waits at one. */
  readonly pickUpBy: number | null;
}

const lastPickupMinute = 14 * 60 + 30;
const morning = [90, 270] as const;

/** How a parcel travels. Trucks pick up and deliver on business days only, between hubs they drive at any time. */
export function journey(plan: JourneyPlan, random: Random): Journey {
  const { kind, service, origin, destination, labelDay, labelMinute } = plan;
  const way = new Itinerary(random);
  if (kind === 'courier') return courier(plan, way);
  const pickupDay = addBusinessDays(labelMinute < lastPickupMinute ? labelDay : labelDay + 1, 0, origin.country);
  const { groundDays, customsDays } = laneBetween(origin, destination);
  const promisedDay = nthBusinessDayAfter(pickupDay, transitDays(service, groundDays) + customsDays, destination.country);
  const promise = { day: promisedDay, byMinute: service === services.nextDay ? 630 : null };
  const done = (pickUpBy: number | null = null): Journey => ({ steps: way.steps, pickupDay, promise, pickUpBy });

  if (kind !== 'unannounced') way.on(labelDay, [labelMinute, labelMinute + 1], happenings.label, origin);
  if (kind === 'voided') way.after([5, 240], happenings.voided, origin);
  if (kind === 'voided' || kind === 'labelOnly') return done();
  way.on(pickupDay, [15 * 60, 18 * 60 + 30], happenings.pickedUp, origin);
  way.after([60, 120], service === services.freight ? happenings.freightOrigin : happenings.origin, origin);

  const arrivalDay = travelOut(plan, way, promisedDay);
  return arrivalDay === null ? done() : done(deliver(plan, way, arrivalDay));
}

/** From the first sorting to the last; gives the day on which it is there, or null when it never is. */
function travelOut({ kind, service, origin, destination }: JourneyPlan, way: Itinerary, promisedDay: number): number | null {
  const { random } = way;
  const { country } = destination;
  const hub = laneBetween(origin, destination).hubs.at(-1) ?? origin;
  const byPost = service === services.mailInnovations;
  let day = byPost ? addBusinessDays(promisedDay - 1, 0, country) : promisedDay;
  if (kind === 'damaged' || kind === 'lost' || kind === 'found') {
    travel(way, origin, hub, way.lastMs + random.integer(10, 30) * 3_600_000);
    if (kind === 'damaged') way.after([30, 300], happenings.damaged, hub);
    if (kind === 'damaged') return null;
    way.on(addBusinessDays(promisedDay, 2, hub.country), [600, 900], happenings.lost, hub);
    if (kind === 'lost') return null;
    day = addBusinessDays(promisedDay, random.integer(6, 9), country);
    way.on(addBusinessDays(day, 0, country) - 3, [600, 900], happenings.processing, hub, day);
    travel(way, hub, destination, way.instant(day, morning, destination));
    return day;
  }
  if (kind === 'weather' || kind === 'lateTrailer') {
    day = addBusinessDays(day + 1, random.integer(0, 1), country);
    travel(way, origin, hub, way.lastMs + random.integer(6, 12) * 3_600_000);
    way.after([60, 300], happenings[kind], hub, day);
    travel(way, hub, destination, way.instant(day, morning, destination));
  } else travel(way, origin, destination, way.instant(day, morning, destination));
  if (kind === 'unheardOf') way.after([3, 20], happenings.unheardOf, destination);
  if (origin.country !== country) {
    way.after([5, 15], happenings.customs, destination);
    way.after([30, 60], happenings.cleared, destination);
  }
  return day;
}

/** Drives from one place over its hubs to another, to arrive there at an instant. */
export function travel(way: Itinerary, from: Place, to: Place, arriveMs: number): void {
  if (from === to) return;
  way.after([20, 90], happenings.departed, from);
  const hubs = laneBetween(from, to).hubs.filter((hub) => hub !== from && hub !== to);
  const hours = (arriveMs - way.lastMs) / (hubs.length + 1);
  const departedMs = way.lastMs;
  for (const [index, hub] of hubs.entries()) {
    const jitter = way.random.integer(-15, 15) / 100;
    way.at(seconds(departedMs + hours * (index + 1 + jitter)), happenings.arrived, hub);
    way.at(seconds(way.lastMs + Math.max(0, hours) * way.random.integer(10, 35) / 100), happenings.departed, hub);
  }
  way.at(arriveMs, happenings.arrived, to);
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000) * 1_000;
}

function courier({ origin, destination, labelDay, labelMinute }: JourneyPlan, way: Itinerary): Journey {
  way.on(labelDay, [labelMinute, labelMinute + 1], happenings.label, origin);
  const legs: readonly Happening[] = [happenings.pickedUp, happenings.origin, happenings.departed, happenings.arrived, happenings.loaded, happenings.outForDelivery, happenings.deliveredToPerson];
  for (const [index, happening] of legs.entries()) way.after([4, 9], happening, index < 3 ? origin : destination);
  return { steps: way.steps, pickupDay: labelDay, promise: { day: labelDay, byMinute: Math.min(1_439, labelMinute + 90) }, pickUpBy: null };
}
