import { freePort } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runWayleave, WayleaveProcess } from '@wayleave/dev/process';

const longTest = 120_000;

describe('wayleave start', () => {
  let folder: string;
  let settings: Record<string, string>;
  let suite: string;
  let running: WayleaveProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayleave-start-'));
    const [suitePort, upscomPort] = [await freePort(), await freePort()];
    suite = `http://localhost:${suitePort}`;
    settings = { WAYLEAVE_DATA: join(folder, 'data'), SUITE_PORT: String(suitePort), UPSCOM_PORT: String(upscomPort) };
  });
  afterEach(async () => {
    const left = running;
    running = undefined;
    await left?.stop('SIGKILL');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(more: Record<string, string> = {}): Promise<WayleaveProcess> {
    running = new WayleaveProcess(['start'], { ...settings, ...more });
    await running.prints('Wayleave is running');
    await running.prints('Data and passwords');
    return running;
  }

  async function stopRunning(signal: NodeJS.Signals): Promise<number | null> {
    const stopped = running;
    running = undefined;
    if (!stopped) throw new Error('nothing runs');
    return stopped.stop(signal);
  }

  async function refusedStart(more: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await runWayleave(['start'], { ...settings, ...more });
    expect(stdout).toBe('');
    expect(code).toBe(1);
    return stderr.trim();
  }

  const passwordOf = (output: string, name: string) => new RegExp(`${name} +(\\S+)`).exec(output)?.[1] ?? '';

  it('tells the addresses and every sign-in, keeps its data to itself, and stops when asked', async () => {
    const first = await start();
    expect(first.stdout).toContain(suite);
    expect(first.stdout).toContain(`http://127.0.0.1:${settings['UPSCOM_PORT'] ?? ''}`);
    for (const name of ['hartwell.alice', 'hartwell.ben', 'hartwell.carla', 'brook.dora', 'hartwell-shipping']) {
      expect(passwordOf(first.stdout, name)).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
    }
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'data', 'demo-secrets.json'))).mode & 0o777).toBe(0o600);
    for (const url of [suite, `http://127.0.0.1:${settings['UPSCOM_PORT'] ?? ''}`]) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
    const elsewhere = await fetch(`http://127.0.0.1:${settings['SUITE_PORT'] ?? ''}/idm/sign-in`, { redirect: 'manual' });
    expect(elsewhere.headers.get('location')).toBe(`${suite}/idm/sign-in`);
    expect(await stopRunning('SIGTERM')).toBe(0);
    expect(first.stderr).toBe('');
  }, longTest);

  it('keeps passwords and sessions over a restart and a kill -9', async () => {
    const first = await start();
    const password = passwordOf(first.stdout, 'hartwell.alice');
    const alice = new Visitor();
    await alice.goTo(`${suite}/idm/sign-in`);
    await alice.press('Sign In', { 'Sign In name': 'hartwell.alice', Password: password });
    await alice.sees('Sign out');
    await stopRunning('SIGKILL');

    const second = await start();
    expect(passwordOf(second.stdout, 'hartwell.alice')).toBe(password);
    expect((await alice.goTo(`${suite}/idm/token-manager`)).status).toBe(200);
    expect(alice.page.url.pathname).toBe('/idm/token-manager');
    expect(await stopRunning('SIGINT')).toBe(0);
  }, longTest);

  it('leaves a data folder that is in use alone', async () => {
    await start();
    const sentence = await refusedStart({ SUITE_PORT: String(await freePort()), UPSCOM_PORT: String(await freePort()) });
    expect(sentence).toMatch(/^The data folder .* is in use by process \d+\. Stop that process, or set WAYLEAVE_DATA to another folder\.$/);
    expect((await fetch(`${suite}/readyz`)).status).toBe(200);
  }, longTest);

  it('lets companies and members be added while it runs', async () => {
    await start();
    const company = await runWayleave(['company', 'add', 'Quay & Sons', '--admin', 'pat@quay.example'], settings);
    expect(company).toMatchObject({ code: 0, stderr: '' });
    const link = /http:\S+/.exec(company.stdout)?.[0] ?? '';
    expect(link).toMatch(new RegExp(`^${suite}/set-password\\?token=`));
    const member = await runWayleave(['member', 'add', 'sam@quay.example', '--company', 'Quay & Sons'], settings);
    expect(member.stdout).toContain('Sign In name: quay.sam');
    const lastAdmin = await runWayleave(['member', 'remove', 'quay.pat'], settings);
    expect(lastAdmin).toMatchObject({ code: 1, stdout: '' });
    expect(lastAdmin.stderr).toMatch(/^The last admin of a company cannot be removed\./);
    const role = await runWayleave(['member', 'role', 'quay.sam', 'admin'], settings);
    expect(role.stdout).toBe('quay.sam of Quay & Sons is now admin.\n');
    const pat = new Visitor();
    expect((await pat.goTo(link)).status).toBe(200);
    expect(await stopRunning('SIGTERM')).toBe(0);

    const removed = await runWayleave(['member', 'remove', 'quay.pat'], settings);
    expect(removed).toMatchObject({ code: 0, stdout: 'Removed quay.pat from Quay & Sons.\n' });
  }, longTest);

  it('says so when a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    for (const name of ['SUITE_PORT', 'UPSCOM_PORT']) {
      expect(await refusedStart({ [name]: port })).toBe(
        `Port ${port} is already taken. Stop the program that uses it, or set another port (SUITE_PORT, UPSCOM_PORT).`,
      );
    }
    other.close();
  }, longTest);

  it.each([
    ['SUITE_HOST', '0.0.0.0'],
    ['SUITE_PUBLIC_URL', 'https://demo.example.com'],
    ['UPSCOM_PUBLIC_URL', 'http://192.0.2.7:4010'],
    ['UPSCOM_LISTEN_BEYOND_THIS_MACHINE', 'yes'],
  ])('refuses other machines: %s=%s', async (name, value) => {
    expect(await refusedStart({ [name]: value })).toMatch(new RegExp(`^${name} would open the demo to other machines\\.`));
  });

  it.each([
    ['SUITE_PORT', 'four', /SUITE_PORT is "four"; it must be a whole number/],
    ['PROBE_INTERVAL_SECONDS', '0', /PROBE_INTERVAL_SECONDS is "0"; it must be a whole number from 1/],
    ['WAYLEAVE_MASTER_KEY', 'short', /WAYLEAVE_MASTER_KEY must be 32 bytes/],
  ])('names a wrong setting: %s=%s', async (name, value, sentence) => {
    expect(await refusedStart({ [name]: value })).toMatch(sentence);
  }, longTest);

  it('refuses a master key that is not the one its data was made with, and damages nothing', async () => {
    await start();
    expect(await stopRunning('SIGTERM')).toBe(0);
    expect(await refusedStart({ WAYLEAVE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })).toMatch(/master key/i);
    await start();
    expect(await stopRunning('SIGTERM')).toBe(0);
  }, longTest);

  it('refuses a damaged file of secrets rather than making new ones', async () => {
    const file = join(settings['WAYLEAVE_DATA'] ?? '', 'demo-secrets.json');
    const intact = await readFile(file, 'utf8');
    await writeFile(file, intact.slice(0, 100));
    expect(await refusedStart()).toMatch(/demo-secrets\.json is damaged/);
    expect(await readFile(file, 'utf8')).toBe(intact.slice(0, 100));
    await writeFile(file, intact);
    await start();
    expect(await stopRunning('SIGTERM')).toBe(0);
  }, longTest);
});
