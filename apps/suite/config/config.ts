import { isLoopback } from '@wayleave/platform/loopback';
import { readSettings, type SettingsReader } from '@wayleave/platform/settings';
import type { Secret } from '@wayleave/platform/secret';
import type { ApplicationCredentials, ApplicationId, TokenNames } from '@wayleave/vault';

import type { CallsPerMinute } from '../retrieval/call-budget.js';
import { readEnv, type Env } from './env.js';
import { readMasterKeys, readSecrets, type MasterKeys } from './secrets.js';

/** What the suite runs with: checked, cross-checked, times in milliseconds. */
export interface SuiteConfig {
  readonly host: string;
  readonly port: number;
  /** Scheme, host and port of every address we hand out. */
  readonly publicUrl: URL;
  readonly masterKey: Secret<Buffer>;
  /** Set during a rotation of the master key. */
  readonly previousMasterKey: Secret<Buffer> | undefined;
  readonly ups: {
    readonly baseUrl: URL;
    readonly environment: 'production' | 'cie' | 'stand-in';
    readonly applications: Readonly<Record<ApplicationId, ApplicationCredentials>>;
    /** Whom the claims of its access tokens are taken to name. */
    readonly tokenNames: TokenNames;
    /** The origins a browser passes on its way through an opt-in. */
    readonly browserOrigins: readonly string[];
  };
  /** The calls that one application makes by itself in a minute at most. */
  readonly callsPerMinute: number;
  readonly followCallsPerMinute: CallsPerMinute;
  readonly probeIntervalMs: number;
  readonly followIntervalMs: number;
  readonly sessionIdleMs: number;
  readonly sessionAbsoluteMs: number;
  readonly optInLifetimeMs: number;
  readonly smtpUrl: Secret | undefined;
  readonly mailFrom: string;
  /** Who runs this server, and is told what only they can mend. */
  readonly operatorMail: string | undefined;
  readonly trademarkNotice: string;
  /** Where metrics are shown; null for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
}

/** Reads the suite's settings once. Throws SettingsError with one sentence for each that is missing, wrong, or at odds with another. */
export function readSuiteConfig(environment: Readonly<Record<string, string | undefined>>): SuiteConfig {
  return readSettings(environment, (settings) => {
    const env = readEnv(settings);
    const secrets = readSecrets(settings);
    crossCheck(settings, env);
    const credentials = (application: ApplicationId): ApplicationCredentials => ({
      ...env.applications[application],
      clientSecret: secrets.clientSecrets[application],
      redirectUri: new URL(callbackPath(env.upsEnvironment, application), env.publicUrl).href,
    });
    return {
      host: env.host,
      port: env.port,
      publicUrl: env.publicUrl,
      masterKey: secrets.masterKey,
      previousMasterKey: secrets.previousMasterKey,
      ups: {
        baseUrl: env.upsBaseUrl,
        environment: env.upsEnvironment,
        tokenNames: env.upsTokenNames,
        applications: { idm: credentials('idm'), idh: credentials('idh') },
        browserOrigins: [...new Set([env.upsBaseUrl.origin, env.upsLoginOrigin.origin])],
      },
      callsPerMinute: env.callsPerMinute,
      followCallsPerMinute: env.followCallsPerMinute,
      probeIntervalMs: env.probeIntervalSeconds * 1000,
      followIntervalMs: env.followIntervalSeconds * 1000,
      sessionIdleMs: env.sessionIdleMinutes * 60_000,
      sessionAbsoluteMs: env.sessionAbsoluteHours * 3_600_000,
      optInLifetimeMs: env.optInLifetimeMinutes * 60_000,
      smtpUrl: secrets.smtpUrl,
      mailFrom: env.mailFrom,
      operatorMail: env.operatorMail,
      trademarkNotice: env.trademarkNotice,
      metrics: env.metricsPort === null ? null : { host: env.metricsHost, port: env.metricsPort },
      trustedProxies: env.trustedProxies,
      logLevel: env.logLevel,
    };
  });
}

/** Reads the master key and the one of before alone, for work on keys that needs nothing else. Throws SettingsError. */
export function readKeyConfig(environment: Readonly<Record<string, string | undefined>>): MasterKeys {
  return readSettings(environment, readMasterKeys);
}

/** Where UPS.com sends the browser back to: one path per environment and application, so that answers cannot be mixed up (RFC 9700 §4.4). */
export function callbackPath(environment: string, application: ApplicationId): string {
  return `/callback/${environment}/${application}`;
}

function crossCheck(settings: SettingsReader, env: Env): void {
  if (env.publicUrl.pathname !== '/' || env.publicUrl.search !== '' || env.publicUrl.hash !== '' || env.publicUrl.username !== '') {
    settings.problem('SUITE_PUBLIC_URL must be an origin alone, such as https://suite.example.com, without path, query or user.');
  }
  requireHttps(settings, 'SUITE_PUBLIC_URL', env.publicUrl);
  requireHttps(settings, 'UPS_BASE_URL', env.upsBaseUrl);
  requireHttps(settings, 'UPS_LOGIN_ORIGIN', env.upsLoginOrigin);
  if (env.upsEnvironment !== 'stand-in' && isLoopback(env.upsBaseUrl.hostname) && env.upsBaseUrl.hostname !== 'invalid.invalid') {
    settings.problem(`UPS_ENVIRONMENT is ${env.upsEnvironment}, but UPS_BASE_URL leads to this machine. Set UPS_ENVIRONMENT to stand-in, or the address to UPS's.`);
  }
  if (env.upsEnvironment === 'stand-in' && env.upsBaseUrl.hostname.endsWith('ups.com')) {
    settings.problem('UPS_ENVIRONMENT is stand-in, but UPS_BASE_URL leads to UPS. Set UPS_ENVIRONMENT to production or cie.');
  }
  if (env.applications.idm.clientId !== '' && env.applications.idm.clientId === env.applications.idh.clientId) {
    settings.problem('UPS_IDM_CLIENT_ID and UPS_IDH_CLIENT_ID are the same. Each application needs its own registration at UPS, or a Clear of one would not leave the other alone.');
  }
  if (env.followCallsPerMinute.grant > env.followCallsPerMinute.application) {
    settings.problem('UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY is more than UPS_FOLLOW_CALLS_PER_MINUTE, which is for all companies together. Make it smaller, or the other larger.');
  }
  if (env.sessionIdleMinutes > env.sessionAbsoluteHours * 60) {
    settings.problem('SESSION_IDLE_MINUTES is longer than SESSION_ABSOLUTE_HOURS. Make it shorter, or the other longer.');
  }
}

function requireHttps(settings: SettingsReader, name: string, url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url.hostname) || url.hostname === 'invalid.invalid') return;
  settings.problem(`${name} is ${url.origin}; an address other than this machine's must begin with https://.`);
}
