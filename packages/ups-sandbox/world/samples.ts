import { companyParty, receiver } from './party.js';
import { happenings, type Happening } from './happening.js';
import type { JourneyKind } from './journey-kind.js';
import type { Parcel } from './parcel.js';
import { places, type Place } from './place.js';
import { plainQuirks } from './quirks.js';
import { seededRandom, type Random } from './random.js';
import type { Scan } from './scan.js';
import { services } from './service.js';
import { localDay } from './zone-time.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * The numbers that UPS's own documents use, in the order of a demonstration: done, moving fast, moving slowly, in trouble.
 * The check digit of the last one is wrong, as in UPS's documents.
 */
export function sampleParcels(beginsAt: Date): Parcel[] {
  const startMs = Math.floor(beginsAt.getTime() / 1_000) * 1_000;
  const from = (offsetMs: number) => startMs + offsetMs;
  const random = seededRandom(1_442);
  const at = (offsetMs: number, place: Place, happening: Happening): Scan => ({ atMs: from(offsetMs), reportedMs: from(offsetMs), place, happening });
  const travelling = (number: string, route: readonly Place[], offsetMs: number, paceMs: number) =>
    sample(number, 'delivered', paced([...onTheWay(route), ...lastDay(route)], from(offsetMs), paceMs, random));
  return [
    sample('1Z1442YY7229014688', 'signed', [at(-3 * day, places.newark, happenings.label), at(-1 * day, places.atlanta, happenings.deliveredToPerson)]),
    travelling('1ZCIETST0111111114', [places.louisville, places.philadelphia, places.newark], -3 * minute, minute),
    travelling('1ZCIETST0422222228', [places.louisville, places.dallas, places.phoenix], -8 * minute, 4 * minute),
    travelling('1Z023E2X0214323462', [places.mississauga, places.hodgkins, places.denver], -9 * hour, 2 * hour),
    travelling('1Z204W4R0308071865', [places.cologne, places.louisville, places.seattle], -30 * hour, 5 * hour),
    sample('1Z1234567891234556', 'held', paced(
      [...onTheWay([places.ontario, places.seattle]), [happenings.processing, places.seattle], [happenings.held, places.seattle]], from(-2 * day), 3 * hour, random,
    )),
    sample('1R12345678912345', 'labelOnly', [at(-2 * hour, places.dallas, happenings.label)]),
    sample('1Z12345E0205271688', 'labelOnly', [at(-2 * day, places.atlanta, happenings.label)]),
  ];
}

type Leg = readonly [Happening, Place];

function onTheWay(route: readonly Place[]): Leg[] {
  const [origin = places.newark, ...rest] = route;
  const driven = rest.flatMap((place): Leg[] => [[happenings.arrived, place], [happenings.departed, place]]).slice(0, -1);
  return [[happenings.label, origin], [happenings.pickedUp, origin], [happenings.origin, origin], [happenings.departed, origin], ...driven];
}

function lastDay(route: readonly Place[]): Leg[] {
  const destination = route.at(-1) ?? places.newark;
  return [happenings.processing, happenings.loaded, happenings.outForDelivery, happenings.delivered].map((happening): Leg => [happening, destination]);
}

/** Scans one after the other, about `paceMs` apart. */
function paced(legs: readonly Leg[], startMs: number, paceMs: number, random: Random): Scan[] {
  let atMs = startMs;
  return legs.map(([happening, place], index) => {
    if (index > 0) atMs += Math.round(paceMs * random.integer(60, 140) / 100 / 1000) * 1000;
    return { atMs, reportedMs: atMs, place, happening };
  });
}

function sample(trackingNumber: string, kind: JourneyKind, scans: readonly Scan[]): Parcel {
  const account = /^1Z(.{6})/.exec(trackingNumber)?.[1] ?? trackingNumber.slice(2, 8);
  const random = seededRandom(account.length);
  const origin = scans[0]?.place ?? places.newark;
  const destination = scans.at(-1)?.place ?? origin;
  const shipper = companyParty(account, origin, 'Harbor Light Supply');
  const labelDay = localDay(scans[0]?.atMs ?? 0, origin.zone);
  return {
    trackingNumber,
    account,
    kind,
    shipment: { leadTrackingNumber: trackingNumber, size: 1, position: 0 },
    labelDay,
    pickupDay: labelDay,
    service: services.ground,
    weightPounds: '5.00',
    dimensions: [12, 9, 4],
    references: [{ level: 'SHIPMENT', code: 'PO', value: `SAMPLE-${trackingNumber.slice(-6)}` }],
    shipper,
    sender: shipper,
    consignee: { ...receiver(random, destination), name: 'Alder Clinic' },
    billTo: { option: '01', account },
    origin,
    destination,
    scans,
    promise: { day: localDay(scans.at(-1)?.atMs ?? 0, destination.zone), byMinute: null },
    leftAt: 'Front Door',
    receivedBy: 'ALDER',
    signed: kind === 'signed',
    photo: 'U',
    accessPoint: null,
    cashOnDelivery: null,
    postalNumber: null,
    returnService: null,
    invoiceRemoval: false,
    mailFails: false,
    quirks: { ...plainQuirks, sparseStatus: trackingNumber.startsWith('1ZCIETST'), earlyPhoto: true },
  };
}
