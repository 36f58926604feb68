import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/ups-sandbox.mjs', import.meta.url));

function run(env: Record<string, string>): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [bin], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the stand-in by itself', () => {
  it('AL01 runs without any setting but a port, says how to control it, and stops when asked', async () => {
    const port = await freePort();
    const child = run({ UPSCOM_PORT: String(port) });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('Ctrl+C')) resolve();
      });
      child.once('exit', () => reject(new Error(`it ended: ${said}`)));
    });
    const token = /Control token, until it stops: (\w{64})/.exec(said)?.[1] ?? '';
    const answer = await fetch(`http://127.0.0.1:${port}/control/parcels?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toEqual({ tracking_numbers: ['1Z1442YY7229014688'] });
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  }, 60_000);

  it('AL02 says what is wrong with a setting, and does not start', async () => {
    const child = run({ UPSCOM_CONTROL_TOKEN: 'short', DATABASE_URL: 'mysql://x' });
    let said = '';
    child.stderr.on('data', (text: Buffer) => { said += text.toString(); });
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(said).toMatch(/^UPSCOM_CONTROL_TOKEN must have at least 32/);
  }, 60_000);
});
