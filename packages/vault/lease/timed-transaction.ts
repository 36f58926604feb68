import type { Kysely } from 'kysely';
import type { VaultTrx } from '../context.js';
import type { VaultTables } from '../tables.js';
import { now, type Moment } from './deadline.js';

/**
 * A transaction and the moment just before its BEGIN was sent: what the database grants inside it began no earlier. The
 * wait for a free connection comes before that moment and costs nothing of what is granted.
 */
export async function timedTransaction<T extends object>(db: Kysely<VaultTables>, work: (trx: VaultTrx) => Promise<T>): Promise<T & { start: Moment }> {
  return db.connection().execute(async (connection) => {
    const start = now();
    return { ...(await connection.transaction().execute(work)), start };
  });
}
