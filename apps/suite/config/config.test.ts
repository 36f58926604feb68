import { SettingsError } from '@wayleave/platform/settings';
import { describe, expect, it } from 'vitest';
import { readSuiteConfig } from './config.js';

const production = {
  SUITE_PUBLIC_URL: 'https://suite.example.com',
  WAYLEAVE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  UPS_BASE_URL: 'https://onlinetools.ups.com',
  UPS_IDM_CLIENT_ID: 'one', UPS_IDM_CLIENT_SECRET: 'secret-one', UPS_IDH_CLIENT_ID: 'two', UPS_IDH_CLIENT_SECRET: 'secret-two',
};

function problemsOf(changes: Record<string, string | undefined>): readonly string[] {
  try {
    readSuiteConfig({ ...production, ...changes });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('the settings of the suite', () => {
  it('need no more than the address, the key, UPS and the two registrations', () => {
    const config = readSuiteConfig(production);
    expect(config.publicUrl.href).toBe('https://suite.example.com/');
    expect(config.ups.applications.idm.redirectUri).toBe('https://suite.example.com/callback/production/idm');
    expect(config.ups.applications.idh.redirectUri).toBe('https://suite.example.com/callback/production/idh');
    expect(config.probeIntervalMs).toBe(900_000);
    expect(config.metrics).toBeNull();
    expect(config.trademarkNotice).toMatch(/trademark/);
  });

  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ['no key', { WAYLEAVE_MASTER_KEY: undefined }, /WAYLEAVE_MASTER_KEY is not set\. Make one with "openssl rand -base64 32"/],
    ['a short key', { WAYLEAVE_MASTER_KEY: 'c2hvcnQ=' }, /WAYLEAVE_MASTER_KEY must be 32 bytes in base64/],
    ['a short previous key', { WAYLEAVE_PREVIOUS_MASTER_KEY: 'c2hvcnQ=' }, /WAYLEAVE_PREVIOUS_MASTER_KEY must be 32 bytes in base64/],
    ['a previous key that is the key', { WAYLEAVE_PREVIOUS_MASTER_KEY: production.WAYLEAVE_MASTER_KEY }, /WAYLEAVE_PREVIOUS_MASTER_KEY is the same as/],
    ['no UPS', { UPS_BASE_URL: undefined }, /UPS_BASE_URL is not set/],
    ['no client id', { UPS_IDM_CLIENT_ID: '' }, /UPS_IDM_CLIENT_ID is not set/],
    ['no client secret', { UPS_IDH_CLIENT_SECRET: undefined }, /UPS_IDH_CLIENT_SECRET is not set/],
    ['a company with more calls than all together', { UPS_FOLLOW_CALLS_PER_MINUTE: '100', UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY: '101' }, /UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY is more than UPS_FOLLOW_CALLS_PER_MINUTE, which is for all companies together\./],
    ['too few calls', { UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY: '19' }, /UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY/],
    ['one registration for both', { UPS_IDH_CLIENT_ID: 'one' }, /are the same\. Each application needs its own registration/],
    ['a public address without https', { SUITE_PUBLIC_URL: 'http://suite.example.com' }, /SUITE_PUBLIC_URL .* must begin with https/],
    ['a public address with a path', { SUITE_PUBLIC_URL: 'https://suite.example.com/app' }, /SUITE_PUBLIC_URL must be an origin alone/],
    ['a public address that is none', { SUITE_PUBLIC_URL: 'suite' }, /SUITE_PUBLIC_URL is "suite"; it must be an address/],
    ['UPS without https', { UPS_BASE_URL: 'http://ups.example.com' }, /UPS_BASE_URL .* must begin with https/],
    ['production at this machine', { UPS_BASE_URL: 'http://127.0.0.1:4010' }, /UPS_ENVIRONMENT is production, but UPS_BASE_URL leads to this machine/],
    ['a stand-in at UPS', { UPS_ENVIRONMENT: 'stand-in' }, /UPS_ENVIRONMENT is stand-in, but UPS_BASE_URL leads to UPS/],
    ['an unknown environment', { UPS_ENVIRONMENT: 'test' }, /UPS_ENVIRONMENT is "test"; it must be one of production, cie, stand-in/],
    ['an unknown way to authenticate', { UPS_IDM_AUTHENTICATION: 'none' }, /UPS_IDM_AUTHENTICATION is "none"; it must be one of pkce, basic/],
    ['a port beyond ports', { SUITE_PORT: '70000' }, /SUITE_PORT is "70000"; it must be a whole number from 0 to 65535/],
    ['a port for metrics beyond ports', { METRICS_PORT: '70000' }, /METRICS_PORT is "70000"; it must be a whole number from 1 to 65535/],
    ['an idle time beyond the longest session', { SESSION_IDLE_MINUTES: '120', SESSION_ABSOLUTE_HOURS: '1' }, /SESSION_IDLE_MINUTES is longer than SESSION_ABSOLUTE_HOURS/],
    ['a mail server of another kind', { SMTP_URL: 'https://me:hunter2@mail.example.com' }, /SMTP_URL must begin with smtp:\/\//],
    ['an operator without an address', { OPERATOR_MAIL: 'the operator' }, /OPERATOR_MAIL is "the operator"\. /],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /LOG_LEVEL is "loud"; it must be one of/],
  ])('refuse %s with one sentence', (_, changes, sentence) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });

  it('name everything that is wrong at once, and repeat no secret', () => {
    const problems = problemsOf({ WAYLEAVE_MASTER_KEY: 'c2VjcmV0', SMTP_URL: 'ftp://me:hunter2@mail', SUITE_PORT: 'x' });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toMatch(/hunter2|c2VjcmV0/);
  });

  it('print no secret', () => {
    expect(JSON.stringify(readSuiteConfig({ ...production, SMTP_URL: 'smtps://me:hunter2@mail.example.com' }))).not.toMatch(/hunter2|secret-one|AQEBAQ/);
  });
});
