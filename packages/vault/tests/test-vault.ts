import { testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import { MovableClock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { Secret } from '@wayleave/platform/secret';
import type { UpsRequest } from '@wayleave/ups-api';
import { sql, type Transaction } from 'kysely';
import { Writable } from 'node:stream';
import {
  companyId, defaultVaultSettings, memberId, openVault, vaultMigrations, type ApplicationId, type OptInOutcome, type Vault, type VaultSettings,
} from '../index.js';
import type { VaultTables } from '../tables.js';
import type { VaultDeps } from '../vault.js';
import { ScriptedUps } from './scripted-ups.js';

export const company = companyId('co_1');
export const otherCompany = companyId('co_2');
export const ada = { id: memberId('m_ada'), label: 'ada@example.test' };
export const bob = { id: memberId('m_bob'), label: 'bob@example.test' };
export const session = Buffer.alloc(32, 1);
export const otherSession = Buffer.alloc(32, 2);
export const masterKey = Buffer.alloc(32, 7);
export const track: UpsRequest = { method: 'GET', path: '/api/track/v1/details/1Z0', headers: {} };
export const refreshPath = '/security/v1/oauth/refresh';
export const tokenPath = '/security/v1/oauth/token';
export const trackPath = '/api/track';
export const idm = { company, application: 'idm' } as const;

/** A vault on an empty database, beside a UPS of its own, and what it logged at every level. */
export interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly ups: ScriptedUps;
  readonly clock: MovableClock;
  readonly vault: Vault;
  readonly log: string[];
  /** Another instance on the same database: with a pool of its own on PostgreSQL, in the same session on PGlite. */
  another(changes?: Partial<VaultDeps>): Promise<Vault>;
}

/** A database with the vault's tables, for the tests of one file. */
export function vaultDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  return testDatabase(kind, [vaultMigrations]);
}

/** Opens a vault on the database, after emptying its tables. */
export async function openWorld(database: TestDatabase, settings: Partial<VaultSettings> = {}): Promise<World> {
  await emptyTables(database);
  const ups = await ScriptedUps.start();
  const clock = new MovableClock();
  const log: string[] = [];
  const destination = new Writable({ write: (chunk, _encoding, done) => (log.push(String(chunk)), done()) });
  const deps = (own: Database): VaultDeps => ({
    database: own,
    clock,
    logger: createLogger({ name: 'vault-test', level: 'trace', destination }),
    masterKey: new Secret(masterKey),
    upsBaseUrl: ups.url,
    environment: 'stand-in',
    applications: { idm: credentials('idm'), idh: credentials('idh') },
    settings: { ...defaultVaultSettings, leaseMs: 3_000, leaseIdleMs: 1_500, callTimeoutMs: 10_000, refreshTimeoutMs: 10_000, redemptionMs: 15_000, ...settings },
  });
  const vault = await openVault(deps(database));
  const vaults = [vault];
  const pools: Database[] = [];
  return {
    database, ups, clock, log, vault,
    async another(changes = {}) {
      const own = database.kind === 'pglite' ? database : await database.connect({ max: 5 });
      if (own !== database) pools.push(own);
      const vault = await openVault({ ...deps(own), ...changes });
      vaults.push(vault);
      return vault;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(vaults.map((vault) => vault.close()));
      await Promise.all(pools.map((pool) => pool.close()));
      await ups[Symbol.asyncDispose]();
    },
  };
}

/** How many rows of a table of the vault's are read by `work`, which runs in a transaction of its own. */
export async function countRowsRead(database: Database, table: keyof VaultTables, work: (trx: Transaction<VaultTables>) => Promise<unknown>): Promise<number> {
  return database.kysely<VaultTables>().transaction().execute(async (trx) => {
    await sql`analyze ${sql.table(table)}`.execute(trx);
    const read = async () => {
      const { rows } = await sql<{ read: number }>`
        select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int4 as read from pg_stat_xact_user_tables where relid = ${table}::regclass`.execute(trx);
      return rows[0]?.read ?? Number.NaN;
    };
    const before = await read();
    await work(trx);
    return (await read()) - before;
  });
}

async function emptyTables(database: Database): Promise<void> {
  const tables = ['grant', 'token_set', 'issued_token', 'master_key', 'application_trouble', 'opt_in', 'pending_consent', 'login', 'lease', 'account_subscription', 'redemption', 'audit_window', 'audit_entry', 'audit_head', 'outbox'];
  const names = tables.map((table) => `vault."${table}"`).join(', ');
  const run = (statement: string) => sql.raw(statement).execute(database.kysely<unknown>());
  await run('alter table vault.audit_entry disable trigger audit_entry_stays');
  await run(`truncate ${names}`);
  await run('alter table vault.audit_entry enable trigger audit_entry_stays');
  await run('update vault.pace set used_up_to = 0');
}

function credentials(application: ApplicationId) {
  return {
    clientId: `client-${application}`,
    clientSecret: new Secret(`client-secret-canary-${application}`),
    redirectUri: `http://localhost:4000/callback/stand-in/${application}`,
    authentication: 'pkce' as const,
  };
}

/** Begins an opt-in and gives its state, as the browser would carry it. */
export async function begin(vault: Vault, application: ApplicationId = 'idm', member = ada, sessionBinding = session, of = company): Promise<string> {
  const url = await vault.beginOptIn({ company: of, application, member, sessionBinding });
  return url.searchParams.get('state') ?? '';
}

/** Comes back from UPS. */
export function comeBack(
  vault: Vault, query: Record<string, string | string[]>, changes: { application?: ApplicationId; environment?: string; sessionBinding?: Buffer } = {},
): Promise<OptInOutcome> {
  return vault.completeOptIn({ application: 'idm', environment: 'stand-in', sessionBinding: session, query, ...changes });
}

/** A whole opt-in that succeeds. */
export async function optIn(vault: Vault, application: ApplicationId = 'idm', member = ada, of = company): Promise<OptInOutcome> {
  const state = await begin(vault, application, member, session, of);
  return comeBack(vault, { state, code: 'code-canary' }, { application });
}

/** Clears what is there now. */
export async function clearNow(vault: Vault, application: ApplicationId = 'idm') {
  const { generation } = await vault.grant(company, application);
  return vault.clear({ company, application, member: bob, generation });
}

/** Resolves as soon as `condition` holds; rejects after a while. */
export async function until(condition: () => boolean | Promise<boolean>, longestMs = 15_000): Promise<void> {
  const end = performance.now() + longestMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('what was waited for did not come');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
