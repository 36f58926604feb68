import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import type { VaultTables } from '../tables.js';
import { checkHome, listSuspended, resumeSuspended, type ResumeOptions, type SuspendedGrant } from './home-store.js';

export interface ResumeDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is suspended, since when, and the first of it by company. */
export interface Suspension {
  readonly since: Date | null;
  readonly total: number;
  readonly grants: readonly SuspendedGrant[];
}

/** What there is to confirm, at most `limit` grants by name. Suspends first what nobody has suspended yet after a restore. */
export async function findSuspended({ database, clock, logger }: ResumeDeps, limit: number): Promise<Suspension> {
  const db = database.kysely<VaultTables>();
  await checkHome({ db, clock, logger, filesId: database.filesId });
  const home = await db.selectFrom('vault.home').select('suspended_at').executeTakeFirst();
  return { since: home?.suspended_at ?? null, ...(await listSuspended(db, limit)) };
}

/**
 * The operator's word that the suspended grants hold: all of them go back to work, also while the suite runs. Interrupted,
 * it goes on when it is run again. Gives how many were resumed now.
 */
export async function resumeGrants({ database, clock, logger }: ResumeDeps, options?: ResumeOptions): Promise<number> {
  return resumeSuspended({ db: database.kysely<VaultTables>(), clock, logger }, options);
}
