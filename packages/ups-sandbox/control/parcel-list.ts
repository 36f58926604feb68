import { BadRequest } from '@wayleave/platform/errors';
import { Readable } from 'node:stream';
import { dayDigits } from '../world/calendar.js';
import type { ParcelState } from '../world/parcel.js';
import { localTime } from '../world/zone-time.js';
import type { WorldNow } from './control.js';

/** The first parcels of the world, `limit` at most, as they are made: nothing is kept of those that were sent. */
async function* first({ batches }: WorldNow, limit: number): AsyncGenerator<readonly ParcelState[]> {
  let left = limit;
  if (left === 0) return;
  for await (const batch of batches) {
    if (batch.length > 0) yield batch.slice(0, left);
    left -= batch.length;
    if (left <= 0) return;
  }
}

/** `{"tracking_numbers": […]}`. Throws BadRequest. */
export function numbersOf(world: WorldNow, limit: number): Readable {
  if (!Number.isInteger(limit) || limit < 0) throw new BadRequest('limit is a whole number.');
  return Readable.from(async function* () {
    let before = '{"tracking_numbers":[';
    for await (const batch of first(world, limit)) {
      yield before + batch.map(({ parcel }) => JSON.stringify(parcel.trackingNumber)).join(',');
      before = ',';
    }
    yield before.startsWith('{') ? `${before}]}` : ']}';
  }());
}

/** A line of JSON for each parcel, with what a test needs to know of it (JSON Lines). */
export function linesOf(world: WorldNow): Readable {
  return Readable.from(async function* () {
    for await (const batch of first(world, Infinity)) yield batch.map((state) => `${JSON.stringify(parcelLine(state))}\n`).join('');
  }());
}

function parcelLine({ parcel, past: [newest], promisedDay, delivery }: ParcelState): Readonly<Record<string, unknown>> {
  const { city, state, postalCode, country } = parcel.destination;
  return {
    tracking_number: parcel.trackingNumber,
    account: parcel.account,
    lead_tracking_number: parcel.shipment.leadTrackingNumber,
    packages: parcel.shipment.size,
    service: parcel.service.description,
    references: parcel.references.map(({ value }) => value),
    label_date: dayDigits(parcel.labelDay),
    promised_date: promisedDay === null ? null : dayDigits(promisedDay),
    destination: { city, state, postal_code: postalCode, country },
    status: newest && { type: newest.happening.type, code: newest.happening.code, status_code: newest.happening.statusCode, at: new Date(newest.atMs).toISOString() },
    delivered_date: delivery && localTime(delivery.atMs, delivery.place.zone).date,
  };
}
