import type { Kysely } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import type { ApplicationId } from '../ids.js';
import type { VaultTables } from '../tables.js';
import { afterCalls, freeCalls } from './pace.js';

type Paced = Pick<VaultContext, 'clock' | 'settings'>;

/**
 * Takes one call from the client's pace, across all instances; false when there is none now. Compares what it read: whoever
 * comes second reads again.
 */
export async function takeCall({ clock, settings }: Paced, trx: VaultTrx, application: ApplicationId): Promise<boolean> {
  for (;;) {
    const usedUpTo = await readPace(trx, application);
    const now = clock.now().getTime();
    if (freeCalls(usedUpTo, now, settings.callsPerMinute) < 1) return false;
    const taken = await trx.updateTable('vault.pace').set({ used_up_to: afterCalls(usedUpTo, now, 1, settings.callsPerMinute) })
      .where('application', '=', application).where('used_up_to', '=', usedUpTo).executeTakeFirst();
    if (taken.numUpdatedRows > 0n) return true;
  }
}

/**
 * Claims at most as much work as the client's pace allows, `atMost` in any case, and takes a call for each. `claim` must
 * not wait for locks: others wait for the pace meanwhile.
 */
export async function claimPaced<T>(
  { db, clock, settings }: VaultContext, application: ApplicationId, atMost: number, claim: (trx: VaultTrx, limit: number) => Promise<T[]>,
): Promise<T[]> {
  return db.transaction().execute(async (trx) => {
    const { used_up_to: usedUpTo } = await trx.selectFrom('vault.pace').select('used_up_to').where('application', '=', application)
      .forUpdate().executeTakeFirstOrThrow();
    const now = clock.now().getTime();
    const limit = Math.min(atMost, freeCalls(usedUpTo, now, settings.callsPerMinute));
    const claimed = limit === 0 ? [] : await claim(trx, limit);
    if (claimed.length > 0) {
      await trx.updateTable('vault.pace').set({ used_up_to: afterCalls(usedUpTo, now, claimed.length, settings.callsPerMinute) })
        .where('application', '=', application).execute();
    }
    return claimed;
  });
}

/** Counts a call that somebody waits for at a browser: it is never held back, the others make room. */
export async function countCall({ db, clock, settings }: VaultContext, application: ApplicationId): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { used_up_to: usedUpTo } = await trx.selectFrom('vault.pace').select('used_up_to').where('application', '=', application)
      .forUpdate().executeTakeFirstOrThrow();
    await trx.updateTable('vault.pace').set({ used_up_to: afterCalls(usedUpTo, clock.now().getTime(), 1, settings.callsPerMinute) })
      .where('application', '=', application).execute();
  });
}

async function readPace(db: Kysely<VaultTables>, application: ApplicationId): Promise<number> {
  const row = await db.selectFrom('vault.pace').select('used_up_to').where('application', '=', application).executeTakeFirstOrThrow();
  return row.used_up_to;
}
