import { freePort } from '@wayleave/dev/constellation';
import { runWayleave, WayleaveProcess } from '@wayleave/dev/process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const processTest = 90_000;

describe('wayleave sandbox', () => {
  let folder: string;
  let port: number;
  beforeEach(async () => {
    [folder, port] = [await mkdtemp(join(tmpdir(), 'wayleave-sandbox-')), await freePort()];
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function running(settings: Readonly<Record<string, string>>) {
    const child = new WayleaveProcess(['sandbox'], { UPSCOM_PORT: String(port), ...settings });
    await child.prints('Ctrl+C');
    const token = settings['UPSCOM_CONTROL_TOKEN'] ?? /Control token, until it stops: (\w{64})/.exec(child.stdout)?.[1] ?? '';
    const control = (path: string, body?: object) => fetch(`http://127.0.0.1:${port}/control/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    return { child, control, token };
  }

  it('needs no setting: it runs in memory, makes a control token, and says both', async () => {
    const { child, control, token } = await running({});
    expect(child.stdout).toMatch(/^A stand-in for UPS\.com, not UPS: http:\/\/127\.0\.0\.1:\d+\nData: in memory/);
    expect(await (await control('parcels?limit=1')).json()).toEqual({ tracking_numbers: ['1Z1442YY7229014688'] });

    const parcels = (controlToken: string) => runWayleave(['sandbox', 'parcels'], { UPSCOM_PORT: String(port), UPSCOM_CONTROL_TOKEN: controlToken });
    const { code, stdout, stderr } = await parcels(token);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(\[#*-*\] \d+ %, [\d,]+ of about [\d,]+ parcels\n)*$/);
    const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { tracking_number: string; account: string });
    expect(lines.length).toBeGreaterThan(1_500);
    expect(lines[0]).toMatchObject({ tracking_number: '1Z1442YY7229014688', account: '1442YY', status: { type: 'D', code: 'F4' } });
    expect(await parcels('x'.repeat(32))).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`The stand-in on port ${port} refuses UPSCOM_CONTROL_TOKEN.`) as string });
    expect(await child.stop()).toBe(0);
    expect(await parcels(token)).toMatchObject({ code: 1, stderr: `No stand-in answers on port ${port} of this machine. Start it, or set UPSCOM_PORT to its port.\n` });
  }, processTest);

  it('keeps what it knows in the folder UPSCOM_DATA, under a control token that it was given and does not say', async () => {
    const settings = { UPSCOM_DATA: join(folder, 'data'), UPSCOM_CONTROL_TOKEN: 'control-token-of-the-tests-0123456789' };
    const first = await running(settings);
    const profile = { username: 'quay-shipping', email: 'ship@quay.example', password: 'mede-lupo-raki-sota' };
    expect((await first.control('profiles', profile)).status).toBe(201);
    expect(await first.child.stop()).toBe(0);
    const second = await running(settings);
    const again = await second.control('profiles', profile);
    expect([again.status, await again.text()]).toEqual([422, expect.stringMatching(/taken|already/)]);
    expect(await second.child.stop()).toBe(0);
    expect(first.child.stdout + first.child.stderr + second.child.stdout).not.toContain(settings.UPSCOM_CONTROL_TOKEN);
  }, processTest);

  it('says so when its port is taken', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    const child = new WayleaveProcess(['sandbox'], { UPSCOM_PORT: String(port) });
    expect(await child.ends()).toBe(1);
    expect(child.stderr).toBe(`Port ${port} is already taken. Stop the program that uses it, or set UPSCOM_PORT to another.\n`);
    other.close();
  }, processTest);
});
