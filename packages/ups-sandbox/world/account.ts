import { isBusinessDay } from './calendar.js';
import { companyParty, type Party } from './party.js';
import { domesticPlaces, places, type Place } from './place.js';
import { seededRandom, seedOf } from './random.js';

/** A shipper account of the world: who ships, from where, and how much. */
export interface Account {
  readonly number: string;
  readonly party: Party;
  /** Parcels on a business day, on average. */
  readonly perDay: number;
  /** More than are ever labelled on one day. */
  readonly mostPerDay: number;
  /** Its serial numbers begin again after so many days: a number then comes a second time, for another parcel. */
  readonly cycleDays: number;
  /** Parcels of couriers, who drive at any time of any day. */
  readonly courier: boolean;
}

interface Listed {
  readonly name: string;
  readonly place: Place;
  /** Of a hundred parcels, how many it ships. */
  readonly share: number;
}

const listed: Readonly<Record<string, Listed>> = {
  W4Y135: { name: 'Harbor Light Supply', place: places.newark, share: 24 },
  A1B2C3: { name: 'Hartwell Instruments', place: places.philadelphia, share: 12 },
  X4Y5Z6: { name: 'Hartwell Instruments Returns', place: places.phoenix, share: 6 },
  N0R7H6: { name: 'Northgate Instruments', place: places.denver, share: 14 },
  P4P3R1: { name: 'Prairie Paper Co', place: places.hodgkins, share: 16 },
  K35TR1: { name: 'Kestrel Optics', place: places.seattle, share: 10 },
  C4D1L0: { name: 'Cadillo Roasters', place: places.honolulu, share: 4 },
  B3RL1N: { name: 'Rheinwerk Teile', place: places.cologne, share: 4 },
  R0LL99: { name: 'Rollaway Cycles', place: places.dallas, share: 8 },
};

const courierAccount = 'C0UR1E';
const courierEveryMinutes = 40;
const businessDaysKept = 120 * 5 / 7;
const serials = 10_000_000;
/** The account whose label printer counts in a small circle. */
const shortCycleAccount = 'R0LL99';
const shortCycleDays = 200;

/** The accounts that are there from the beginning. */
export const listedAccounts: readonly string[] = [...Object.keys(listed), courierAccount];

/** The account of a number in a world of so many parcels; those not listed ship as a middling one does. */
export function accountOf(number: string, worldSize: number): Account {
  if (number === courierAccount) {
    const perDay = 1_440 / courierEveryMinutes;
    return { number, party: companyParty(number, places.newark, 'City Couriers'), perDay, mostPerDay: perDay, cycleDays: Math.floor(serials / perDay), courier: true };
  }
  const { name, place, share } = listed[number] ?? { name: undefined, share: 8, place: seededRandom(seedOf('home', number)).pick(domesticPlaces) };
  const perDay = worldSize * share / 100 / businessDaysKept;
  const mostPerDay = Math.ceil(perDay);
  const cycleDays = number === shortCycleAccount ? shortCycleDays : Math.floor(serials / mostPerDay);
  return { number, party: companyParty(number, place, name), perDay, mostPerDay, cycleDays, courier: false };
}

/** How many parcels an account labels on a day. */
export function labelledOn(account: Account, day: number): number {
  if (account.courier) return account.mostPerDay;
  if (!isBusinessDay(day, account.party.place.country)) return 0;
  return Math.floor(account.perDay * (day + 1)) - Math.floor(account.perDay * day);
}
