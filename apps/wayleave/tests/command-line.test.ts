import { runWayleave } from '@wayleave/dev/process';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../run.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const processTest = 60_000;

async function failure(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  let said = '';
  expect(await run(words, env, (text) => (said += text))).toBe(1);
  return said;
}

describe('the command line', () => {
  it.each([
    [[], 'Which command?'],
    [['sing'], 'There is no command "sing".'],
    [['toString'], 'There is no command "toString".'],
    [['company', 'sell'], 'There is no command "company sell".'],
    [['company', 'add', 'Quay', 'Sons', '--admin', 'pat@quay.example'], 'company add takes the name of the company; put it in quotes when it has spaces.'],
    [['company', 'add', 'Quay'], 'company add needs --admin with the mail address of the first admin.'],
    [['member', 'add', 'sam@quay.example'], 'member add needs --company with the name of the company.'],
    [['member', 'add', 'sam@quay.example', '--company', 'Quay', '--role', 'king'], '"king" is not a role; a role is admin or user.'],
    [['member', 'remove', 'quay.sam', '--force'], "Unknown option '--force'."],
    [['sandbox', 'now'], 'The stand-in is followed by nothing, or by parcels, not by "now"; its settings come from the environment.'],
    [['start', 'now'], '"start" takes no arguments; its settings come from the environment.'],
  ])('explains what is wrong with %j and shows the usage', async (words, sentence) => {
    const said = await failure(words);
    expect(said.split('\n')[0]).toBe(sentence);
    expect(said).toContain('Usage: wayleave <command>');
  });

  it.each(['web', 'worker'])('%s names every setting that is missing', async (command) => {
    const said = await failure([command], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' });
    for (const name of ['WAYLEAVE_MASTER_KEY', 'UPS_BASE_URL', 'UPS_IDM_CLIENT_ID', 'UPS_IDM_CLIENT_SECRET', 'UPS_IDH_CLIENT_ID', 'UPS_IDH_CLIENT_SECRET']) {
      expect(said).toContain(`${name} is not set.`);
    }
  });

  it.each(['web', 'worker', 'migrate'])('%s needs a DATABASE_URL', async (command) => {
    expect(await failure([command])).toBe('DATABASE_URL is not set. Set it and start again.\n');
  });

  it('says so when the database does not answer, or is not one', async () => {
    expect(await failure(['migrate'], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' })).toBe(
      'The database of DATABASE_URL does not answer. Start it, or mend the setting.\n',
    );
  });

  it.each([['start'], ['web'], ['worker'], ['migrate'], ['rotate-keys'], ['verify-audit'], ['resume'], ['sandbox'], ['member', 'remove', 'quay.sam']])(
    '%s says what is wrong with a DATABASE_URL that is none, and not what it holds', async (...words) => {
      const folder = await mkdtemp(join(tmpdir(), 'wayleave-url-'));
      const said = (url: string) => failure(words, { WAYLEAVE_DATA: folder, UPSCOM_CONTROL_TOKEN: 'c'.repeat(64), DATABASE_URL: url });
      for (const other of ['mysql://sam:hush@127.0.0.1/x', 'postgres//sam:hush@127.0.0.1/x', 'sam:hush@127.0.0.1']) {
        expect(await said(other)).toBe('DATABASE_URL must begin with postgres:// or postgresql://, such as postgres://user@localhost:5432/wayleave.\n');
      }
      for (const unreadable of ['postgres://sam:hu#sh@127.0.0.1/x', 'postgres://sam:hu/sh@127.0.0.1/x', 'postgres://sam:hush@127.0.0.1:54320000/x', 'postgres://sam:hush%ff@127.0.0.1/x']) {
        expect(await said(unreadable)).toBe('DATABASE_URL cannot be read as postgres://user:password@host:5432/database. Look at the port, and in user and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25.\n');
      }
      expect(await said('postgres://sam:hush@127.0.0.1/x?sslrootcert=/none/root.crt')).toBe('DATABASE_URL names a file that cannot be read: /none/root.crt. Mend the path, or the rights to the file.\n');
      await rm(folder, { recursive: true });
    });

  it('runs through npx, and ends with 1 when it could not do what it was asked', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--no', 'wayleave', 'help'], { cwd: root });
    expect(stdout).toContain('Usage: wayleave <command>');
    expect(await runWayleave(['sing'])).toMatchObject({ code: 1, stdout: '' });
  }, processTest);
});

describe('the demo', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayleave-settings-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['SUITE_HOST', '0.0.0.0'],
    ['SUITE_PUBLIC_URL', 'https://demo.example.com'],
    ['UPSCOM_PUBLIC_URL', 'http://192.0.2.7:4010'],
    ['UPSCOM_LISTEN_BEYOND_THIS_MACHINE', 'yes'],
  ])('refuses other machines: %s=%s', async (name, value) => {
    const said = await failure(['start'], { WAYLEAVE_DATA: join(folder, 'untouched'), [name]: value });
    expect(said).toMatch(new RegExp(`^${name} would open the demo to other machines\\.`));
    expect(await readdir(folder)).not.toContain('untouched');
  });

  it.each([
    ['SUITE_PORT', 'four', /^SUITE_PORT is "four"; it must be a whole number/],
    ['UPSCOM_PORT', '70000', /^UPSCOM_PORT is "70000"; it must be a whole number from 1 to 65535\./],
    ['PROBE_INTERVAL_SECONDS', '0', /^PROBE_INTERVAL_SECONDS is "0"; it must be a whole number from 1/],
    ['WAYLEAVE_MASTER_KEY', 'short', /^WAYLEAVE_MASTER_KEY must be 32 bytes/],
  ])('names a wrong setting: %s=%s', async (name, value, sentence) => {
    expect(await failure(['start'], { WAYLEAVE_DATA: join(folder, 'data'), [name]: value })).toMatch(sentence);
    expect(await readdir(join(folder, 'data'))).toEqual(['demo-secrets.json']);
  });
});
