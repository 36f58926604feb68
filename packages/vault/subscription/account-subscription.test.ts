import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { json } from '../tests/scripted-ups.js';
import { bob, clearNow, company, idm, openWorld, optIn, track, until, vaultDatabase, type World } from '../tests/test-vault.js';

const path = '/api/track/v2/subscription/standard/account';

describe.each(databaseKinds())('Clear and the accounts that UPS pushes events about, on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  let vault: Vault;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    vault = world.vault;
    await optIn(vault);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const arrivals = () => world.ups.arrivalsAt(path);
  const remember = (account: string) => vault.use(idm, 'subscribe', ({ rememberAccountSubscription }) => rememberAccountSubscription(account));
  const unsubscribed = () => world.ups.always(path, (_arrival, response) => json(response, 200, { message: 'Account unsubscribed' }));

  it('ends them at UPS with the token that ends, and says so', async () => {
    unsubscribed();
    for (const account of ['A1B2C3', 'X4Y5Z6', 'A1B2C3']) await remember(account);
    await vault.use(idm, 'track', ({ call }) => call(track));
    const outcome = await clearNow(vault);
    expect(outcome).toMatchObject({ kind: 'cleared', callsCutOff: 0, unsubscribed: ['A1B2C3', 'X4Y5Z6'], stillSubscribed: [] });
    expect(arrivals().map(({ method, path: asked, bearer }) => [method, asked.slice(path.length), bearer]).sort()).toEqual(
      ['A1B2C3', 'X4Y5Z6'].map((account) => ['DELETE', `?shipper_account_number=${account}`, 'access-canary-1']));
    const [cleared, used] = await vault.history(company, { limit: 9, uses: true });
    expect([cleared?.action, cleared?.detail]).toMatchObject(['cleared', { unsubscribed: 2, stillSubscribed: 0 }]);
    expect(used?.detail).toMatchObject({ count: 'exact', purposes: [{ purpose: 'unsubscribe', calls: 2 }] });
    const db = world.database.kysely<VaultTables>();
    for (const table of ['vault.lease', 'vault.audit_window', 'vault.token_set'] as const) expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
    await optIn(vault);
    expect(await clearNow(vault)).toMatchObject({ unsubscribed: [], stillSubscribed: [] });
    expect(arrivals()).toHaveLength(2);
  });

  it('makes no call where there is nothing to end', async () => {
    await remember('A1B2C3');
    await vault.use(idm, 'unsubscribe', ({ forgetAccountSubscription }) => forgetAccountSubscription('A1B2C3'));
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared', unsubscribed: [], stillSubscribed: [] });
    await optIn(vault);
    await remember('A1B2C3');
    world.clock.advance(5 * 3_600_000);
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared', unsubscribed: [], stillSubscribed: ['A1B2C3'] });
    expect(arrivals()).toEqual([]);
  });

  it('waits two seconds at most, hands nothing to the network after its answer, and names what stands', async () => {
    world.ups.always(path, ({ path: asked }, response) => {
      if (asked.endsWith('X4Y5Z6')) json(response, 503, {});
    });
    for (const account of ['A1B2C3', 'X4Y5Z6']) await remember(account);
    const started = performance.now();
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared', unsubscribed: [], stillSubscribed: ['A1B2C3', 'X4Y5Z6'] });
    const tookMs = performance.now() - started;
    expect(tookMs).toBeGreaterThan(1_900);
    const place = await world.ups.mark();
    expect(world.ups.arrivals.slice(place + 1)).toEqual([]);
    unsubscribed();
    await optIn(vault);
    expect(await clearNow(vault)).toMatchObject({ unsubscribed: ['A1B2C3', 'X4Y5Z6'], stillSubscribed: [] });
    expect(arrivals().at(-1)?.bearer).toBe('access-canary-2');
  });

  it('keeps who joins waiting as long as who began, and tells them the same', async () => {
    const other = await world.another();
    let answer = () => {};
    world.ups.always(path, (_arrival, response) => {
      answer = () => json(response, 200, { message: 'Account unsubscribed' });
    });
    await remember('A1B2C3');
    const { generation } = await vault.grant(company, 'idm');
    const clear = (by: Vault) => by.clear({ company, application: 'idm', member: bob, generation });
    const began = clear(vault);
    await until(() => arrivals().length === 1);
    let isOver = false;
    const joined = clear(other).finally(() => {
      isOver = true;
    });
    for (let look = 0; look < 20; look += 1) expect((await other.grant(company, 'idm')).state).toBe('clearing');
    expect(isOver).toBe(false);
    answer();
    const ended = { kind: 'cleared', unsubscribed: ['A1B2C3'] };
    expect(await began).toMatchObject(ended);
    // Who came only after the end has nothing to join.
    const second = await joined;
    expect(second).toMatchObject(second.kind === 'nothing' ? { grant: { state: 'cleared' } } : ended);
    expect(arrivals()).toHaveLength(1);
  });
});
