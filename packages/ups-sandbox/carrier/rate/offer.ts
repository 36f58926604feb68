import type { Lane } from '../../world/lane.js';
import { abroad, acrossBorder, neighbours, overLand, withinStates, type Reach } from '../../world/reach.js';
import { services, transitDays } from '../../world/service.js';

/** A service as Rating and Time in Transit offer it. Money is in cents of the origin's currency. */
export interface Offer {
  /** Rating's two digits. */
  readonly code: string;
  /** Time in Transit's name for it. */
  readonly transitCode: string;
  readonly description: string;
  /** Business days from pickup, over a lane, without customs. */
  days(lane: Lane): number;
  /** Delivered by this time, `HHMMSS`. */
  readonly commitTime: string;
  readonly guaranteed: boolean;
  readonly baseCents: number;
  readonly centsPerPound: number;
  /** Before the two digits of the lane's zone: 0 for ground, as UPS writes `002` and `102`. */
  readonly zonePrefix: string;
  readonly offeredOn: Reach;
}

const endOfDay = '233000';

/**
 * What there is, cheapest first. Not every service of UPS, but every one that the world's parcels travel by, other than couriers'
 * and what needs a contract: Ground Saver and freight.
 */
export const offers: readonly Offer[] = [
  {
    code: '03', transitCode: 'GND', description: services.ground.description, days: ({ groundDays }) => transitDays(services.ground, groundDays), commitTime: endOfDay,
    guaranteed: false, baseCents: 1_020, centsPerPound: 31, zonePrefix: '0', offeredOn: withinStates,
  },
  {
    code: '11', transitCode: '03', description: services.standard.description, days: ({ groundDays }) => transitDays(services.standard, groundDays), commitTime: endOfDay,
    guaranteed: false, baseCents: 1_690, centsPerPound: 58, zonePrefix: '3', offeredOn: (from, to) => neighbours(from, to) || (from.country === to.country && from.country !== 'US'),
  },
  {
    code: '12', transitCode: '3DS', description: services.threeDay.description, days: () => transitDays(services.threeDay, 0), commitTime: endOfDay,
    guaranteed: false, baseCents: 1_540, centsPerPound: 74, zonePrefix: '3', offeredOn: overLand,
  },
  {
    code: '02', transitCode: '2DA', description: services.secondDay.description, days: () => transitDays(services.secondDay, 0), commitTime: endOfDay,
    guaranteed: true, baseCents: 2_080, centsPerPound: 128, zonePrefix: '2', offeredOn: withinStates,
  },
  {
    code: '59', transitCode: '2DM', description: 'UPS 2nd Day Air A.M.', days: () => 2, commitTime: '103000',
    guaranteed: true, baseCents: 2_390, centsPerPound: 141, zonePrefix: '2', offeredOn: overLand,
  },
  {
    code: '13', transitCode: '1DP', description: 'UPS Next Day Air Saver', days: () => 1, commitTime: '150000',
    guaranteed: true, baseCents: 3_340, centsPerPound: 205, zonePrefix: '1', offeredOn: overLand,
  },
  {
    code: '01', transitCode: '1DA', description: services.nextDay.description, days: () => transitDays(services.nextDay, 0), commitTime: '103000',
    guaranteed: true, baseCents: 3_620, centsPerPound: 221, zonePrefix: '1', offeredOn: withinStates,
  },
  {
    code: '08', transitCode: '05', description: services.expedited.description, days: ({ groundDays }) => transitDays(services.expedited, groundDays), commitTime: endOfDay,
    guaranteed: true, baseCents: 6_450, centsPerPound: 290, zonePrefix: '6', offeredOn: acrossBorder,
  },
  {
    code: '65', transitCode: '28', description: 'UPS Worldwide Saver', days: () => 2, commitTime: endOfDay,
    guaranteed: true, baseCents: 7_120, centsPerPound: 335, zonePrefix: '4', offeredOn: abroad,
  },
  {
    code: '07', transitCode: '01', description: 'UPS Worldwide Express', days: () => 2, commitTime: '120000',
    guaranteed: true, baseCents: 7_480, centsPerPound: 351, zonePrefix: '9', offeredOn: abroad,
  },
  {
    code: '14', transitCode: '1DM', description: services.courier.description, days: () => 1, commitTime: '083000',
    guaranteed: true, baseCents: 6_930, centsPerPound: 221, zonePrefix: '1', offeredOn: overLand,
  },
];

/** Services of UPS that are offered on no lane here: Rating.yaml's others (its examples write `072`), and those of UPS's own list. */
const otherServices: ReadonlySet<string> = new Set([
  '17', '54', '70', '71', '72', '072', '74', '75', '82', '83', '84', '85', '86', '92', '93', '94', '95', '96', 'M2', 'M3', 'M4', 'M5', 'M6',
]);

/** Whether UPS has such a service at all, on whatever lane. */
export function isServiceCode(code: string): boolean {
  return offers.some((offer) => offer.code === code) || otherServices.has(code);
}
