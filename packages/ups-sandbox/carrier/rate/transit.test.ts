import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf, isBusinessDay } from '../../world/calendar.js';
import { places, type Place } from '../../world/place.js';
import { offers } from './offer.js';
import { transitOf } from './transit.js';

const noon = 12 * 60;

it('the days on the way are business days, rest days and holidays, whatever lane, service and day', () => {
  const place = fc.constantFrom<Place>(...Object.values<Place>(places));
  const firstDay = dayOf('20260101') ?? 0;
  fc.assert(fc.property(place, place, fc.constantFrom(...offers), fc.nat(3 * 365), fc.constantFrom('02', '03'), (from, to, offer, after, billType) => {
    const transit = transitOf(offer, from, to, { day: firstDay + after, minute: noon, billType });
    expect(transit.businessDays + transit.restDays + transit.holidays).toBe(transit.totalDays);
    expect([isBusinessDay(transit.pickupDay, from.country), isBusinessDay(transit.deliveryDay, to.country)]).toEqual([true, true]);
  }), { numRuns: 20_000 });
});

it('a holiday that only the destination has does not count where it is the day of pickup', () => {
  const ground = offers.find(({ code }) => code === '11')!;
  // Thanksgiving in Canada.
  const transit = transitOf(ground, places.newark, places.mississauga, { day: dayOf('20261012')!, minute: noon, billType: '03' });
  expect(transit).toMatchObject({ pickupDay: dayOf('20261012'), deliveryDay: dayOf('20261019'), businessDays: 5, restDays: 2, holidays: 0, totalDays: 7 });
});
