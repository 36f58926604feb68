import type { TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { expect, vi } from 'vitest';

/** A lock that is held until `release`. */
export interface HeldLock extends AsyncDisposable {
  release(): Promise<void>;
}

/** Takes a lock in a transaction of a connection of its own (PostgreSQL only). */
export async function holdLock(database: TestDatabase, statement: ReturnType<typeof sql>): Promise<HeldLock> {
  const connection = await database.connect({ max: 1 });
  let free = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    free = resolve;
  });
  let locked = (): void => undefined;
  const holding = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const transaction = connection.kysely().transaction().execute(async (trx) => {
    // A busy machine takes its time until the release.
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
    await statement.execute(trx);
    locked();
    await released;
  });
  await holding;
  const release = async () => {
    free();
    await transaction;
  };
  return {
    release,
    async [Symbol.asyncDispose]() {
      await release();
      await connection.close();
    },
  };
}

/** Resolves when exactly so many statements wait for locks. */
export async function waitForBlocked(database: TestDatabase, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await sql<{ blocked: number }>`
      select count(*)::int4 as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(database.kysely());
    expect(rows[0]?.blocked).toBe(count);
  }, { timeout: 30_000, interval: 10 });
}
