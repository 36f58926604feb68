import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, NeedsOptIn, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { envelope, json } from '../tests/scripted-ups.js';
import { bob, clearNow, company, idm, openWorld, optIn, otherCompany, refreshPath, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';

const hour = 60 * 60_000;

describe.each(databaseKinds())('a refresh on %s', (kind) => {
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

  const grant = () => vault.grant(company, 'idm');
  const refreshes = () => world.ups.arrivalsAt(refreshPath).length;
  const call = (by = vault) => by.use(idm, 'test', async (tools) => (await tools.call(track)).status);
  const states = async () => (await vault.issuedTokens(company, 'idm', { page: 1, pageSize: 9 })).rows.map(({ state }) => state);
  const events = async () => {
    const seen: string[] = [];
    await vault.deliverEvents(async ({ type }) => void seen.push(type));
    return seen;
  };

  it('CB11 happens once for 50 parallel uses with an expired access token', async () => {
    world.clock.advance(5 * hour);
    const statuses = await Promise.all(Array.from({ length: 50 }, () => call()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refreshes()).toBe(1);
    expect(await states()).toEqual(['in use', 'replaced']);
  });

  it('CB11 happens once for 50 parallel uses with a token that UPS refuses', async () => {
    world.clock.advance(2 * 60_000);
    world.ups.expire('access-canary-1');
    const statuses = await Promise.all(Array.from({ length: 50 }, () => call()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refreshes()).toBe(1);
  });

  it('LG02 adds a row to the grid, an audit entry and an event, and keeps the consent', async () => {
    const before = await grant();
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
    const after = await grant();
    expect(after).toMatchObject({ state: 'authorized', generation: before.generation, optedInBy: before.optedInBy });
    expect(await states()).toEqual(['in use', 'replaced']);
    expect((await vault.history(company, { limit: 1 }))[0]).toMatchObject({ action: 'refreshed', company, application: 'idm', generation: before.generation });
    expect(await events()).toEqual(['grant.opted_in', 'grant.refreshed']);
  });

  it('comes due ahead of the end, once for two workers', async () => {
    const other = await world.another();
    await Promise.all([vault.maintain(), other.maintain()]);
    expect(refreshes()).toBe(0);
    world.clock.advance(4 * hour - 10 * 60_000);
    await Promise.all([vault.maintain(), other.maintain()]);
    expect(refreshes()).toBe(1);
  });

  it('shows an expired token as expired', async () => {
    world.clock.advance(5 * hour);
    expect(await states()).toEqual(['expired']);
  });

  it('RF11 recovers a lost answer once, and then says that a new opt-in is needed and why', async () => {
    world.ups.once(refreshPath, (arrival, response) => {
      world.ups.spend(arrival.form.get('refresh_token') ?? '');
      response.destroy();
    });
    expect(await vault.refresh(company, 'idm')).toEqual({ kind: 'postponed', reason: 'uncertain' });
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: { kind: 'uncertain' } });
    expect(await call()).toBe(200);
    await vault.maintain();
    expect(refreshes()).toBe(1);
    world.clock.advance(5 * hour);
    await vault.maintain();
    expect(await grant()).toMatchObject({ state: 'needs-opt-in', endReason: 'answer-lost' });
    await vault.maintain();
    await expect(call()).rejects.toThrow(NeedsOptIn);
    expect(refreshes()).toBe(2);
    expect(await events()).toEqual(['grant.opted_in', 'grant.voided']);
  });

  it('recovers a lost answer to a token that was not spent', async () => {
    world.ups.once(refreshPath, (_, response) => json(response, 503, {}));
    expect(await vault.refresh(company, 'idm')).toEqual({ kind: 'postponed', reason: 'uncertain' });
    world.clock.advance(5 * hour);
    world.ups.once(refreshPath, (_, response) => json(response, 500, {}));
    await expect(call()).rejects.toThrow('cannot be read');
    expect((await grant()).trouble).toMatchObject({ kind: 'uncertain' });
    await expect(call()).rejects.toThrow('could not be reached');
    expect(refreshes()).toBe(2);
    world.clock.advance(hour);
    expect(await call()).toBe(200);
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: null });
  });

  it.each([
    ['429', 'throttled', 429, envelope('10429', 'Too Many Requests')],
    ['a blocked merchant', 'blocked-merchant', 403, envelope('10403', 'Blocked Merchant')],
    ['a wrong client secret', 'client-refused', 401, envelope('10401', 'ClientId is Invalid')],
  ] as const)('waits after %s, goes on with the access token, and sends the same refresh token again', async (_, reason, status, body) => {
    world.ups.once(refreshPath, (_arrival, response) => json(response, status, body));
    expect(await vault.refresh(company, 'idm')).toEqual({ kind: 'postponed', reason });
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: { kind: reason } });
    expect(await call()).toBe(200);
    await until(async () => {
      world.clock.advance(hour / 4);
      await vault.maintain();
      return (await grant()).trouble === null;
    });
    expect((await grant()).state).toBe('authorized');
    const [first, second] = world.ups.arrivalsAt(refreshPath);
    expect(second?.form.get('refresh_token')).toBe(first?.form.get('refresh_token'));
  });

  it('does not hammer UPS while it waits, though every use needs a token', async () => {
    world.clock.advance(5 * hour);
    world.ups.once(refreshPath, (_, response) => json(response, 429, envelope('10429', 'Too Many Requests')));
    await expect(call()).rejects.toThrow('fewer calls');
    for (let again = 0; again < 5; again += 1) await expect(call()).rejects.toThrow('could not be reached');
    expect(refreshes()).toBe(1);
  });

  it('voids the grant when UPS refuses the refresh token', async () => {
    world.ups.changePassword();
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'voided', grant: { state: 'needs-opt-in', endReason: 'refresh-refused' } });
    expect(await states()).toEqual(['voided']);
    expect(await events()).toEqual(['grant.opted_in', 'grant.voided']);
    await expect(call()).rejects.toThrow(NeedsOptIn);
    expect(refreshes()).toBe(1);
    expect(await optIn(vault, 'idm', bob)).toEqual({ kind: 'opted-in', company, replaced: false });
    expect(await call()).toBe(200);
  });

  it('voids the grant at the first call that is refused after a password change', async () => {
    world.clock.advance(2 * 60_000);
    world.ups.changePassword();
    await expect(call()).rejects.toThrow(NeedsOptIn);
    expect(await grant()).toMatchObject({ state: 'needs-opt-in', endReason: 'password-or-withdrawal' });
    expect(refreshes()).toBe(1);
  });

  it('voids a grant whose password changed seconds after the opt-in, as soon as its token is a minute old', async () => {
    world.ups.changePassword();
    expect(await vault.probe(company, 'idm')).toMatchObject({ kind: 'refused' });
    expect(await call()).toBe(401);
    expect(refreshes()).toBe(0);
    await vault.maintain();
    expect((await grant()).state).toBe('authorized');
    world.clock.advance(60_000);
    await vault.maintain();
    expect(await grant()).toMatchObject({ state: 'needs-opt-in', endReason: 'password-or-withdrawal' });
    expect(refreshes()).toBe(1);
  });

  it('says that a young token was refused, also when UPS was down at the call before', async () => {
    world.ups.once(trackPath, (_, response) => json(response, 503, 'down'));
    expect(await vault.probe(company, 'idm')).toEqual({ kind: 'unanswered', reason: 'ups-fault' });
    world.ups.changePassword();
    expect(await vault.probe(company, 'idm')).toMatchObject({ kind: 'refused' });
    expect((await grant()).trouble).toBeNull();
  });

  it('voids a grant whose refreshes succeed while its tokens are refused as tokens', async () => {
    world.ups.always(trackPath, (_, response) => json(response, 401, envelope('UJ0001', 'Invalid token or token is not present')));
    for (let minute = 0; minute < 2; minute += 1) {
      world.clock.advance(61_000);
      await vault.probe(company, 'idm');
    }
    expect(refreshes()).toBe(2);
    expect((await grant()).state).toBe('needs-opt-in');
  });

  it('blames the client, not the grant, when fresh tokens are refused for another reason', async () => {
    world.ups.always(trackPath, (_, response) => json(response, 401, envelope('250002', 'Invalid Authentication Information')));
    for (let minute = 0; minute < 5; minute += 1) {
      world.clock.advance(61_000);
      await vault.probe(company, 'idm');
    }
    expect(refreshes()).toBe(2);
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: { kind: 'client-refused' } });
    world.ups.always(trackPath, null);
    expect(await call()).toBe(200);
    expect((await grant()).trouble).toBeNull();
  });

  it('forgets old refusals at a good answer', async () => {
    for (let time = 0; time < 4; time += 1) {
      world.clock.advance(61_000);
      world.ups.once(trackPath, (_, response) => json(response, 401, envelope('UJ0001', 'Invalid token or token is not present')));
      expect(await call()).toBe(200);
    }
    expect((await grant()).state).toBe('authorized');
  });

  it('loses to a newer consent, whether it succeeds or fails late', async () => {
    for (const status of [200, 400]) {
      let release = () => {};
      world.ups.once(refreshPath, (arrival, response) => {
        release = () => (status === 200 ? world.ups.answer(arrival, response) : json(response, 400, envelope('10400', 'Invalid Refresh Token')));
      });
      const before = refreshes();
      const refreshing = vault.refresh(company, 'idm');
      await until(() => refreshes() > before);
      await optIn(vault, 'idm', bob);
      const newest = await grant();
      release();
      await refreshing;
      expect(await grant()).toEqual(newest);
      expect(await call()).toBe(200);
    }
  });

  it('is destroyed unstored and recorded when Clear came while it was under way', async () => {
    let release = () => {};
    world.ups.once(refreshPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const refreshing = vault.refresh(company, 'idm');
    await until(() => refreshes() === 1);
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared', callsCutOff: 0 });
    release();
    expect(await refreshing).toMatchObject({ kind: 'no-grant', grant: { state: 'cleared' } });
    expect(await states()).toEqual(['never stored', 'destroyed by Clear']);
    expect(await events()).toEqual(['grant.opted_in', 'grant.clearing', 'grant.cleared', 'grant.issued_after_clear']);
    expect(await tokenSets()).toBe(0);
  });

  it('takes over from an instance that died with the answer unknown', async () => {
    const db = world.database.kysely<VaultTables>();
    const { generation, version } = await db.selectFrom('vault.token_set').selectAll().executeTakeFirstOrThrow();
    await db.insertInto('vault.redemption').values({
      company_id: company, application: 'idm', id: 'left-behind', generation, version, instance_id: 'dead', phase: 'pending',
      deadline_at: sql<Date>`clock_timestamp() - interval '1 second'`, next_attempt_at: null,
    }).execute();
    const worker = await world.another({ settings: { ...defaultVaultSettings, redemptionMs: 300 } });
    await until(async () => {
      await worker.maintain();
      return (await grant()).trouble !== null;
    });
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: { kind: 'uncertain' } });
    expect(await call()).toBe(200);
    expect(refreshes()).toBe(0);
    world.clock.advance(5 * hour);
    expect(await call()).toBe(200);
    expect(refreshes()).toBe(1);
    expect(await grant()).toMatchObject({ state: 'authorized', trouble: null });
  });

  it('of a company whose audit chain is broken keeps nobody else from learning that an answer is lost', async () => {
    await optIn(vault, 'idm', bob, otherCompany);
    const db = world.database.kysely<VaultTables>();
    for (const of of [company, otherCompany]) {
      await db.insertInto('vault.redemption').values({
        company_id: of, application: 'idm', id: `left-behind ${of}`, generation: 1, version: 1, instance_id: 'dead', phase: 'pending',
        deadline_at: sql<Date>`clock_timestamp() - case when ${of} = ${company} then interval '2 seconds' else interval '1 second' end`, next_attempt_at: null,
      }).execute();
    }
    await sql`update vault.audit_head set seq = seq - 1 where company_id = ${company}`.execute(db);
    const worker = await world.another({ settings: { ...defaultVaultSettings, redemptionMs: 300 } });
    await until(async () => {
      await worker.maintain();
      return (await vault.grant(otherCompany, 'idm')).trouble !== null;
    });
    expect(world.log.filter((line) => line.includes('giving up a redemption failed'))).not.toEqual([]);
  });

  it('is not taken over when the database\'s clock steps forward while its answer is on the way', async () => {
    const other = await world.another();
    let release = () => {};
    world.ups.once(refreshPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const refreshing = vault.refresh(company, 'idm');
    await until(() => refreshes() === 1);
    await world.database.kysely<VaultTables>().updateTable('vault.redemption').set({ deadline_at: sql<Date>`clock_timestamp() - interval '1 second'` }).execute();
    world.clock.advance(5 * hour);
    const using = call(other);
    await other.maintain();
    expect(refreshes()).toBe(1);
    release();
    expect(await refreshing).toMatchObject({ kind: 'refreshed' });
    expect(await using).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it('has been lost since it was first, also when whoever was to find out died', async () => {
    world.ups.once(refreshPath, (_, response) => json(response, 503, {}));
    await vault.refresh(company, 'idm');
    const { trouble } = await grant();
    world.clock.advance(hour);
    await world.database.kysely<VaultTables>().updateTable('vault.redemption')
      .set({ phase: 'pending', recovery: true, id: 'left-behind', instance_id: 'dead', deadline_at: sql<Date>`clock_timestamp() - interval '1 second'` }).execute();
    const worker = await world.another({ settings: { ...defaultVaultSettings, redemptionMs: 300 } });
    await until(async () => {
      await worker.maintain();
      return (await world.database.kysely<VaultTables>().selectFrom('vault.redemption').select('phase').executeTakeFirst())?.phase === 'uncertain';
    });
    expect((await grant()).trouble).toEqual(trouble);
  });

  it('waits for another instance\'s refresh and takes its token', async () => {
    const other = await world.another();
    world.clock.advance(5 * hour);
    let release = () => {};
    world.ups.once(refreshPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const here = call();
    await until(() => refreshes() === 1);
    const there = call(other);
    release();
    expect(await Promise.all([here, there])).toEqual([200, 200]);
    expect(refreshes()).toBe(1);
  });

  it('happens once for uses in two instances at the same moment', async () => {
    const other = await world.another();
    world.clock.advance(5 * hour);
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => call(index % 2 === 0 ? vault : other)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refreshes()).toBe(1);
  });

  it('probes a quiet grant, once for two workers, and shows what UPS ran into', async () => {
    const other = await world.another();
    world.clock.advance(16 * 60_000);
    await Promise.all([vault.maintain(), other.maintain()]);
    expect(world.ups.arrivalsAt(trackPath)).toHaveLength(1);
    world.clock.advance(16 * 60_000);
    world.ups.once(trackPath, (_, response) => json(response, 503, {}));
    await vault.maintain();
    expect((await grant()).trouble).toMatchObject({ kind: 'ups-fault' });
    expect(await vault.probe(company, 'idm')).toMatchObject({ kind: 'stands' });
    expect((await grant()).trouble).toBeNull();
  });

  async function tokenSets(): Promise<number> {
    return (await world.database.kysely<VaultTables>().selectFrom('vault.token_set').selectAll().execute()).length;
  }
});
