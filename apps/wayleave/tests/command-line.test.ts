import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runWayleave } from '@wayleave/dev/process';

const root = fileURLToPath(new URL('../../../', import.meta.url));

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
    [['start', 'now'], '"start" takes no arguments; its settings come from the environment.'],
  ])('explains what is wrong with %j, shows the usage and ends with 1', async (words, sentence) => {
    const { code, stdout, stderr } = await runWayleave(words);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.split('\n')[0]).toBe(sentence);
    expect(stderr).toContain('Usage: wayleave <command>');
  });

  it('shows the usage when asked', async () => {
    const { code, stdout } = await runWayleave(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('company add <name> --admin <mail>');
  });

  it.each(['web', 'worker'])('%s names every setting that is missing', async (command) => {
    const { code, stderr } = await runWayleave([command], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' });
    expect(code).toBe(1);
    for (const name of ['WAYLEAVE_MASTER_KEY', 'UPS_BASE_URL', 'UPS_IDM_CLIENT_ID', 'UPS_IDM_CLIENT_SECRET', 'UPS_IDH_CLIENT_ID', 'UPS_IDH_CLIENT_SECRET']) {
      expect(stderr).toContain(`${name} is not set.`);
    }
  });

  it.each(['web', 'worker', 'migrate', 'sandbox'])('%s needs a DATABASE_URL', async (command) => {
    const { code, stderr } = await runWayleave([command]);
    expect(code).toBe(1);
    expect(stderr).toBe('DATABASE_URL is not set. Set it and start again.\n');
  });

  it('says so when the database does not answer', async () => {
    const { code, stderr } = await runWayleave(['migrate'], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(stderr).toBe('The database of DATABASE_URL does not answer. Start it, or mend the setting.\n');
  });

  it('runs through npx', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--no', 'wayleave', 'help'], { cwd: root });
    expect(stdout).toContain('Usage: wayleave <command>');
  });
});
