import type { Place } from './place.js';
import type { Random } from './random.js';
import { happenings, type Happening, type Scan } from './scan.js';

/** How a parcel travels, and how it ends. */
export type JourneyKind = 'express' | 'ground' | 'delayed' | 'notHome' | 'held' | 'returned' | 'label' | 'voided';

interface Leg {
  readonly happening: Happening;
  readonly place: Place;
}

/**
 * The scans of a journey that begins with its label at `startMs`. `paceMs` is about the time between two scans: minutes
 * for a courier, hours for a truck.
 */
export function journey(kind: JourneyKind, route: readonly Place[], startMs: number, paceMs: number, random: Random): Scan[] {
  let atMs = startMs;
  return legs(kind, route).map(({ happening, place }, index) => {
    if (index > 0) atMs += Math.round(paceMs * random.integer(60, 140) / 100 / 1000) * 1000;
    return { at: new Date(atMs), place, happening };
  });
}

function legs(kind: JourneyKind, route: readonly Place[]): Leg[] {
  const [origin] = route;
  const destination = route.at(-1);
  if (!origin || !destination) throw new RangeError('a route has at least one place');
  const label = { happening: happenings.label, place: origin };
  if (kind === 'label') return [label];
  if (kind === 'voided') return [label, { happening: happenings.voided, place: origin }];
  const onTheWay = [
    label,
    { happening: happenings.pickedUp, place: origin },
    { happening: happenings.origin, place: origin },
    { happening: happenings.departed, place: origin },
    ...route.slice(1).flatMap((place) => [{ happening: happenings.arrived, place }, { happening: happenings.departed, place }]).slice(0, -1),
  ];
  return [...onTheWay, ...ending(kind).map((happening) => ({ happening, place: destination }))];
}

function ending(kind: Exclude<JourneyKind, 'label' | 'voided'>): Happening[] {
  const { processing, loaded, outForDelivery, delivered, deliveredToPerson, delayed, notHome, held, returning } = happenings;
  switch (kind) {
    case 'express': return [processing, loaded, outForDelivery, deliveredToPerson];
    case 'ground': return [processing, loaded, outForDelivery, delivered];
    case 'delayed': return [delayed, processing, loaded, outForDelivery, delivered];
    case 'notHome': return [loaded, outForDelivery, notHome, loaded, outForDelivery, delivered];
    case 'held': return [processing, held];
    case 'returned': return [loaded, outForDelivery, returning];
  }
}
