import { databaseKinds, databaseUrl, dropDatabase, withClient, type TestDatabase } from '@wayleave/dev/database';
import { openDatabase } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId, findSuspended, GrantEnded, resumeGrants, Suspended, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { envelope, json } from '../tests/scripted-ups.js';
import { ada, bob, clearNow, company, idm, openWorld, optIn, refreshPath, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';

const call = (vault: Vault) => vault.use(idm, 'test', async (tools) => (await tools.call(track)).status);
const other = companyId('co_other');

describe.each(databaseKinds())('a database that is not where it was, on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.kysely<VaultTables>().deleteFrom('vault.home').execute();
    world = await openWorld(database);
    await optIn(world.vault);
    await optIn(world.vault, 'idm', ada, other);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** As a promotion leaves it: the same rows on another timeline. */
  const move = () => database.kysely<VaultTables>().updateTable('vault.home').set({ server: 'elsewhere' }).execute();
  const grant = () => world.vault.grant(company, 'idm');
  const actions = async () => (await world.vault.history(company, { limit: 99 })).map(({ action }) => action);
  const deps = () => ({ database, clock: world.clock, logger: { error: () => undefined, warn: () => undefined } as never });

  it('is used no more from that moment on, by anybody, and not refreshed or probed', async () => {
    const second = await world.another();
    await move();
    await expect(call(second)).rejects.toThrow(Suspended);
    expect((await grant()).state).toBe('authorized');
    world.clock.advance(5 * 3_600_000);
    await world.vault.maintain();
    expect(await grant()).toMatchObject({ state: 'suspended', suspendedAt: expect.any(Date) as Date });
    await world.vault.maintain();
    await expect(call(world.vault)).rejects.toThrow(Suspended);
    expect(await world.vault.refresh(company, 'idm')).toMatchObject({ kind: 'no-grant', grant: { state: 'suspended' } });
    expect(await world.vault.probe(company, 'idm')).toMatchObject({ kind: 'no-grant' });
    expect([...world.ups.arrivalsAt(refreshPath), ...world.ups.arrivalsAt(trackPath)]).toEqual([]);
    expect((await actions()).filter((action) => action === 'suspended')).toHaveLength(1);
    const events: unknown[] = [];
    await world.vault.deliverEvents(async ({ type, data }) => void (type === 'database.moved' && events.push(data)));
    expect(events).toEqual([{ grants: 2 }]);
  });

  it('is noted in every audit that can be written, whatever became of that of one company', async () => {
    await sql`update vault.audit_head set seq = seq - 1 where company_id = ${company}`.execute(database.kysely());
    await move();
    await world.vault.maintain();
    expect((await grant()).state).toBe('suspended');
    expect((await world.vault.history(other, { limit: 1 })).map(({ action }) => action)).toEqual(['suspended']);
  });

  it('ends a use that is under way, and nothing of it is stored', async () => {
    const using = world.vault.use(idm, 'test', async ({ store }) => {
      await move();
      await (await world.another()).maintain();
      await store(async () => undefined);
    });
    await expect(using).rejects.toThrow(GrantEnded);
  });

  it('keeps the pair that UPS gave while it moved', async () => {
    let release = () => {};
    world.ups.once(refreshPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const refreshing = world.vault.refresh(company, 'idm');
    await until(() => world.ups.arrivalsAt(refreshPath).length === 1);
    await move();
    await (await world.another()).maintain();
    release();
    await refreshing;
    expect((await grant()).state).toBe('suspended');
    await resumeGrants(deps());
    expect(await call(world.vault)).toBe(200);
    expect(world.ups.arrivalsAt(refreshPath)).toHaveLength(1);
  });

  it('keeps the refusal that UPS gave while it moved', async () => {
    let release = () => {};
    world.ups.once(refreshPath, (_, response) => {
      release = () => json(response, 400, envelope('10400', 'Invalid Refresh Token'));
    });
    const refreshing = world.vault.refresh(company, 'idm');
    await until(() => world.ups.arrivalsAt(refreshPath).length === 1);
    await move();
    await (await world.another()).maintain();
    release();
    await refreshing;
    expect(await grant()).toMatchObject({ state: 'needs-opt-in', endReason: 'refresh-refused', suspendedAt: null });
    expect(await resumeGrants(deps())).toBe(1);
    expect((await grant()).state).toBe('needs-opt-in');
  });

  it('leaves a lost answer alone until the operator confirms', async () => {
    world.ups.once(refreshPath, (_, response) => json(response, 503, {}));
    expect(await world.vault.refresh(company, 'idm')).toMatchObject({ kind: 'postponed', reason: 'uncertain' });
    await move();
    world.clock.advance(5 * 3_600_000);
    await (await world.another()).maintain();
    expect(world.log.filter((line) => line.includes('was not done'))).toEqual([]);
    await resumeGrants(deps());
    await until(async () => {
      await world.vault.maintain();
      return (await grant()).trouble === null;
    });
    expect(world.ups.arrivalsAt(refreshPath).length).toBeGreaterThanOrEqual(2);
  });

  it('stays where it is when the database moved once more after the operator was shown what is suspended', async () => {
    await move();
    const { since } = await findSuspended(deps(), 1);
    world.clock.advance(1_000);
    await move();
    await (await world.another()).maintain();
    expect(await resumeGrants(deps(), { upTo: since })).toBe(0);
    await expect(call(world.vault)).rejects.toThrow(Suspended);
    const again = await findSuspended(deps(), 1);
    expect(again.total).toBe(2);
    expect(await resumeGrants(deps(), { upTo: again.since })).toBe(2);
    expect(await call(world.vault)).toBe(200);
  });

  it('works again when the operator confirms, with what was suspended listed before', async () => {
    await move();
    expect(await findSuspended(deps(), 1)).toMatchObject({ total: 2, grants: [{ company, application: 'idm', optedInBy: ada.label }] });
    expect(await resumeGrants(deps())).toBe(2);
    expect(await findSuspended(deps(), 1)).toMatchObject({ total: 0, since: null, grants: [] });
    expect(await call(world.vault)).toBe(200);
    expect((await actions()).slice(0, 2)).toEqual(['resumed', 'suspended']);
    expect(await world.vault.verifyAudit('all')).toMatchObject({ findings: [] });
  });

  it('is suspended anew when it moves again before the operator confirmed', async () => {
    await move();
    await world.vault.maintain();
    const first = (await grant()).suspendedAt;
    world.clock.advance(3_600_000);
    await move();
    await world.vault.maintain();
    const second = (await grant()).suspendedAt;
    expect(second?.getTime()).toBeGreaterThan(first?.getTime() ?? Infinity);
    expect(await findSuspended(deps(), 1)).toMatchObject({ total: 2, since: second });
    await world.vault.maintain();
    expect((await actions()).filter((action) => action === 'suspended')).toHaveLength(2);
    const events: unknown[] = [];
    await world.vault.deliverEvents(async ({ type, data }) => void (type === 'database.moved' && events.push(data)));
    expect(events).toEqual([{ grants: 2 }, { grants: 2 }]);
  });

  it('is told by its files where it is embedded', async () => {
    expect(await findSuspended({ ...deps(), database: { ...database, filesId: 'of a copy' } }, 1)).toMatchObject({ total: 2 });
  });

  it('can be cleared and opted in to meanwhile', async () => {
    await move();
    await world.vault.maintain();
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    expect(await optIn(world.vault, 'idm', bob, other)).toMatchObject({ kind: 'opted-in', replaced: true });
    expect(await resumeGrants(deps())).toBe(0);
    expect(await grant()).toMatchObject({ state: 'cleared', suspendedAt: null });
    expect(await world.vault.grant(other, 'idm')).toMatchObject({ state: 'authorized', suspendedAt: null });
  });

  it.runIf(kind === 'postgres')('is noticed in a copy, whose original goes on', async () => {
    const copyName = `${new URL(database.url ?? '').pathname.slice(1)}_copy`;
    const serverUrl = process.env['WAYLEAVE_TEST_POSTGRES'] ?? '';
    await world.vault.close();
    await withClient(serverUrl, async (client) => {
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [new URL(database.url ?? '').pathname.slice(1)]);
      await client.query(`create database "${copyName}" template "${new URL(database.url ?? '').pathname.slice(1)}"`);
    });
    const copy = await openDatabase({ url: databaseUrl(serverUrl, copyName), max: 2 });
    const restored = await world.another({ database: copy });
    expect((await restored.grant(company, 'idm')).state).toBe('suspended');
    await restored.close();
    await copy.close();
    await dropDatabase(serverUrl, copyName);
    expect(await call(await world.another())).toBe(200);
  });
});
