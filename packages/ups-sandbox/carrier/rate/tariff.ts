import { seedOf } from '../../world/random.js';
import type { Lane } from '../../world/lane.js';
import type { Offer } from './offer.js';

/** A package to be rated. Lengths in inches and weight in pounds, whatever unit they were given in. */
export interface RatedParcel {
  readonly pounds: number;
  readonly inches: readonly [number, number, number] | null;
}

/** What a package costs, in cents. */
export interface Price {
  readonly base: number;
  readonly residential: number;
  readonly fuel: number;
  readonly total: number;
}

/** UPS's divisor of cubic inches for daily rates. */
const cubicInchesPerPound = 139;
const residentialCents = 555;
const fuelPerMille = 185;
const zonePerMille = 90;
const nearestZone = 2;

/** The weight that is paid for: the real one or that of its size, whichever is more, rounded up to whole pounds. */
export function billablePounds({ pounds, inches }: RatedParcel): number {
  const bySize = inches === null ? 0 : inches.reduce((product, side) => product * Math.ceil(side), 1) / cubicInchesPerPound;
  return Math.max(1, Math.ceil(pounds), Math.ceil(bySize));
}

/** The published price of a package, or with an account's discount (per mille off the base and the fuel on it). */
export function priceOf(offer: Offer, lane: Lane, parcel: RatedParcel, residential: boolean, discountPerMille = 0): Price {
  const published = (offer.baseCents + offer.centsPerPound * billablePounds(parcel)) * (1_000 + zonePerMille * (lane.zone - nearestZone)) / 1_000;
  const base = Math.round(published * (1_000 - discountPerMille) / 1_000);
  const atHome = residential ? residentialCents : 0;
  const fuel = Math.round((base + atHome) * fuelPerMille / 1_000);
  return { base, residential: atHome, fuel, total: base + atHome + fuel };
}

/** What an account has negotiated: from 20 to 45 per cent off, the same for an account at all times. */
export function discountOf(account: string): number {
  return 200 + (seedOf('negotiated', account) % 251);
}
