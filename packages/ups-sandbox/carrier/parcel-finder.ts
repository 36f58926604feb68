import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import type { Parcel } from '../world/parcel.js';
import type { World } from '../world/world.js';

/** The parcels that the data APIs know: those of the world's listed accounts, and of every account of a profile. */
export interface ParcelFinder {
  /** The parcel that bears a tracking number at an instant, or null. */
  find(trackingNumber: string, at: Date): Promise<Parcel | null>;
}

/** Finds parcels in a world; accounts of profiles are in the table `upscom.shipper_account`. */
export function createParcelFinder({ world, database }: { world: World; database: Database }): ParcelFinder {
  const db = database.kysely<unknown>();

  async function isOwned(account: string): Promise<boolean> {
    const { rows } = await sql`select from upscom.shipper_account where number = ${account} limit 1`.execute(db);
    return rows.length > 0;
  }

  return {
    async find(trackingNumber, at) {
      const parcel = world.find(trackingNumber, at);
      return parcel && (world.isListed(parcel) || await isOwned(parcel.account)) ? parcel : null;
    },
  };
}
