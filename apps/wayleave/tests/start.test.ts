import { freePort } from '@wayleave/dev/constellation';
import { runWayleave, WayleaveProcess } from '@wayleave/dev/process';
import { Visitor } from '@wayleave/dev/visitor';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const processTest = 120_000;

/** One story: each test goes on with the data folder, and mostly with the process, that the one before left. */
describe('wayleave start', () => {
  const alice = new Visitor();
  let folder: string;
  let settings: Record<string, string>;
  let suite: string;
  let upscom: string;
  let running: WayleaveProcess | undefined;
  let firstOutput = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayleave-start-'));
    const [suitePort, upscomPort] = [await freePort(), await freePort()];
    suite = `http://localhost:${suitePort}`;
    upscom = `http://127.0.0.1:${upscomPort}`;
    settings = { WAYLEAVE_DATA: join(folder, 'data'), SUITE_PORT: String(suitePort), UPSCOM_PORT: String(upscomPort) };
  });
  afterAll(async () => {
    await running?.stop('SIGKILL').catch(() => null);
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<string> {
    running = new WayleaveProcess(['start'], settings);
    await running.prints('Data and passwords');
    return running.stdout;
  }

  async function stop(signal: NodeJS.Signals): Promise<number | null> {
    const stopped = running;
    running = undefined;
    if (!stopped) throw new Error('nothing runs');
    const code = await stopped.stop(signal);
    expect(stopped.stderr).toBe('');
    return code;
  }

  async function refusal(more: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await runWayleave(['start'], { ...settings, ...more });
    expect(stdout).toBe('');
    expect(code).toBe(1);
    return stderr.trim();
  }

  const passwordOf = (name: string) => new RegExp(`${name} +(\\S+)`).exec(firstOutput)?.[1] ?? '';

  it('tells the addresses and every sign-in, and keeps its data to itself', async () => {
    firstOutput = await start();
    expect(firstOutput).toContain(suite);
    expect(firstOutput).toContain(upscom);
    for (const name of ['hartwell.alice', 'hartwell.ben', 'hartwell.carla', 'brook.dora', 'hartwell-shipping']) {
      expect(passwordOf(name)).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
    }
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const name of ['demo-secrets.json', 'lock', 'commands.sock']) expect((await stat(join(folder, 'data', name))).mode & 0o077).toBe(0);
    for (const url of [suite, upscom]) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
  }, processTest);

  it('redirects every other host name to the public address', async () => {
    const elsewhere = await fetch(`http://127.0.0.1:${settings['SUITE_PORT'] ?? ''}/idm/sign-in`, { redirect: 'manual' });
    expect(elsewhere.headers.get('location')).toBe(`${suite}/idm/sign-in`);
    const other = await fetch(`http://localhost:${settings['UPSCOM_PORT'] ?? ''}/profile`, { redirect: 'manual' });
    expect(other.headers.get('location')).toBe(`${upscom}/profile`);
  });

  it('is alone on its data folder', async () => {
    expect(await refusal({ SUITE_PORT: String(await freePort()), UPSCOM_PORT: String(await freePort()) })).toMatch(
      /^The data folder .* is in use by process \d+\. Stop that process, or set WAYLEAVE_DATA to another folder\.$/,
    );
    expect((await fetch(`${suite}/readyz`)).status).toBe(200);
  }, processTest);

  it('lets companies and members be added while it runs', async () => {
    const company = await runWayleave(['company', 'add', 'Quay & Sons', '--admin', 'pat@quay.example'], settings);
    expect(company).toMatchObject({ code: 0, stderr: '' });
    const link = /http:\S+/.exec(company.stdout)?.[0] ?? '';
    expect(link).toMatch(new RegExp(`^${suite}/set-password\\?token=`));
    expect((await new Visitor().goTo(link)).status).toBe(200);
    const lastAdmin = await runWayleave(['member', 'remove', 'quay.pat'], settings);
    expect(lastAdmin).toMatchObject({ code: 1, stdout: '' });
    expect(lastAdmin.stderr).toMatch(/^The last admin of a company cannot be removed\./);
  }, processTest);

  it('keeps passwords, sessions and what was added over a kill -9', async () => {
    await alice.goTo(`${suite}/idm/sign-in`);
    await alice.press('Sign In', { 'Sign In name': 'hartwell.alice', Password: passwordOf('hartwell.alice') });
    await alice.sees('Sign out');
    await stop('SIGKILL');
    expect(await start()).toBe(firstOutput);
    await alice.goTo(`${suite}/idm/token-manager`);
    expect(alice.page.url.pathname).toBe('/idm/token-manager');
  }, processTest);

  it('stops when asked, and the commands go on without it', async () => {
    expect(await stop('SIGTERM')).toBe(0);
    const member = await runWayleave(['member', 'add', 'sam@quay.example', '--company', 'Quay & Sons'], settings);
    expect(member.stdout).toContain('Sign In name: quay.sam');
    const role = await runWayleave(['member', 'role', 'quay.sam', 'admin'], settings);
    expect(role).toMatchObject({ code: 0, stdout: 'quay.sam of Quay & Sons is now admin.\n' });
    expect((await runWayleave(['member', 'remove', 'quay.pat'], settings)).stdout).toBe('Removed quay.pat from Quay & Sons.\n');
  }, processTest);

  it.each(['SUITE_PORT', 'UPSCOM_PORT'])('says so when the port of %s is taken', async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    expect(await refusal({ [name]: port })).toBe(
      `Port ${port} is already taken. Stop the program that uses it, or set another port (SUITE_PORT, UPSCOM_PORT, METRICS_PORT).`,
    );
    other.close();
  }, processTest);

  it('refuses a master key that is not the one its data was made with', async () => {
    expect(await refusal({ WAYLEAVE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })).toMatch(/master key/i);
  }, processTest);

  it('refuses a damaged file of secrets rather than making new ones', async () => {
    const file = join(folder, 'data', 'demo-secrets.json');
    const intact = await readFile(file, 'utf8');
    await writeFile(file, intact.slice(0, 100));
    expect(await refusal()).toMatch(/demo-secrets\.json is damaged/);
    expect(await readFile(file, 'utf8')).toBe(intact.slice(0, 100));
    await writeFile(file, intact);
  }, processTest);

  it('was damaged by none of that', async () => {
    expect(await start()).toBe(firstOutput);
    expect((await alice.goTo(`${suite}/idm/token-manager`)).url.pathname).toBe('/idm/token-manager');
    expect(await stop('SIGINT')).toBe(0);
  }, processTest);
});
