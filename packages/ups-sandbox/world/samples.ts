import { journey } from './journey.js';
import { services, type Parcel } from './parcel.js';
import { places, type Place } from './place.js';
import { seededRandom } from './random.js';
import { happenings, type Scan } from './scan.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The numbers that UPS's own documents use, in the order of a demonstration: done, moving fast, moving slowly, in trouble. */
export function sampleParcels(beginsAt: Date): Parcel[] {
  const from = (offsetMs: number) => beginsAt.getTime() + offsetMs;
  const random = seededRandom(1_442);
  return [
    sample('1Z1442YY7229014688', [places.newark, places.atlanta], [
      { at: new Date(from(-3 * day)), place: places.newark, happening: happenings.label },
      { at: new Date(from(-1 * day)), place: places.atlanta, happening: happenings.deliveredToPerson },
    ]),
    travelling('1ZCIETST0111111114', [places.louisville, places.philadelphia, places.newark], -3 * minute, minute),
    travelling('1ZCIETST0422222228', [places.louisville, places.dallas, places.phoenix], -8 * minute, 4 * minute),
    travelling('1Z023E2X0214323462', [places.mississauga, places.hodgkins, places.denver], -9 * hour, 2 * hour),
    travelling('1Z204W4R0308071865', [places.cologne, places.louisville, places.seattle], -30 * hour, 5 * hour),
    sample('1Z1234567891234556', [places.ontario, places.seattle], journey('held', [places.ontario, places.seattle], from(-2 * day), 3 * hour, random)),
    sample('1R12345678912345', [places.dallas, places.dallas], [{ at: new Date(from(-2 * hour)), place: places.dallas, happening: happenings.label }]),
  ];

  function travelling(trackingNumber: string, route: readonly Place[], startMs: number, paceMs: number): Parcel {
    return sample(trackingNumber, route, journey('ground', route, from(startMs), paceMs, random));
  }
}

function sample(trackingNumber: string, route: readonly Place[], scans: readonly Scan[]): Parcel {
  const [origin = places.newark] = route;
  return {
    trackingNumber,
    service: services.ground,
    weightPounds: '5.00',
    reference: `SAMPLE-${trackingNumber.slice(-6)}`,
    shipper: 'Harbor Light Supply',
    consignee: 'Alder Clinic',
    origin,
    destination: route.at(-1) ?? origin,
    scans,
    promisedFor: scans.at(-1)?.at ?? new Date(0),
    leftAt: 'Front Door',
    sparseStatus: trackingNumber.startsWith('1ZCIETST'),
  };
}
