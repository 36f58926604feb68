import { expect, it } from 'vitest';
import type { Parcel } from '../../world/parcel.js';
import { places } from '../../world/place.js';
import { services, type Service } from '../../world/service.js';
import { createWorld } from '../../world/world.js';
import { isServiceCode, offers } from './offer.js';
import { transitOf } from './transit.js';

const noon = 12 * 60;
/** By contract with UPS: Rating knows them, and offers them to nobody here. */
const byContract: readonly Service[] = [services.mailInnovations, services.freight];

it('a code of Rating means the same service in the world', () => {
  for (const { ratingCode, description } of Object.values(services)) {
    expect([description, isServiceCode(ratingCode)]).toEqual([description, true]);
    expect(offers.find(({ code }) => code === ratingCode)?.description ?? description).toBe(description);
  }
  // Rating.yaml, Shipment_Service.
  expect(services.freight.ratingCode).toBe('96');
});

it.each([1, 2, 3])('the world\'s parcels travel by what Rating offers on their lanes, for the day that it promises (seed %i)', (seed) => {
  const at = new Date('2027-01-15T12:00:00Z');
  const isCommon = ({ kind, service, references: [order] }: Parcel) => kind !== 'courier' && !byContract.includes(service) && order?.value.startsWith('PO-') === true;
  const parcels = [...createWorld({ beginsAt: at, seed, size: 3_000 }).parcels(at, 120)].flat().filter(isCommon);
  const lanes = new Set<string>();
  for (const { trackingNumber, service, origin, destination, pickupDay, promise } of parcels) {
    const offer = offers.find(({ code }) => code === service.ratingCode);
    expect([trackingNumber, service.description, destination.city, offer?.offeredOn(origin, destination)]).toEqual([trackingNumber, service.description, destination.city, true]);
    const { deliveryDay } = transitOf(offer!, origin, destination, { day: pickupDay, minute: noon, billType: '03' });
    expect([trackingNumber, promise.day]).toEqual([trackingNumber, deliveryDay]);
    lanes.add(`${origin.country} ${destination.country}`);
  }
  expect([...lanes].sort()).toEqual(['DE US', 'US CA', 'US DE', 'US US']);
  expect(parcels.some(({ destination }) => destination === places.honolulu)).toBe(true);
});
