import { SettingsError } from '@wayleave/platform/settings';
import { describe, expect, it } from 'vitest';
import { readSandboxConfig } from './config.js';

const token = 'control-token-of-the-tests-0123456789';

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readSandboxConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('the configuration', () => {
  it('binds to loopback unless the long-named setting says otherwise', () => {
    expect(readSandboxConfig({ UPSCOM_CONTROL_TOKEN: token })).toMatchObject({ host: '127.0.0.1', port: 4010, publicUrl: new URL('http://127.0.0.1:4010') });
    expect(readSandboxConfig({ UPSCOM_CONTROL_TOKEN: token, UPSCOM_LISTEN_BEYOND_THIS_MACHINE: 'yes' }).host).toBe('0.0.0.0');
  });

  it('does not start without a control token, and says how to make one', () => {
    expect(problems({})).toEqual(['UPSCOM_CONTROL_TOKEN is not set. Set it and start again.']);
    expect(problems({ UPSCOM_CONTROL_TOKEN: 'short' })[0]).toMatch(/openssl rand -hex 32$/);
  });

  it('names every wrong setting at once', () => {
    const wrong = { UPSCOM_PORT: 'x', UPSCOM_PUBLIC_URL: 'ftp://a', SMTP_URL: 'mail.example', UPSCOM_CODE_LIFETIME_MS: '1', UPSCOM_REFRESH_REUSE_ENDS_FAMILY: 'maybe' };
    expect(problems({ UPSCOM_CONTROL_TOKEN: token, ...wrong }).map((sentence) => sentence.split(' ')[0])).toEqual(expect.arrayContaining(Object.keys(wrong)));
  });

  it('takes settings from the environment', () => {
    const { settings } = readSandboxConfig({ UPSCOM_CONTROL_TOKEN: token, UPSCOM_CODE_LIFETIME_MS: '30000', UPSCOM_RETRY_AFTER_HEADER: 'yes' });
    expect(settings).toMatchObject({ codeLifetimeMs: 30_000, retryAfterHeader: true, accessTokenLifetimeMs: 14_400_000 });
  });

  it('prints no secret', () => {
    const config = readSandboxConfig({ UPSCOM_CONTROL_TOKEN: token, SMTP_URL: 'smtp://user:hidden@mail.example' });
    expect(JSON.stringify(config)).not.toMatch(/hidden|control-token/);
  });
});
