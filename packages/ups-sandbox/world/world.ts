import { journey, type JourneyKind } from './journey.js';
import { services, type Parcel, type Service } from './parcel.js';
import { domesticPlaces, places, type Place } from './place.js';
import { seededRandom, type Random } from './random.js';
import { sampleParcels } from './samples.js';
import { trackingNumber } from './tracking-number.js';

/** The parcels there are. Nothing is stored: a number leads to its parcel by arithmetic, so that a world can be large. */
export interface World {
  /** The parcel of a tracking number, or null. */
  find(trackingNumber: string): Parcel | null;
  /** Every parcel, the documented samples first. */
  parcels(): Iterable<Parcel>;
}

export interface WorldOptions {
  /** When it all sets off; parcels that were delivered long ago lie before it. */
  readonly beginsAt: Date;
  readonly seed: number;
  /** How many parcels there are beside the samples. */
  readonly size: number;
}

const account = 'W4Y135';
const firstSerial = 4_000_000;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Kinds in turn, so that any dozen parcels in a row shows most of what can happen. */
const kinds: readonly JourneyKind[] = ['express', 'ground', 'express', 'delayed', 'express', 'ground', 'notHome', 'express', 'label', 'ground', 'held', 'express', 'returned', 'ground', 'voided'];
const serviceList: readonly Service[] = [services.ground, services.secondDay, services.nextDay];
const shippers = ['Harbor Light Supply', 'Northgate Instruments', 'Prairie Paper Co'];
const consignees = ['Alder Clinic', 'B. Osei', 'Cedar Street Books', 'D. Lindqvist', 'Elm Dental', 'F. Marchetti'];

/** Makes the world: the same options give the same parcels. */
export function createWorld(options: WorldOptions): World {
  const samples = new Map(sampleParcels(options.beginsAt).map((parcel) => [parcel.trackingNumber, parcel]));
  return {
    find(number) {
      const sample = samples.get(number);
      if (sample) return sample;
      const serial = new RegExp(`^1Z${account}\\d{2}(\\d{7})\\d$`).exec(number)?.[1];
      const index = serial === undefined ? -1 : Number(serial) - firstSerial;
      if (index < 0 || index >= options.size) return null;
      const parcel = makeParcel(options, index);
      return parcel.trackingNumber === number ? parcel : null;
    },
    *parcels() {
      yield* samples.values();
      for (let index = 0; index < options.size; index += 1) yield makeParcel(options, index);
    },
  };
}

function makeParcel({ beginsAt, seed }: WorldOptions, index: number): Parcel {
  const random = seededRandom(seed * 1_000_003 + index);
  const kind = kinds[index % kinds.length] ?? 'ground';
  const service = random.pick(serviceList);
  const route = makeRoute(random);
  const { startMs, paceMs } = timing(kind, index, random);
  const scans = journey(kind, route, beginsAt.getTime() + startMs, paceMs, random);
  const [origin = places.newark] = route;
  const lastMs = scans.at(-1)?.at.getTime() ?? beginsAt.getTime();
  const late = kind === 'delayed' || kind === 'notHome';
  return {
    trackingNumber: trackingNumber(account, service.levelCode.slice(1), firstSerial + index),
    service,
    weightPounds: `${random.integer(1, 60)}.${random.integer(0, 9)}0`,
    reference: `ORDER-${10_000 + index}`,
    shipper: random.pick(shippers),
    consignee: random.pick(consignees),
    origin,
    destination: route.at(-1) ?? origin,
    scans,
    promisedFor: new Date(late ? lastMs - day : lastMs),
    leftAt: random.pick(['Front Door', 'Reception', 'Dock', 'Garage']),
    sparseStatus: random.integer(0, 1) === 1,
  };
}

function makeRoute(random: Random): Place[] {
  const route: Place[] = [];
  while (route.length < 4) {
    const place = random.pick(domesticPlaces);
    if (!route.includes(place)) route.push(place);
  }
  return route;
}

/**
 * Couriers (`express`) set off every hour or two for days on end and are scanned every few minutes, so that whenever one
 * looks, something moves; the others take hours between scans, and the first third arrived before the world began.
 */
function timing(kind: JourneyKind, index: number, random: Random): { startMs: number; paceMs: number } {
  if (kind === 'express') return { startMs: (index * 40 - 30) * minute, paceMs: 6 * minute };
  if (index % 3 === 0) return { startMs: -random.integer(5, 9) * day, paceMs: 5 * hour };
  return { startMs: -random.integer(2, 30) * hour, paceMs: 4 * hour };
}
