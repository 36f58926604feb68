import type { Database, MigrationSet } from '@wayleave/platform/database';
import { packageRoot } from '@wayleave/platform/package-root';
import { createTransport, type Transport } from '@wayleave/ups-api';
import { randomUUID } from 'node:crypto';
import { exportAudit, listAudit, pageAudit } from './audit/audit-store.js';
import { verifyAudit } from './audit/verify-audit.js';
import { runClear } from './clear/run-clear.js';
import type { VaultContext, VaultTrx } from './context.js';
import { GrantEnded, NeedsOptIn, NotOptedIn, Suspended } from './errors.js';
import { viewGrant, viewGrants } from './grant/grant-store.js';
import { checkHome, settleHome } from './home/home-store.js';
import { Sightings } from './home/sighting.js';
import type { GrantKey } from './ids.js';
import { createInstance, type Instance } from './instance.js';
import { runProbe } from './lease/run-probe.js';
import { Signals } from './lease/signals.js';
import { runUse } from './lease/use.js';
import { maintain } from './maintain.js';
import { observeClear, observeTransport, observeUse } from './observer.js';
import { beginOptIn, completeOptIn } from './opt-in/run-opt-in.js';
import { confirmPending, refusePending, viewLogin, viewPending } from './opt-in/run-pending.js';
import { deliverEvents } from './outbox/outbox-store.js';
import type { RefreshOutcome } from './redemption/redemption.js';
import { takeStock } from './stock.js';
import type { VaultTables } from './tables.js';
import { listIssuedTokens } from './token/issued-token-store.js';
import { admitKeys } from './token/admit-keys.js';
import { KeyRing } from './token/key-ring.js';
import type { Vault, VaultDeps } from './vault.js';

/** The tables of schema `vault`. Run them before `openVault`. */
export const vaultMigrations: MigrationSet = { schema: 'vault', directory: new URL('migrations/', packageRoot(import.meta.url)) };

/** Opens the vault: one instance, of which several may share a database. Throws WrongMasterKey. */
export async function openVault(deps: VaultDeps): Promise<Vault> {
  const { database, settings, upsBaseUrl, observer } = deps;
  const db = database.kysely<VaultTables>();
  const keys = new KeyRing(deps.masterKey, deps.previousMasterKey);
  await admitKeys(db, keys);
  const transport = createTransport({ baseUrl: upsBaseUrl, timeoutMs: settings.callTimeoutMs, maxBytes: settings.maxAnswerBytes });
  const context: VaultContext = {
    databaseKind: database.kind,
    filesId: database.filesId,
    sightings: new Sightings(),
    db,
    keys,
    clock: deps.clock,
    logger: deps.logger,
    transports: { idm: observeTransport(transport, 'idm', observer), idh: observeTransport(transport, 'idh', observer) },
    observer,
    upsBaseUrl,
    environment: deps.environment,
    applications: deps.applications,
    settings,
    signals: new Signals(),
    instanceId: randomUUID(),
  };
  await settleHome(context);
  await checkHome(context);
  const instance = createInstance(context);
  const { leases } = instance;
  await context.signals.start(database, (grant, generation, why) => void leases.end(grant, generation, why));
  leases.start();
  return assemble(instance, database, transport);
}

function assemble(instance: Instance, database: Database, transport: Transport): Vault {
  const { context, leases, redemptions } = instance;
  const { db, clock, observer } = context;
  return {
    beginOptIn: (start) => beginOptIn(context, start),
    completeOptIn: (callback) => completeOptIn(context, leases, callback),
    pendingConsent: (company, application) => viewPending(context, { company, application }),
    confirmPending: (decision) => confirmPending(context, leases, decision),
    refusePending: (decision) => refusePending(context, decision),
    login: (company, application) => viewLogin(context, { company, application }),
    grant: (company, application) => viewGrant(db, { company, application }),
    grants: (company) => viewGrants(db, company),
    issuedTokens: (company, application, page) => listIssuedTokens(db, { company, application }, page, clock.now()),
    use: (key, purpose, work) => observeUse(observer, key.application, runUse(instance, key, purpose, work)),
    probe: (company, application) => runProbe(instance, { company, application }),
    refresh: (company, application) => refresh(instance, { company, application }),
    clear: ({ company, application, member, generation }) =>
      observeClear(observer, application, () => runClear(context, leases, { company, application }, member, generation)),
    history: (company, options) => listAudit(db, company, options),
    auditPage: (company, page) => pageAudit(db, company, page),
    exportAudit: (company) => exportAudit(db, company),
    verifyAudit: (which, options) => verifyAudit(database, which, options),
    maintain: () => maintain(instance),
    deliverEvents: (handler) => deliverEvents(context, handler),
    leasesHeld: () => leases.size,
    takeStock: (trx) => takeStock(trx as unknown as VaultTrx),
    async close() {
      await redemptions.close();
      await leases.close();
      await context.signals.stop();
      transport.close();
    },
  };
}

async function refresh({ context, redemptions }: Instance, key: GrantKey): Promise<RefreshOutcome> {
  const view = () => viewGrant(context.db, key);
  try {
    const redeemed = await redemptions.redeem(key, 'asked');
    if (redeemed.kind === 'postponed') return { kind: 'postponed', reason: redeemed.reason };
    const grant = await view();
    if (redeemed.kind === 'voided' || grant.state === 'needs-opt-in') return { kind: 'voided', grant };
    if (redeemed.kind === 'ended' || grant.accessTokenExpiresAt === null) return { kind: 'no-grant', grant };
    return { kind: 'refreshed', accessTokenExpiresAt: grant.accessTokenExpiresAt };
  } catch (error) {
    if (error instanceof NeedsOptIn) return { kind: 'voided', grant: await view() };
    if (error instanceof NotOptedIn || error instanceof GrantEnded || error instanceof Suspended) return { kind: 'no-grant', grant: await view() };
    throw error;
  }
}
