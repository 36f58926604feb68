import { isLoopback } from '@wayleave/platform/loopback';
import { readSettings, SettingsError } from '@wayleave/platform/settings';
import { demoApplications } from './demo-people.js';
import type { DemoSecrets } from './demo-secrets.js';

type Environment = Readonly<Record<string, string | undefined>>;

const probeIntervalSeconds = '15';
const followIntervalSeconds = '15';
/** The stand-in is asked so often by so few companies that the defaults would only make them wait. */
const followCallsPerMinute = { all: '6000', company: '3000' };
const portBounds = { min: 1, max: 65_535 };

/**
 * The settings of the demo: what the environment says, with defaults that fit a demo, and suite and stand-in pointed at
 * each other. The two are different sites (`localhost` and `127.0.0.1`), so that a browser shares no cookie between them.
 * Throws SettingsError for a port that is none.
 */
export function demoSettings(env: Environment, secrets: DemoSecrets): Environment {
  const { suitePort, upscomPort } = readSettings(env, (settings) => ({
    suitePort: settings.integer('SUITE_PORT', 4000, portBounds),
    upscomPort: settings.integer('UPSCOM_PORT', 4010, portBounds),
  }));
  const upscomUrl = env['UPSCOM_PUBLIC_URL'] || `http://127.0.0.1:${upscomPort}`;
  return {
    PROBE_INTERVAL_SECONDS: probeIntervalSeconds,
    FOLLOW_INTERVAL_SECONDS: followIntervalSeconds,
    UPS_FOLLOW_CALLS_PER_MINUTE: followCallsPerMinute.all,
    UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY: followCallsPerMinute.company,
    LOG_LEVEL: 'warn',
    OPERATOR_MAIL: 'operator@wayleave.example',
    WAYLEAVE_MASTER_KEY: secrets.masterKey,
    SUITE_PORT: String(suitePort),
    UPSCOM_PORT: String(upscomPort),
    SUITE_PUBLIC_URL: `http://localhost:${suitePort}`,
    UPSCOM_PUBLIC_URL: upscomUrl,
    UPSCOM_CONTROL_TOKEN: secrets.controlToken,
    ...withoutEmpty(env),
    UPS_BASE_URL: upscomUrl,
    UPS_LOGIN_ORIGIN: upscomUrl,
    UPS_ENVIRONMENT: 'stand-in',
    UPS_IDM_CLIENT_ID: demoApplications.idm.clientId,
    UPS_IDM_CLIENT_SECRET: secrets.clientSecrets.idm,
    UPS_IDH_CLIENT_ID: demoApplications.idh.clientId,
    UPS_IDH_CLIENT_SECRET: secrets.clientSecrets.idh,
  };
}

/**
 * Everybody knows how the demo's passwords come about, and anybody who reaches the stand-in may sign up: neither server
 * may be reachable from another machine. Throws SettingsError.
 */
export function refuseOtherMachines(env: Environment): void {
  const problems = [
    ...['SUITE_HOST', 'METRICS_HOST'].filter((name) => env[name] && !isLoopback(env[name])),
    ...(env['UPSCOM_LISTEN_BEYOND_THIS_MACHINE'] === 'yes' ? ['UPSCOM_LISTEN_BEYOND_THIS_MACHINE'] : []),
    ...['SUITE_PUBLIC_URL', 'UPSCOM_PUBLIC_URL'].filter((name) => isElsewhere(env[name])),
  ].map((name) => `${name} would open the demo to other machines. The demo runs on this machine alone: leave ${name} out, or run "wayleave web" and "wayleave worker" instead.`);
  if (problems.length > 0) throw new SettingsError(problems);
}

function isElsewhere(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && !isLoopback(new URL(url).hostname);
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}
