import { testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxMigrations } from '../index.js';
import { createLedger, type Arrival, type Ledger } from './ledger.js';

describe('a line of the ledger that is written beside the work', () => {
  let database: TestDatabase;
  let ledger: Ledger;
  beforeAll(async () => {
    database = await testDatabase('pglite', [sandboxMigrations]);
    ledger = createLedger(database);
  });
  afterAll(() => database.close());

  function arrive(): Arrival {
    const arrival: Arrival = { atMs: Date.now(), method: 'POST', path: '/security/v1/oauth/token', clientId: null, grant: null, profileId: null };
    ledger.begin(arrival);
    return arrival;
  }

  async function insert({ atMs }: Arrival): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      insert into upscom.arrival (at, method, path, status) values (${new Date(atMs)}, 'POST', '/beside', 200) returning id
    `.execute(database.kysely());
    return rows[0]!.id;
  }

  const linesOf = async ({ atMs }: Arrival) => (await ledger.entries({ since: new Date(atMs) })).map(({ path, status }) => [path, status]);

  it('is the only one of an answered call', async () => {
    const arrival = arrive();
    ledger.entrust(arrival, insert(arrival));
    expect(await linesOf(arrival)).toEqual([['/beside', 200]]);
    await ledger.finish(arrival, 200);
    expect(await linesOf(arrival)).toEqual([['/beside', 200]]);
  });

  it('is corrected when the answer did not arrive', async () => {
    const arrival = arrive();
    const writing = insert(arrival);
    ledger.entrust(arrival, writing);
    await ledger.finish(arrival, null);
    expect(await linesOf(arrival)).toEqual([['/beside', null]]);
  });

  it.each([['was not needed', async () => null], ['failed', async () => { throw new Error('the database is gone'); }]])('is written all the same when the work %s', async (_what, work) => {
    const arrival = arrive();
    ledger.entrust(arrival, work());
    expect(await linesOf(arrival)).toEqual([[arrival.path, null]]);
    await ledger.finish(arrival, 400);
    expect(await linesOf(arrival)).toEqual([[arrival.path, 400]]);
  });

  it('is not waited for any longer when it cannot be written, and is written when that is tried again', async () => {
    const away = () => sql`alter table upscom.arrival rename to arrival_away`.execute(database.kysely());
    const back = () => sql`alter table upscom.arrival_away rename to arrival`.execute(database.kysely());
    const [unwritten, uncorrected] = [arrive(), arrive()];
    await ledger.finish(uncorrected, 200);
    await away();
    await expect(ledger.finish(unwritten, 200)).rejects.toThrow();
    await expect(ledger.finish(uncorrected, null)).rejects.toThrow();
    await back();
    const since = new Date(unwritten.atMs);
    const statuses = async () => (await ledger.entries({ since })).map(({ status }) => status);
    expect(await statuses()).toEqual([200]);
    await ledger.finish(unwritten, 500);
    await ledger.finish(uncorrected, null);
    expect((await statuses()).sort()).toEqual([500, null].sort());
  });
});
