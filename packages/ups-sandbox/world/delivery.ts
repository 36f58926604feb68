import { addBusinessDays, nthBusinessDayAfter } from './calendar.js';
import { happenings } from './happening.js';
import type { Itinerary } from './itinerary.js';
import { travel, type JourneyPlan } from './journey.js';
import { laneBetween } from './lane.js';
import { services } from './service.js';

const early = [300, 390] as const;
const atTheDoor = [600, 1_110] as const;
const openingHours = [540, 1_200] as const;
const daysAtAccessPoint = 7;

/** The last day, or days, of a journey, from the morning of the first. Gives the day until which an access point keeps it. */
export function deliver({ kind, service, origin, destination }: JourneyPlan, way: Itinerary, firstDay: number): number | null {
  const { random } = way;
  const { country } = destination;
  const next = (day: number, count = 1) => nthBusinessDayAfter(day, count, country);
  let day = firstDay;
  way.on(day, early, service === services.freight ? happenings.freightDestination : happenings.processing, destination);
  if (service === services.mailInnovations) {
    way.on(day, [420, 480], happenings.toPost, destination);
    way.on(next(day), atTheDoor, happenings.deliveredByPost, destination);
    return null;
  }
  if (service === services.freight) way.after([20, 60], happenings.freightWarehouse, destination);
  if (kind === 'wrongAddress' || kind === 'rescheduled') {
    const later = next(day, kind === 'rescheduled' ? random.integer(1, 3) : 1);
    way.on(day, [400, 430], kind === 'rescheduled' ? happenings.rescheduled : happenings.address, destination, later);
    day = later;
  }
  if (kind === 'held') {
    way.on(day, [480, 540], happenings.held, destination);
    // UPS's own counter is closed when nobody drives; the stores that are access points are not.
    way.on(addBusinessDays(day + random.integer(1, 5), 0, country), openingHours, happenings.deliveredToPerson, destination);
    return null;
  }
  driveOut(day);
  switch (kind) {
    case 'notHome': case 'notHomeTwice':
      fail(happenings.notHome);
      driveOut(day);
      if (kind === 'notHomeTwice') {
        fail(happenings.notHomeAgain);
        driveOut(day);
        return collected();
      }
      way.on(day, atTheDoor, happenings.delivered, destination);
      return null;
    case 'accessPoint':
      return collected();
    case 'unclaimed': {
      const until = atAccessPoint();
      way.on(until + 1, [480, 600], happenings.unclaimed, destination);
      sendBack(until + 1);
      return until;
    }
    case 'refused':
      way.on(day, atTheDoor, happenings.refused, destination);
      sendBack(day);
      return null;
    case 'wrongDoor': {
      way.on(day, [600, 840], happenings.delivered, destination);
      const found = next(day);
      day = next(found);
      way.on(found, [540, 660], happenings.wrongDoor, destination, day);
      driveOut(day);
      way.on(day, atTheDoor, happenings.deliveredToPerson, destination);
      return null;
    }
    default:
      way.on(day, atTheDoor, kind === 'signed' || service === services.freight ? happenings.deliveredToPerson : happenings.delivered, destination);
      return null;
  }

  function driveOut(on: number): void {
    way.on(on, [420, 500], happenings.loaded, destination);
    way.on(on, [510, 560], happenings.outForDelivery, destination);
  }

  function fail(happening: typeof happenings.notHome | typeof happenings.notHomeAgain): void {
    const again = next(day);
    way.on(day, atTheDoor, happening, destination, again);
    day = again;
  }

  function atAccessPoint(): number {
    way.on(day, [900, 1_140], happenings.atAccessPoint, destination);
    return day + daysAtAccessPoint;
  }

  function collected(): number {
    const until = atAccessPoint();
    way.on(day + random.integer(1, 4), openingHours, happenings.deliveredToPerson, destination);
    return until;
  }

  function sendBack(from: number): void {
    const on = addBusinessDays(from + 1, 0, country);
    const back = addBusinessDays(on, laneBetween(destination, origin).groundDays, origin.country);
    way.on(on, [480, 1_080], happenings.returning, destination, back);
    travel(way, destination, origin, way.instant(back, [90, 270], origin));
    way.on(back, [600, 1_110], happenings.returned, origin);
  }
}
