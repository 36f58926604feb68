import { hkdfSync } from 'node:crypto';

import type { Clock } from '@wayleave/platform/clock';
import type { Database, MigrationSet } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import { createMailer, type Mailer } from '@wayleave/platform/mail';
import { createLinkStore, type LinkStore } from '@wayleave/platform/one-time-link';
import { packageRoot } from '@wayleave/platform/package-root';
import { createPasswordHasher, type PasswordHasher } from '@wayleave/platform/password';
import { createSessionStore, type SessionStore } from '@wayleave/platform/session';
import { createThrottle, type Throttle } from '@wayleave/platform/throttle';
import { defaultVaultSettings, openVault, type Vault, type VaultSettings } from '@wayleave/vault';
import type { Kysely } from 'kysely';

import type { SuiteTables } from './company/company-tables.js';
import type { SuiteConfig } from './config/config.js';
import { createSuiteMetrics, type SuiteMetrics } from './metrics/metrics.js';

/** Everything the suite's pages and jobs work with. */
export interface SuiteContext {
  readonly config: SuiteConfig;
  readonly database: Database;
  readonly db: Kysely<SuiteTables>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionStore;
  readonly links: LinkStore;
  readonly mailer: Mailer;
  readonly throttle: Throttle;
  readonly passwords: PasswordHasher;
  /** What this process counts; null where nobody looks. */
  readonly metrics: SuiteMetrics | null;
}

export interface SuiteDeps {
  config: SuiteConfig;
  /** Migrated with `vaultMigrations` and `suiteMigrations`. */
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** The suite's own tables, schema `suite`. */
export const suiteMigrations: MigrationSet = { schema: 'suite', directory: new URL('migrations/', packageRoot(import.meta.url)) };

/** Opens the vault and the stores on a migrated database. The caller closes `vault` before the database. */
export async function openSuite({ config, database, clock, logger }: SuiteDeps): Promise<SuiteContext> {
  const stored = { database, clock };
  const metrics = config.metrics && createSuiteMetrics();
  const vault = await openVault({
    ...stored,
    logger,
    masterKey: config.masterKey,
    previousMasterKey: config.previousMasterKey,
    upsBaseUrl: config.ups.baseUrl,
    environment: config.ups.environment,
    applications: config.ups.applications,
    settings: vaultSettings(config),
    observer: metrics?.vault,
  });
  return {
    config, database, clock, logger, vault, metrics,
    db: database.kysely<SuiteTables>(),
    sessions: createSessionStore({ ...stored, table: 'suite.session', idleMs: config.sessionIdleMs, absoluteMs: config.sessionAbsoluteMs }),
    links: createLinkStore({ ...stored, table: 'suite.one_time_link' }),
    mailer: createMailer({ ...stored, table: 'suite.mail', logger, from: config.mailFrom, smtpUrl: config.smtpUrl?.reveal() }),
    throttle: createThrottle({ ...stored, table: 'suite.throttle' }),
    passwords: createPasswordHasher(),
  };
}

/**
 * Real UPS gets a minute before a refusal of a token that it has just made is believed, since the refusal may be UPS's own
 * delay. The stand-in has none, and its demo is to see a void at the next probe.
 */
function vaultSettings({ ups, optInLifetimeMs, callsPerMinute, probeIntervalMs }: SuiteConfig): VaultSettings {
  const { refusedTokenAgeMs } = defaultVaultSettings;
  return {
    ...defaultVaultSettings, optInLifetimeMs, callsPerMinute, probeIntervalMs, tokenNames: ups.tokenNames,
    refusedTokenAgeMs: ups.environment === 'stand-in' ? Math.min(refusedTokenAgeMs, probeIntervalMs) : refusedTokenAgeMs,
  };
}

/** The key that signs CSRF tokens: derived from the master key, so that all instances agree and no setting is needed. */
export function csrfKey(config: SuiteConfig): Buffer {
  return Buffer.from(hkdfSync('sha256', config.masterKey.reveal(), '', 'wayleave suite csrf', 32));
}
