import { places, type Place } from './place.js';

/** The way from one place to another. */
export interface Lane {
  readonly miles: number;
  /** UPS's zones of the 48 states, 2 (near) to 8 (far), as Rating has them; 9 for what is beyond. */
  readonly zone: number;
  /** Business days by ground, or by the standard service across a border. */
  readonly groundDays: number;
  /** Business days that customs take beside these; documents pass without. */
  readonly customsDays: number;
  /** Where it is sorted between the two ends; empty on short ways. */
  readonly hubs: readonly Place[];
}

const hubPlaces: readonly Place[] = [places.louisville, places.hodgkins, places.dallas, places.ontario];
const zoneEndMiles = [150, 300, 600, 1_000, 1_400, 1_800];
const groundEndMiles = [200, 600, 1_000, 1_600];
const known = new Map<string, Lane>();

/** The lane between two places; the same in both directions but for the order of its hubs. */
export function laneBetween(from: Place, to: Place): Lane {
  const key = `${from.slic} ${to.slic}`;
  let lane = known.get(key);
  if (!lane) {
    lane = makeLane(from, to);
    known.set(key, lane);
  }
  return lane;
}

function makeLane(from: Place, to: Place): Lane {
  const miles = Math.round(milesBetween(from, to));
  const border = from.country !== to.country;
  const beyond = border || [from, to].some(({ state }) => state === 'HI');
  const step = (ends: readonly number[]) => ends.filter((end) => miles > end).length;
  return {
    miles, zone: beyond ? 9 : 2 + step(zoneEndMiles), groundDays: 1 + step(groundEndMiles) + (border ? 2 : 0), customsDays: border ? 1 : 0, hubs: hubsBetween(from, to, miles),
  };
}

/** The hub that makes the least detour, and on long ways another one behind it. */
function hubsBetween(from: Place, to: Place, miles: number): Place[] {
  if (miles < 250) return [];
  const detour = (hub: Place) => milesBetween(from, hub) + milesBetween(hub, to);
  const best = hubPlaces.filter((hub) => hub !== from && hub !== to).sort((a, b) => detour(a) - detour(b)).slice(0, miles < 1_200 ? 1 : 2);
  return best.sort((a, b) => milesBetween(from, a) - milesBetween(from, b));
}

/** Great-circle distance. */
function milesBetween(from: Place, to: Place): number {
  const radians = Math.PI / 180;
  const half = (a: number, b: number) => Math.sin((a - b) * radians / 2) ** 2;
  const across = half(from.latitude, to.latitude) + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * half(from.longitude, to.longitude);
  return 2 * 3_959 * Math.asin(Math.sqrt(across));
}
