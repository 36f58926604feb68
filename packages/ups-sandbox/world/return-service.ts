import type { JourneyKind } from './journey-kind.js';
import type { Random } from './random.js';
import { services, type Service } from './service.js';

/** How a return gets its label, in UPS's two digits (QuantumView.yaml, CallTagARS): by mail, with one pickup, printed, with three pickups, by e-mail. */
export type ReturnService = '02' | '03' | '04' | '05' | '06';

const returnServices: readonly ReturnService[] = ['02', '03', '04', '05', '06'];
const slowServices: readonly Service[] = [services.ground, services.threeDay, services.secondDay];
/** What becomes of parcels at the door of a company that waits for them. */
const atOwnDoor: ReadonlySet<JourneyKind> = new Set<JourneyKind>([
  'rescheduled', 'notHome', 'notHomeTwice', 'accessPoint', 'unclaimed', 'held', 'refused', 'wrongAddress', 'wrongDoor',
]);

/** Whether what an account labels is to come to it, and by which service; null for most. */
export function drawReturn(random: Random, service: Service): ReturnService | null {
  return random.chance(25) && slowServices.includes(service) ? random.pick(returnServices) : null;
}

/** How a return travels that would have travelled like this to somebody else. */
export function returnKind(kind: JourneyKind): JourneyKind {
  return atOwnDoor.has(kind) ? 'signed' : kind;
}
