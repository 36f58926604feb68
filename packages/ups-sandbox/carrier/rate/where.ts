import { UpsRefusal } from '../../ups-refusal.js';
import { places, type Place } from '../../world/place.js';

/** An address as far as it decides a lane. */
export interface RateAddress {
  readonly country: string;
  readonly state: string;
  readonly postalCode: string;
}

const forms: Readonly<Record<string, RegExp>> = { US: /^\d{5}(-?\d{4})?$/, CA: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/, DE: /^\d{5}$/ };
/** Postal codes of these states' own: UPS counts them as countries. */
const territories = ['PR', 'VI', 'GU', 'AS', 'MP'];

/**
 * The place of the world that stands for an address: of its country, the one whose postal code is nearest. Null where the
 * world has no such country. Throws UpsRefusal (400) for a postal code that the country cannot have, and for a territory
 * given as a state: its message has the variables that UPS forgets to fill in (UPS-API/api-documentation#9).
 */
export function placeOf({ country, state, postalCode }: RateAddress): Place | null {
  if (country === 'US' && territories.includes(state)) {
    throw new UpsRefusal(400, '118400', 'The destination %dest.country% is rated as the country or territory %dest.AdjCountry%');
  }
  const form = forms[country];
  if (!form) return null;
  if (!form.test(postalCode)) throw new UpsRefusal(400, '111285', `The postal code ${postalCode} is invalid for ${state} ${country}.`);
  const wanted = numberOf(postalCode);
  const near = Object.values<Place>(places).filter((place) => place.country === country)
    .sort((a, b) => Math.abs(numberOf(a.postalCode) - wanted) - Math.abs(numberOf(b.postalCode) - wanted));
  return near[0] ?? null;
}

/** The first three characters as a number, so that near codes have near numbers. */
function numberOf(postalCode: string): number {
  return [...postalCode.slice(0, 3)].reduce((sum, character) => sum * 36 + Number.parseInt(character, 36), 0);
}
