import { UpsRefusal } from '../../ups-refusal.js';
import { dayOf } from '../../world/calendar.js';
import { places, type Place } from '../../world/place.js';
import { BodyPart } from '../rate/body.js';
import { minuteOf } from '../rate/rate-order.js';
import { placeOf } from '../rate/where.js';

/** One end of a lane, as it was given and as it was understood. */
export interface TransitEnd {
  readonly place: Place;
  readonly postalCode: string;
}

/** What a Time in Transit call asks for, understood. */
export interface TransitOrder {
  readonly origin: TransitEnd;
  readonly destination: TransitEnd;
  readonly day: number;
  readonly minute: number;
  readonly residential: boolean;
  readonly billType: '02' | '03' | '04';
  readonly weight: { readonly value: string; readonly unit: string } | null;
  readonly contents: { readonly value: string; readonly currency: string } | null;
}

/** UPS's window around the day of the call (TimeInTransit.yaml, shipDate). */
const earliestDays = -35;
const latestDays = 60;
const noon = 12 * 60;

/**
 * Reads the body of a Time in Transit call (TimeInTransit.yaml). `today` is the day of the call. Throws UpsRefusal (400).
 * UPS publishes no list of codes for it; those of an earlier version are used.
 */
export function readTransitOrder(body: unknown, today: number): TransitOrder {
  const asked = new BodyPart(body, '');
  const [origin, destination] = [endOf(asked, 'origin'), endOf(asked, 'destination')];
  const digits = asked.text('shipDate');
  const day = digits === '' ? today : dayOf(digits.replaceAll('-', ''));
  if (day === null || (digits !== '' && !/^\d{4}-\d\d-\d\d$/.test(digits))) throw new UpsRefusal(400, '270033', 'Invalid ship date.');
  if (day < today + earliestDays || day > today + latestDays) throw new UpsRefusal(400, '270034', 'The ship date is not within 35 days before and 60 days after today.');
  const time = asked.text('shipTime');
  const minute = time === '' ? noon : minuteOf(time.replaceAll(':', ''));
  if (minute === null) throw new UpsRefusal(400, '270035', 'Invalid ship time.');
  const crosses = origin.place.country !== destination.place.country;
  if (crosses && !asked.has('weight')) throw new UpsRefusal(400, '270040', 'A weight is required for shipments between countries.');
  const residential = asked.text('residentialIndicator');
  if (!['', '01', '02'].includes(residential)) asked.refuse('residentialIndicator');
  return {
    origin, destination, day, minute,
    residential: residential === '01',
    billType: asked.has('billType') && asked.text('billType') !== '' ? asked.word('billType', ['02', '03', '04']) : '03',
    weight: asked.has('weight') ? { value: `${asked.positive('weight')}`, unit: asked.text('weightUnitOfMeasure') || 'LBS' } : null,
    contents: asked.has('shipmentContentsValue') ? { value: asked.text('shipmentContentsValue'), currency: asked.text('shipmentContentsCurrencyCode') || 'USD' } : null,
  };
}

function endOf(asked: BodyPart, name: 'origin' | 'destination'): TransitEnd {
  const country = asked.requiredText(`${name}CountryCode`).toUpperCase();
  const postalCode = asked.text(`${name}PostalCode`).toUpperCase();
  const place = postalCode === '' ? byCity(country, asked.text(`${name}CityName`)) : byPostalCode(country, postalCode);
  if (!place) throw new UpsRefusal(400, name === 'origin' ? '270024' : '270025', `Invalid ${name} ${postalCode === '' ? 'city or postal code' : 'postal code'}.`);
  return { place, postalCode: postalCode === '' ? place.postalCode : postalCode };
}

function byCity(country: string, city: string): Place | null {
  return Object.values<Place>(places).find((place) => place.country === country && place.city === city.toUpperCase()) ?? null;
}

/** A code that the country cannot have leads nowhere, as an unknown one does. */
function byPostalCode(country: string, postalCode: string): Place | null {
  try {
    return placeOf({ country, state: '', postalCode });
  } catch (error) {
    if (error instanceof UpsRefusal) return null;
    throw error;
  }
}
