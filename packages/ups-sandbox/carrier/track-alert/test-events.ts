import type { TrackAlertEvent } from '@wayleave/ups-api/wire';
import { places } from '../../world/place.js';
import { happenings, type Happening } from '../../world/happening.js';
import { localTime } from '../../world/zone-time.js';
import type { TestNumber } from './alert-request.js';

const { label, origin, outForDelivery, delivered, notHome } = happenings;

/** What happens to each test number within seconds; the second one is not at home at first. */
const sequences: Readonly<Record<TestNumber, readonly Happening[]>> = {
  '1ZCIETST0111111114': [label, origin, outForDelivery, delivered],
  '1ZCIETST0422222228': [label, origin, outForDelivery, notHome, outForDelivery, delivered],
};

export const testEventEveryMs = 1_000;

/** The events of a test number that is subscribed to at an instant, the first of them a second later. */
export function testEvents(number: TestNumber, at: Date): TrackAlertEvent[] {
  const place = places.louisville;
  return sequences[number].map((happening, index): TrackAlertEvent => {
    const atMs = at.getTime() + (index + 1) * testEventEveryMs;
    const local = localTime(atMs, place.zone);
    const gmt = localTime(atMs, 'UTC');
    const ended = happening.type === 'D';
    return {
      trackingNumber: number,
      localActivityDate: local.date, localActivityTime: local.time,
      gmtActivityDate: gmt.date, gmtActivityTime: gmt.time, gmtOffset: local.offset.replace(':', '.'),
      activityLocation: { city: place.city, stateProvince: place.state, postalCode: ended ? place.postalCode : '', country: place.country },
      activityStatus: { type: happening.type, code: happening.code, description: happening.description.trim(), descriptionCode: happening.statusCode },
      scheduledDeliveryDate: local.date,
      actualDeliveryDate: ended ? local.date : '', actualDeliveryTime: ended ? local.time : '',
      deliveryStartTime: '', deliveryEndTime: '', deliveryTimeDescription: ended ? '' : 'end of day',
    };
  });
}
