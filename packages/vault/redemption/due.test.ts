import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import type { Database } from '@wayleave/platform/database';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companyId, defaultVaultSettings } from '../index.js';
import type { VaultSettings } from '../settings.js';
import type { VaultTables } from '../tables.js';
import { ada, openWorld, optIn, refreshPath, track, trackPath, until, vaultDatabase } from '../tests/test-vault.js';
import { passOverProbes } from './due-store.js';

const hour = 60 * 60_000;
const due = { company: companyId('co_0'), application: 'idm' } as const;

describe.each(databaseKinds())('what is due on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  /** So many grants with refreshes due; UPS does not answer the first of them before it is released. */
  async function dueGrants(count: number, unanswered: number, settings: Partial<VaultSettings> = {}) {
    const world = await openWorld(database, { probeIntervalMs: 24 * hour, ...settings });
    for (let index = 0; index < count; index += 1) await optIn(world.vault, 'idm', ada, companyId(`co_${index}`));
    world.clock.advance(4 * hour - 10 * 60_000);
    const held: (() => void)[] = [];
    world.ups.always(refreshPath, (arrival, response) => {
      if (held.length < unanswered) held.push(() => world.ups.answer(arrival, response));
      else world.ups.answer(arrival, response);
    });
    const release = () => {
      world.ups.always(refreshPath, null);
      for (const answer of held) answer();
    };
    return { world, release, refreshes: () => world.ups.arrivalsAt(refreshPath).length };
  }

  it('is refreshed once, however slow UPS is and however many workers there are', async () => {
    const { world, release, refreshes } = await dueGrants(10, 8, { leaseMs: 20_000 });
    await using _ = world;
    const tick = world.vault.maintain();
    await until(() => refreshes() >= 8);
    world.clock.advance(16_000);
    await (await world.another()).maintain();
    release();
    await tick;
    expect(refreshes()).toBe(10);
  });

  it('is begun by one worker so much at a time, however many ticks go by, and left to the others', async () => {
    const { world, release, refreshes } = await dueGrants(7, 6, { dueAtOnce: 3, leaseMs: 1_200 });
    await using _ = world;
    await Promise.all([world.vault.maintain(), world.vault.maintain()]);
    await world.vault.maintain();
    expect(refreshes()).toBe(3);
    await (await world.another()).maintain();
    expect(refreshes()).toBe(6);
    release();
    await until(async () => {
      await world.vault.maintain();
      return refreshes() === 7;
    });
  });

  it('is no probe of a grant in use, which is not looked at again before it may be quiet', async () => {
    const { world } = await dueGrants(1, 0, { probeIntervalMs: 15 * 60_000 });
    await using _ = world;
    const probes = () => world.ups.arrivalsAt(trackPath).length;
    const nextProbe = async () => (await database.kysely<VaultTables>().selectFrom('vault.grant').select('next_probe_at').executeTakeFirstOrThrow()).next_probe_at;
    await world.vault.use(due, 'test', ({ call }) => call(track));
    await until(async () => (await world.vault.grant(due.company, 'idm')).lastUseAt !== null);
    await until(async () => {
      await world.vault.maintain();
      return ((await nextProbe())?.getTime() ?? 0) > world.clock.now().getTime();
    });
    expect(probes()).toBe(1);
    world.clock.advance(16 * 60_000);
    await world.vault.maintain();
    expect(probes()).toBe(2);
  });

  const uncertain = (of: string, nextAttemptAt: Date) => sql`
    insert into vault.redemption (company_id, application, id, generation, version, instance_id, phase, attempts, deadline_at, next_attempt_at)
    select company_id, application, ${of}, generation, version, 'dead', 'uncertain', 1, ${nextAttemptAt}, ${nextAttemptAt} from vault."grant" where company_id = ${of}`
    .execute(database.kysely());

  it('is recovered whatever keeps those from it that have waited longer', async () => {
    const { world, refreshes } = await dueGrants(2, 0, { dueAtOnce: 1 });
    await using _ = world;
    world.clock.advance(hour);
    const now = world.clock.now().getTime();
    await uncertain('co_0', new Date(now - 2_000));
    await uncertain('co_1', new Date(now - 1_000));
    await sql`update vault.token_set set wrapped_key = decode('00', 'hex') where company_id = 'co_0'`.execute(database.kysely());
    await until(async () => {
      await world.vault.maintain();
      return refreshes() > 0;
    });
    expect(refreshes()).toBe(1);
  });

  it('is looked through for probes whatever lost answers stand before', async () => {
    const { world } = await dueGrants(2, 0);
    await using _ = world;
    const { clock } = world;
    const db = database.kysely<VaultTables>();
    const now = clock.now();
    await uncertain('co_0', new Date(now.getTime() + hour));
    await db.updateTable('vault.token_set').set({ issued_at: new Date(now.getTime() - 48 * hour) }).execute();
    await db.updateTable('vault.grant').where('company_id', '=', companyId('co_0')).set({ next_probe_at: new Date(now.getTime() - hour) }).execute();
    await db.updateTable('vault.grant').where('company_id', '=', companyId('co_1')).set({ next_probe_at: now, last_use_at: now }).execute();
    await passOverProbes({ db, clock, settings: { ...defaultVaultSettings, probeIntervalMs: 24 * hour } }, 'idm', 1);
    const next = await db.selectFrom('vault.grant').select('next_probe_at').where('company_id', '=', companyId('co_1')).executeTakeFirstOrThrow();
    expect(next.next_probe_at?.getTime()).toBe(now.getTime() + 24 * hour);
  });

  it('is not refreshed again by a worker that stood still since it took it on', async () => {
    const { world, refreshes } = await dueGrants(1, 0);
    await using _ = world;
    let goOn = () => {};
    let isStopped = false;
    const stop = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const stopped = await world.another({
      database: before(database, async () => {
        isStopped = true;
        await stop;
      }),
    });
    const tick = stopped.maintain();
    await until(() => isStopped);
    expect(await world.vault.refresh(due.company, 'idm')).toMatchObject({ kind: 'refreshed' });
    goOn();
    await tick;
    expect(await stopped.use(due, 'test', async ({ call }) => (await call(track)).status)).toBe(200);
    expect(refreshes()).toBe(1);
  });
});

/** The database, with a wait before each lease is taken: a claim is made by other means. */
function before(database: Database, wait: () => Promise<void>): Database {
  const kysely = <T>(): Kysely<T> => {
    const db = database.kysely<T>();
    type Work<R> = (connection: Kysely<T>) => Promise<R>;
    const connection = () => ({ execute: <R>(work: Work<R>) => wait().then(() => db.connection().execute(work)) });
    return Object.assign(db.withoutPlugins(), { connection });
  };
  return { ...database, kysely };
}
