import type { SettingsReader } from '@wayleave/platform/settings';
import { fewestCallsPerMinute } from '@wayleave/ups-api';
import { wrongMailAddress } from '../company/mail-address.js';

const minute = 60;
const day = 24 * 60 * minute;

/** The suite's settings as they stand in the environment: typed, each checked by itself. Names, defaults and bounds live here. */
export function readEnv(settings: SettingsReader) {
  const publicUrl = settings.url('SUITE_PUBLIC_URL', 'http://localhost:4000');
  return {
    host: settings.text('SUITE_HOST', '127.0.0.1'),
    port: settings.integer('SUITE_PORT', 4000, { min: 0, max: 65_535 }),
    publicUrl,
    upsBaseUrl: settings.url('UPS_BASE_URL'),
    upsLoginOrigin: settings.url('UPS_LOGIN_ORIGIN', 'https://www.ups.com'),
    upsEnvironment: settings.choice('UPS_ENVIRONMENT', ['production', 'cie', 'stand-in'], 'production'),
    /** Whom the claims of UPS's access tokens name, as far as whoever runs this knows. */
    upsTokenNames: settings.choice('UPS_TOKEN_NAMES', ['unknown', 'login', 'nobody'], 'unknown'),
    applications: {
      idm: readApplication(settings, 'UPS_IDM'),
      idh: readApplication(settings, 'UPS_IDH'),
    },
    callsPerMinute: settings.integer('UPS_CALLS_PER_MINUTE', 1_000, { min: 20, max: 100_000 }),
    followCallsPerMinute: {
      application: settings.integer('UPS_FOLLOW_CALLS_PER_MINUTE', 3_000, { min: fewestCallsPerMinute, max: 100_000 }),
      grant: settings.integer('UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY', 600, { min: fewestCallsPerMinute, max: 100_000 }),
    },
    probeIntervalSeconds: settings.integer('PROBE_INTERVAL_SECONDS', 15 * minute, { min: 1, max: 60 * minute }),
    followIntervalSeconds: settings.integer('FOLLOW_INTERVAL_SECONDS', 15 * minute, { min: 1, max: day }),
    sessionIdleMinutes: settings.integer('SESSION_IDLE_MINUTES', 30, { min: 1, max: 24 * 60 }),
    sessionAbsoluteHours: settings.integer('SESSION_ABSOLUTE_HOURS', 12, { min: 1, max: 7 * 24 }),
    optInLifetimeMinutes: settings.integer('OPT_IN_LIFETIME_MINUTES', 10, { min: 1, max: 60 }),
    mailFrom: settings.text('MAIL_FROM', `wayleave@${publicUrl.hostname}`),
    operatorMail: readMail(settings, 'OPERATOR_MAIL'),
    trademarkNotice: settings.text('TRADEMARK_NOTICE', 'UPS is a trademark of United Parcel Service of America, Inc. This product is not made by UPS.'),
    metricsHost: settings.text('METRICS_HOST', '127.0.0.1'),
    metricsPort: settings.optionalText('METRICS_PORT') === undefined ? null : settings.integer('METRICS_PORT', 0, { min: 1, max: 65_535 }),
    trustedProxies: settings.list('TRUSTED_PROXIES'),
    logLevel: settings.choice('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  };
}

export type Env = ReturnType<typeof readEnv>;

function readMail(settings: SettingsReader, name: string): string | undefined {
  const mail = settings.optionalText(name);
  const wrong = mail === undefined ? null : wrongMailAddress(mail);
  if (wrong !== null) settings.problem(`${name} is "${mail}". ${wrong}`);
  return mail;
}

function readApplication(settings: SettingsReader, prefix: string) {
  return {
    clientId: settings.text(`${prefix}_CLIENT_ID`),
    authentication: settings.choice(`${prefix}_AUTHENTICATION`, ['pkce', 'basic'], 'pkce'),
  };
}
