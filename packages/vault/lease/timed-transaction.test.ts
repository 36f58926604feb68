import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { MovableClock } from '@wayleave/platform/clock';
import { Secret } from '@wayleave/platform/secret';
import { sql, type Kysely, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VaultContext } from '../context.js';
import { defaultVaultSettings } from '../settings.js';
import type { VaultTables } from '../tables.js';
import { idm, vaultDatabase } from '../tests/test-vault.js';
import { Deadline, now, type Moment } from './deadline.js';
import { HeldLease } from './held-lease.js';
import { renewLeases } from './lease-store.js';
import { timedTransaction } from './timed-transaction.js';

describe.each(databaseKinds())('what the database grants for a time, on %s', (kind) => {
  let database: TestDatabase;
  let db: Kysely<VaultTables>;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    db = database.kysely<VaultTables>();
  });
  afterAll(() => database.close());

  it('counts from before the transaction that grants it', async () => {
    const { start, inside } = await timedTransaction(db, async (trx) => {
      const inside = now();
      await sql`select pg_sleep(0.02)`.execute(trx);
      return { inside };
    });
    expect(start.monotonicMs).toBeLessThanOrEqual(inside.monotonicMs);
  });

  it('counts from before the statement that renews a lease', async () => {
    let asked: Moment | undefined;
    const watch: KyselyPlugin = {
      transformQuery: ({ node }) => {
        // The first one: what could not be renewed is looked at in a second.
        asked ??= now();
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const context = { db: db.withPlugin(watch), instanceId: 'a', settings: defaultVaultSettings } as unknown as VaultContext;
    const lease = new HeldLease({
      key: idm, generation: 1, takeId: 't', deadline: new Deadline(now(), 1), wireAllowanceMs: 0, clock: new MovableClock(), doubted: false,
      token: { version: 1, accessToken: new Secret('access'), issuedAt: new Date(), expiresAt: new Date() },
    });
    const { start, renewals } = await renewLeases(context, [lease]);
    expect(renewals).toEqual([]);
    expect(start.monotonicMs).toBeLessThanOrEqual(asked?.monotonicMs ?? 0);
  });
});
