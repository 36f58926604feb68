import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, GrantEnded, NotOptedIn, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { clearNow, company, idm, openWorld, optIn, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';
import { CannotOpen } from '../token/cipher.js';
import { Deadline, now } from './deadline.js';

describe('a deadline', () => {
  it('has passed as soon as either clock says so', () => {
    const { monotonicMs, wallMs } = now();
    expect(new Deadline({ monotonicMs, wallMs }, 1_000).passed).toBe(false);
    expect(new Deadline({ monotonicMs: monotonicMs - 1_000, wallMs }, 1_000).passed).toBe(true);
    expect(new Deadline({ monotonicMs, wallMs: wallMs - 1_000 }, 1_000).passed).toBe(true);
    expect(new Deadline({ monotonicMs, wallMs: wallMs + 5_000 }, 1_000).remainingMs).toBeLessThanOrEqual(1_000);
  });
});

describe.each(databaseKinds())('a use on %s', (kind) => {
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

  const call = () => vault.use(idm, 'test', async (tools) => (await tools.call(track)).status);
  const leases = () => database.kysely<VaultTables>().selectFrom('vault.lease').selectAll().execute();

  it('carries the token and hands it to nobody', async () => {
    const response = await vault.use(idm, 'test', async (tools) => {
      expect(JSON.stringify(tools)).not.toContain('canary');
      return tools.call(track);
    });
    expect(response.status).toBe(200);
    expect(world.ups.arrivals.at(-1)?.bearer).toBe('access-canary-1');
  });

  it('is refused without an opt-in', async () => {
    await expect(vault.use({ company, application: 'idh' }, 'test', ({ call }) => call(track))).rejects.toThrow(NotOptedIn);
    expect(await vault.probe(company, 'idh')).toMatchObject({ kind: 'no-grant', grant: { state: 'none' } });
    expect(await vault.refresh(company, 'idh')).toMatchObject({ kind: 'no-grant' });
  });

  it('passes on what UPS answers, whatever its status', async () => {
    world.ups.once(trackPath, (_, response) => response.writeHead(404).end('nothing'));
    expect(await vault.use(idm, 'test', ({ call }) => call(track))).toMatchObject({ status: 404, body: 'nothing' });
  });

  it('of a thousand calls takes one lease, gives it back when idle, and notes the count', async () => {
    await vault.use(idm, 'test', async (tools) => {
      for (let made = 0; made < 1_000; made += 1) await tools.call(track);
    });
    expect(await leases()).toHaveLength(1);
    await until(async () => (await leases()).length === 0);
    const newest = async () => (await vault.history(company, { limit: 1, uses: true }))[0];
    await until(async () => (await newest())?.action === 'used');
    expect(await newest()).toMatchObject({ action: 'used', detail: { count: 'exact', calls: 1_000, purposes: [{ job: null, purpose: 'test', calls: 1_000 }] } });
    expect((await vault.grant(company, 'idm')).lastUseAt).not.toBeNull();
  });

  it('goes on past the end of its first lease', async () => {
    const leaseMs = 2_000;
    const brief = await world.another({ settings: { ...defaultVaultSettings, leaseMs } });
    await brief.use(idm, 'test', async ({ call }) => {
      const untils = new Set<string>();
      const started = performance.now();
      while (untils.size < 3 || performance.now() - started < leaseMs * 1.2) {
        await call(track);
        for (const { until } of await leases()) untils.add(String(until));
      }
    });
    expect(await leases()).toHaveLength(1);
  });

  it('that waits with its call until after Clear sends nothing', async () => {
    let proceed = () => {};
    let isWaiting = false;
    const paused = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const use = vault.use(idm, 'test', async (tools) => {
      isWaiting = true;
      await paused;
      return tools.call(track);
    });
    await until(() => isWaiting);
    await clearNow(vault);
    await optIn(vault);
    proceed();
    await expect(use).rejects.toThrow(GrantEnded);
    expect(world.ups.arrivalsAt(trackPath)).toEqual([]);
    expect(await call()).toBe(200);
  });

  it('is ended in another instance by a new consent', async () => {
    const other = await world.another();
    world.ups.once(trackPath, () => undefined);
    const use = other.use(idm, 'test', ({ call }) => call(track));
    const ended = expect(use).rejects.toThrow(GrantEnded);
    await until(() => world.ups.arrivalsAt(trackPath).length === 1);
    await optIn(vault);
    await ended;
  });

  it('learns of the end of its grant by its renewal, when no notification comes', async () => {
    world.ups.once(trackPath, () => undefined);
    const use = vault.use(idm, 'test', ({ call }) => call(track));
    const ended = expect(use).rejects.toThrow(GrantEnded);
    await until(() => world.ups.arrivalsAt(trackPath).length === 1);
    await sql`update vault."grant" set drawn = drawn + 1, generation = drawn + 1, state = 'clearing', clearing_since = clock_timestamp()`.execute(database.kysely());
    await ended;
  });

  it('of a token that opens for nobody leaves no lease that a Clear would wait for, and no use in the audit', async () => {
    await sql`update vault.token_set set version = version + 1`.execute(database.kysely());
    await sql`update vault."grant" set version = version + 1`.execute(database.kysely());
    await expect(call()).rejects.toThrow(CannotOpen);
    expect(await leases()).toEqual([]);
    await vault.maintain();
    expect((await vault.history(company, { limit: 9, uses: true })).filter(({ action }) => action === 'used')).toEqual([]);
  });

  it('rolls back what it stored when its work fails', async () => {
    await expect(vault.use(idm, 'test', ({ store }) => store(async (trx) => {
      await sql`create table public.half (text text)`.execute(trx);
      throw new Error('half way');
    }))).rejects.toThrow('half way');
    const { rows } = await sql<{ name: string | null }>`select to_regclass('public.half') as name`.execute(database.kysely());
    expect(rows).toEqual([{ name: null }]);
  });
});
