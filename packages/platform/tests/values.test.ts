import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BadRequest, Unavailable } from '../errors/index.js';
import { createLogger } from '../logging/index.js';
import { checkNewPassword, createPasswordHasher } from '../password/index.js';
import { randomToken, sameBytes, Secret, sha256 } from '../secret/index.js';
import { readSettings, SettingsError } from '../settings/index.js';

describe('settings', () => {
  it('names everything that is wrong at once, and how to mend it', () => {
    const environment = { PORT: 'eighty', URL: 'ftp://x', MODE: 'fast', EMPTY: ' ' };
    const read = () => readSettings(environment, (s) => [
      s.integer('PORT', 1, { min: 1, max: 65535 }), s.url('URL'), s.choice('MODE', ['slow', 'steady'], 'slow'), s.text('EMPTY'), s.text('MISSING'),
    ]);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/PORT is "eighty"; it must be a whole number from 1 to 65535\.\nURL is "ftp:\/\/x".*\nMODE is "fast"; it must be one of slow, steady\.\nEMPTY is not set.*\nMISSING is not set/);
  });

  it('takes defaults and lists', () => {
    expect(readSettings({ LIST: 'a, b,' }, (s) => [s.list('LIST'), s.integer('PORT', 80, { min: 1, max: 99 }), s.optionalText('X')])).toEqual([['a', 'b'], 80, undefined]);
  });
});

describe('secrets', () => {
  it('print nowhere', () => {
    const secret = new Secret('canary');
    expect(`${secret} ${JSON.stringify({ secret })} ${inspect(secret)} ${inspect({ secret }, { depth: 9, showHidden: true })}`).not.toContain('canary');
    expect(secret.reveal()).toBe('canary');
  });

  it('compare by content and length', () => {
    expect(sameBytes(sha256('a'), sha256('a'))).toBe(true);
    expect(sameBytes(sha256('a'), sha256('b'))).toBe(false);
    expect(sameBytes(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
    expect(randomToken('x-')).toMatch(/^x-[\w-]{43}$/);
  });
});

describe('the log', () => {
  it('LG01 censors what usually is secret and writes errors without what hangs on them', () => {
    let text = '';
    const logger = createLogger({ name: 'test', level: 'debug', destination: new Writable({ write: (chunk: Buffer, _encoding, done) => { text += chunk.toString(); done(); } }) });
    const error = Object.assign(new Error('failed', { cause: new Error('below') }), { request: { body: 'canary' } });
    logger.error({ password: 'canary', nested: { refresh_token: 'canary', deeper: { cookie: 'canary' } }, err: error }, 'seen');
    expect(text).toContain('below');
    expect(text).not.toContain('canary');
  });
});

describe('passwords', () => {
  const hasher = createPasswordHasher();

  it.each([['64 characters', 'x1Y'.repeat(30)], ['spaces and emoji', '  zoë 🦊 fox  '], ['128 characters', 'aB3 '.repeat(32)]])('PW02 keeps %s exactly', async (_name, password) => {
    const stored = await hasher.hash(password);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(password, stored)).toBe(true);
    expect(await hasher.verify(password.trim() === password ? `${password} ` : password.trim(), stored)).toBe(false);
    expect(await hasher.verify(password.toUpperCase(), stored)).toBe(false);
  });

  it('PW02 tells passwords apart that share their first 72 bytes', async () => {
    const stored = await hasher.hash(`${'a'.repeat(72)}1`);
    expect(await hasher.verify(`${'a'.repeat(72)}2`, stored)).toBe(false);
  });

  it('EN01 knows nobody without a hash, after the same work', async () => {
    expect(await hasher.verify('nobody has this password', null)).toBe(false);
  });

  it('PW05 refuses overlong passwords unhashed and a queue that is full', async () => {
    await expect(hasher.verify('x'.repeat(1_001), null)).rejects.toThrow(BadRequest);
    const narrow = createPasswordHasher({ concurrency: 1, queue: 1 });
    const results = await Promise.allSettled([narrow.hash('one'), narrow.hash('two'), narrow.hash('three')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(Unavailable);
    expect(await narrow.hash('four')).toMatch(/^\$argon2id/);
  });

  it.each([
    ['short', /at least 10/], ['passwordpassword', /attackers try first/], ['Password1234', /attackers try first/], ['qwertyuiop', /attackers try first/],
    ['aaaaaaaaaaaa', /repeats/], ['harborpine2026!', /little more than your name/], [`x${'y'.repeat(1_000)}`, /at most 1000/], ['with\0null and more', /NUL/],
  ])('refuses %s as a new password', (password, reason) => {
    expect(checkNewPassword(password, ['admin@harborpine.example', 'Harborpine Trading'])).toMatch(reason);
  });

  it.each(['four unrelated words here', 'Tr0ub4dor&3x', '🦊🐻🐼🦁🐯🐨🐸🐙🦉🐝'])('takes %s', (password) => {
    expect(checkNewPassword(password, ['ann@harborpine.example'])).toBeNull();
  });
});
