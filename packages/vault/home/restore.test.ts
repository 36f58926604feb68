import type { TestDatabase } from '@wayleave/dev/database';
import { PostgresMachine, type PostgresCluster } from '@wayleave/dev/postgres-cluster';
import { migrate, openDatabase, type Database } from '@wayleave/platform/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId, findSuspended, NeedsOptIn, resumeGrants, Suspended, vaultMigrations, type Vault } from '../index.js';
import { ada, clearNow, company, idm, openWorld, optIn, refreshPath, track, trackPath, until, type World } from '../tests/test-vault.js';

const programs = process.env['WAYLEAVE_TEST_POSTGRES_PROGRAMS'];
const name = 'wayleave';
const other = companyId('co_other');
const call = (vault: Vault, key = idm) => vault.use(key, 'test', async (tools) => (await tools.call(track)).status);

describe.runIf(programs)('a PostgreSQL cluster of its own', () => {
  let machine: PostgresMachine;
  let primary: PostgresCluster;
  let database: TestDatabase;
  let world: World;
  const pools: Database[] = [];

  beforeAll(async () => {
    machine = new PostgresMachine(programs ?? '');
    primary = await machine.create('primary');
    await primary.query(`create database ${name}`);
  });
  afterAll(() => machine[Symbol.asyncDispose]());
  beforeEach(async () => {
    const url = primary.url(name);
    const opened = await openDatabase({ url });
    database = { ...opened, url, connect: ({ max = 5 } = {}) => openDatabase({ url, max }), [Symbol.asyncDispose]: () => opened.close() };
    await migrate(database, [vaultMigrations]);
    await primary.query('delete from vault.home', name);
    world = await openWorld(database);
    await optIn(world.vault);
    await optIn(world.vault, 'idm', ada, other);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await Promise.all([database, ...pools.splice(0)].map((pool) => pool.close()));
  });

  const open = async (url: string) => {
    const pool = await openDatabase({ url, max: 5 });
    pools.push(pool);
    return { pool, vault: await world.another({ database: pool }) };
  };
  const deps = (of: Database) => ({ database: of, clock: world.clock, logger: { error: () => undefined, warn: () => undefined } as never });
  const arrivals = () => [...world.ups.arrivalsAt(refreshPath), ...world.ups.arrivalsAt(trackPath)].length;
  const stateOf = async (vault: Vault, of = company) => (await vault.grant(of, 'idm')).state;

  /** A standby that has everything the primary had until now, promoted. */
  async function promotedStandby(home: string): Promise<PostgresCluster> {
    const standby = await machine.backUp(primary, home);
    standby.follow(primary);
    await standby.start();
    const [now] = await primary.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
    await until(async () => (await standby.query<{ done: boolean }>(`select pg_last_wal_replay_lsn() >= '${now?.lsn}' as done`))[0]?.done === true);
    await standby.query('select pg_promote()');
    return standby;
  }

  async function expectSuspended({ pool, vault }: { pool: Database; vault: Vault }, of = [company, other]): Promise<void> {
    const before = arrivals();
    for (const one of of) expect(await stateOf(vault, one)).toBe('suspended');
    await expect(call(vault)).rejects.toThrow(Suspended);
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'no-grant' });
    world.clock.advance(5 * 3_600_000);
    await vault.maintain();
    expect(arrivals()).toBe(before);
    expect((await findSuspended(deps(pool), 9)).total).toBe(of.length);
    expect(await vault.verifyAudit('all')).toMatchObject({ findings: [] });
  }

  /** A worker's looks, until one of them reaches the server again. */
  async function untilReached(vault: Vault): Promise<void> {
    await until(() => vault.maintain().then(() => vault.grant(company, 'idm')).then(() => true, () => false));
    await vault.maintain();
  }

  it('is suspended on a standby that was promoted, until it is resumed; the primary beside it goes on', async () => {
    const standby = await promotedStandby('standby');
    const promoted = await open(standby.url(name));
    await expectSuspended(promoted);
    expect(await world.vault.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
    expect(await call(world.vault)).toBe(200);
    expect(await resumeGrants(deps(promoted.pool))).toBe(2);
    expect(await call(promoted.vault, { company: other, application: 'idm' })).toBe(200);
    // The primary has spent this one's refresh token since; that it is sent again ends the grant of both.
    await expect(call(promoted.vault)).rejects.toThrow(NeedsOptIn);
    expect(await call(world.vault)).toBe(401);
  });

  it('ends a use with its lease where its process is led to the promoted standby', async () => {
    expect(await call(world.vault)).toBe(200);
    const standby = await promotedStandby('successor');
    await Promise.all([primary, standby].map((cluster) => cluster.stop('SIGINT')));
    await standby.start(primary);
    await until(async () => (await call(world.vault).catch((error: unknown) => error)) instanceof Suspended);
    await world.vault.maintain();
    await expectSuspended({ pool: database, vault: world.vault });
    await standby.stop('SIGINT');
    await primary.start();
  });

  it('is suspended after a recovery to a point in time, with what was cleared since', async () => {
    const recovered = await machine.backUp(primary, 'recovered');
    await primary.query(`select pg_create_restore_point('before the Clear')`);
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    await primary.query('select pg_switch_wal()');
    recovered.recover(primary, 'before the Clear');
    await recovered.start();
    await until(async () => (await recovered.query<{ over: boolean }>('select not pg_is_in_recovery() as over'))[0]?.over === true);
    const restored = await open(recovered.url(name));
    await expectSuspended(restored);
    expect(await clearNow(restored.vault)).toMatchObject({ kind: 'cleared' });
    expect(await resumeGrants(deps(restored.pool))).toBe(1);
    expect([await stateOf(restored.vault), await stateOf(restored.vault, other)]).toEqual(['cleared', 'authorized']);
    expect(await stateOf(world.vault)).toBe('cleared');
  });

  it('is suspended in another database that its dump is restored to', async () => {
    await machine.run('pg_dump', '--format', 'custom', '--file', 'dump', '--dbname', primary.url(name));
    await primary.query('create database restored');
    await machine.run('pg_restore', '--dbname', primary.url('restored'), 'dump');
    await expectSuspended(await open(primary.url('restored')));
    expect(await call(world.vault)).toBe(200);
  });

  it('is suspended when its dump is restored over it', async () => {
    await machine.run('pg_dump', '--format', 'custom', '--file', 'dump', '--dbname', primary.url(name));
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    await machine.run('pg_restore', '--clean', '--if-exists', '--dbname', primary.url(name), 'dump');
    await world.vault.maintain();
    await expectSuspended({ pool: database, vault: world.vault });
  });

  it('is suspended when a worker runs through the restore of its dump over it', async () => {
    const restore = (...words: string[]) => machine.run('pg_restore', ...words, '--dbname', primary.url(name), 'dump');
    await machine.run('pg_dump', '--format', 'custom', '--file', 'dump', '--dbname', primary.url(name));
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    await restore('--clean', '--if-exists', '--section', 'pre-data');
    await world.vault.maintain();
    await restore('--section', 'data');
    await world.vault.maintain();
    await restore('--section', 'post-data');
    await world.vault.maintain();
    await expectSuspended({ pool: database, vault: world.vault });
  });

  it('is suspended by a worker that saw more than what the server was put back to', async () => {
    await world.vault.maintain();
    const backup = await machine.backUp(primary, 'backup');
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    await world.vault.maintain();
    await primary.stop('SIGINT');
    await primary.takeDataOf(backup);
    await primary.start();
    await untilReached(world.vault);
    await expectSuspended({ pool: database, vault: world.vault });
    expect(await resumeGrants(deps(database))).toBe(2);
    await world.vault.maintain();
    expect(await stateOf(world.vault)).toBe('authorized');
  });

  it('goes on after a restart and after a crash', async () => {
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGQUIT', 'SIGINT'] as const) {
      await optIn(world.vault);
      await world.vault.maintain();
      await primary.stop(signal);
      await primary.start();
      await untilReached(world.vault);
      expect(await stateOf(world.vault)).toBe('authorized');
      expect(await call(world.vault)).toBe(200);
    }
  });
});
