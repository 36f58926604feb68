import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { parcelState, type Parcel, type ParcelState } from '../world/parcel.js';
import { trackKeptDays, type World } from '../world/world.js';

/** The parcels that Track knows: those of the world's listed accounts and of everybody's accounts, for 120 days. */
export interface ParcelFinder {
  /** What is known at an instant of the parcel that bears a tracking number; null when nothing is, or nothing any more. */
  find(trackingNumber: string, at: Date): Promise<ParcelState | null>;
  /**
   * Whether anything is reported from an instant (included) to another (excluded) of the parcel that bears a number at the
   * second, be it known here or not. Quick for numbers that are asked about again and again.
   */
  isReported(trackingNumber: string, from: Date, until: Date): boolean;
  /** What is known of each package of its shipment, the leading one first. */
  findShipment(trackingNumber: string, at: Date): Promise<ParcelState[]>;
  /** What is known of the parcels with a reference, of one account or (null) of the listed ones and the caller's. */
  findByReference(reference: string, account: string | null, callersAccounts: readonly string[], at: Date): Promise<ParcelState[]>;
}

const keptMs = trackKeptDays * 86_400_000;
const hourMs = 3_600_000;
const mostRemembered = 20_000;

/** Finds parcels in a world. Accounts of profiles and of applications are in `upscom.shipper_account` and `upscom.application`. */
export function createParcelFinder({ world, database }: { world: World; database: Database }): ParcelFinder {
  const db = database.kysely<unknown>();

  async function isOwned(account: string): Promise<boolean> {
    const { rows } = await sql`
      select from upscom.shipper_account where number = ${account}
      union all select from upscom.application where ${account} = any (accounts) limit 1
    `.execute(db);
    return rows.length > 0;
  }

  async function isKnown(parcel: Parcel): Promise<boolean> {
    return world.isListed(parcel) || isOwned(parcel.account);
  }

  /** When the parcel of a number is reported on. A number can stand for another parcel from a midnight on, in whatever zone. */
  const remembered = new Map<string, { readonly hour: number; readonly times: Float64Array }>();

  function timesOf(trackingNumber: string, at: Date): Float64Array {
    const hour = Math.floor(at.getTime() / hourMs);
    const last = remembered.get(trackingNumber);
    if (last?.hour === hour) return last.times;
    const times = Float64Array.from(world.find(trackingNumber, at)?.scans ?? [], ({ reportedMs }) => reportedMs);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(trackingNumber, { hour, times });
    return times;
  }

  const states = (parcels: readonly Parcel[], at: Date) => parcels.flatMap((parcel) => knownState(parcel, at) ?? []);

  return {
    async find(trackingNumber, at) {
      const parcel = world.find(trackingNumber, at);
      return parcel && await isKnown(parcel) ? knownState(parcel, at) : null;
    },
    isReported: (trackingNumber, from, until) => timesOf(trackingNumber, until).some((atMs) => atMs >= from.getTime() && atMs < until.getTime()),
    async findShipment(trackingNumber, at) {
      const parcel = world.find(trackingNumber, at);
      return parcel && await isKnown(parcel) ? states(world.shipment(parcel), at) : [];
    },
    async findByReference(reference, account, callersAccounts, at) {
      const parcels = world.withReference(reference, account === null ? [...world.accounts, ...callersAccounts] : [account], at);
      const wanted = account === null ? parcels : parcels.filter((parcel) => parcel.account === account);
      const [first] = wanted;
      return first && (account === null || await isKnown(first)) ? states(wanted, at) : [];
    },
  };
}

/** Track forgets a parcel so many days after the last that happened to it (Tracking.yaml: rolled off after 120 days). */
function knownState(parcel: Parcel, at: Date): ParcelState | null {
  const state = parcelState(parcel, at);
  return state && (state.past[0]?.atMs ?? 0) >= at.getTime() - keptMs ? state : null;
}
