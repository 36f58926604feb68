import { sql, type Kysely } from 'kysely';
import type { VaultTables } from '../tables.js';

/** The server at one moment. Positions in its log are counted in bytes, and only rise. */
export interface Sighting {
  readonly startedAt: string;
  /** Up to where its log was safe. */
  readonly flushed: bigint;
  /** Where it put its data in order last: at a start that is where it had stopped, or where its log ended. */
  readonly checkpoint: bigint;
}

/** Looks at the server. Throws while it recovers. */
export async function lookAtServer(db: Kysely<VaultTables>): Promise<Sighting> {
  const { rows: [seen] } = await sql<{ started: string; flushed: string; checkpoint: string }>`
    select pg_postmaster_start_time()::text as started, (pg_current_wal_flush_lsn() - '0/0')::text as flushed,
      (select checkpoint_lsn - '0/0' from pg_control_checkpoint())::text as checkpoint`.execute(db);
  if (!seen) throw new Error('the server says nothing about itself');
  return { startedAt: seen.started, flushed: BigInt(seen.flushed), checkpoint: BigInt(seen.checkpoint) };
}

/** What this process saw of its server last. It lies in memory, where no restore reaches it. */
export class Sightings {
  #last: Sighting | undefined;

  /**
   * Whether the server was started anew on less than what was safe when it was seen before: an older copy of its files, or
   * a disk that lost what it had acknowledged. A start, also after a crash, puts the data in order no earlier than that.
   */
  isBehind({ startedAt, checkpoint }: Sighting): boolean {
    return this.#last !== undefined && this.#last.startedAt !== startedAt && checkpoint < this.#last.flushed;
  }

  note(sighting: Sighting): void {
    this.#last = sighting;
  }
}
