import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const packSandbox = fileURLToPath(new URL('../../../dev/pack-sandbox.mjs', import.meta.url));
const path = process.env['PATH'] ?? '';
/** Where npm gets packages from here; its copies of before are not used. */
const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
const registryAnswers = await fetch(registry, { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).then(() => true, () => false);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the package of the stand-in', () => {
  it.runIf(registryAnswers)('AL01 runs from its tarball alone: installed into an empty folder with an empty home it starts, says how to control it, gives a token and tracks, and writes its parcels', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ups-sandbox-package-'));
    const [home, app] = [join(folder, 'home'), join(folder, 'app')];
    await Promise.all([mkdir(home), mkdir(app)]);
    await run(process.execPath, [packSandbox, folder]);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    await writeFile(join(app, 'package.json'), '{}');
    const { stderr } = await run('npm', ['install', '--no-audit', '--no-fund', '--registry', registry, join(folder, tarball ?? '')], { cwd: app, env: { PATH: path, HOME: home } });
    expect(stderr).not.toMatch(/EBADENGINE|deprecated/);

    const port = await freePort();
    const bin = join(app, 'node_modules', '.bin', 'ups-sandbox');
    const child = spawn(bin, { cwd: app, env: { PATH: path, HOME: home, UPSCOM_PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let said = '';
      await new Promise<void>((resolve, reject) => {
        child.stderr.on('data', (text: Buffer) => { said += text.toString(); });
        child.stdout.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes('Ctrl+C')) resolve();
        });
        child.once('exit', () => reject(new Error(`it ended: ${said}`)));
      });
      const url = `http://127.0.0.1:${port}`;
      const control = /Control token, until it stops: (\w{64})/.exec(said)?.[1] ?? '';
      const client = { client_id: 'my-client-0001', client_secret: 'my-secret-0001-0001', display_name: 'My Shop', redirect_uris: ['http://localhost:3000/callback'] };
      const made = await fetch(`${url}/control/applications`, { method: 'POST', headers: { authorization: `Bearer ${control}`, 'content-type': 'application/json' }, body: JSON.stringify(client) });
      expect(made.status).toBe(201);
      const basic = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`;
      const token = await fetch(`${url}/security/v1/oauth/token`, { method: 'POST', headers: { authorization: basic }, body: new URLSearchParams({ grant_type: 'client_credentials' }) });
      const { access_token: access } = (await token.json()) as { access_token: string };
      const tracked = await fetch(`${url}/api/track/v1/details/1Z1442YY7229014688`, { headers: { authorization: `Bearer ${access}`, transid: '1', transactionsrc: 'test' } });
      expect(await tracked.json()).toMatchObject({ trackResponse: { shipment: [{ package: [{ trackingNumber: '1Z1442YY7229014688', currentStatus: { statusCode: '011' } }] }] } });
      const page = await fetch(`${url}/`);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('not UPS')]);

      const command = (words: readonly string[], token = control) =>
        run(bin, words, { cwd: app, env: { PATH: path, HOME: home, UPSCOM_PORT: String(port), UPSCOM_CONTROL_TOKEN: token }, maxBuffer: 2 ** 26 });
      const parcels = (await command(['parcels'])).stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as object);
      expect(parcels.length).toBeGreaterThan(1_500);
      expect(parcels[0]).toMatchObject({ tracking_number: '1Z1442YY7229014688', status: { code: 'F4' } });
      await Promise.all([
        expect(command(['parcels'], 'x'.repeat(32))).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^The stand-in on port \d+ refuses UPSCOM_CONTROL_TOKEN\. [^\n]*\n$/) as string }),
        expect(command(['parcel'])).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^[^\n]*not by "parcel"; [^\n]*\n\nUsage: ups-sandbox \[parcels\]\n/) as string }),
        expect(command(['--help'])).resolves.toMatchObject({ stdout: expect.stringMatching(/^Usage: ups-sandbox \[parcels\]\n/) as string, stderr: '' }),
      ]);
      child.kill('SIGTERM');
      expect((await once(child, 'exit'))[0]).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
});
