import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAddressGuard, type Resolve } from './address-guard.js';
import { post } from './post.js';
import { answering, startReceiver, type Receiver } from './tests/receiver.js';

const never = new AbortController().signal;
const body = JSON.stringify({ type: 'webhook.test', data: {} });
const local: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

describe('a POST to a receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver[Symbol.asyncDispose]());

  const headers = { 'content-type': 'application/json', 'webhook-id': 'msg_1' };
  const send = (url: string, { resolve = local, stop = never, timeoutMs = 10_000 }: { resolve?: Resolve; stop?: AbortSignal; timeoutMs?: number } = {}) =>
    post(createAddressGuard({ allowLoopback: true, resolve }), { url: new URL(url), headers, body }, stop, timeoutMs);
  const byName = () => receiver.url.replace('127.0.0.1', 'hooks.example.com');

  it('goes to the address that was checked, under the name that was given, with one look-up', async () => {
    const asked: string[] = [];
    const outcome = await send(byName(), { resolve: async (name) => (asked.push(name), [{ address: '127.0.0.1', family: 4 }]) });
    expect(outcome).toEqual({ kind: 'answered', status: 204 });
    expect(asked).toEqual(['hooks.example.com']);
    expect(receiver.received[0]).toMatchObject({ path: '/hook', body, headers: { host: new URL(byName()).host, connection: 'close' } });
  });

  it('does not go where a name leads that was moved inside after it was added', async () => {
    expect(await send(byName(), { resolve: async () => [{ address: '10.0.0.1', family: 4 }] })).toEqual({ kind: 'failed', reason: 'no-public-address' });
    expect(await send(byName(), { resolve: async () => [{ address: '127.0.0.1', family: 4 }, { address: '169.254.169.254', family: 4 }] }))
      .toEqual({ kind: 'failed', reason: 'no-public-address' });
    expect(receiver.received).toEqual([]);
  });

  it('follows no redirect', async () => {
    await using other = await startReceiver();
    receiver.answer = (response) => response.writeHead(307, { location: other.url }).end();
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 307 });
    expect(other.received).toEqual([]);
  });

  it.each([200, 202, 400, 404, 410, 500, 503])('tells the status %s', async (status) => {
    receiver.answer = answering(status);
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status });
  });

  it('ends at the deadline when nothing is answered, or nothing is found out about the name', async () => {
    receiver.answer = () => undefined;
    expect(await send(receiver.url, { timeoutMs: 100 })).toEqual({ kind: 'failed', reason: 'too-slow' });
    expect(await send(byName(), { timeoutMs: 100, resolve: () => new Promise(() => undefined) })).toEqual({ kind: 'failed', reason: 'too-slow' });
  });

  it('ends at once when it is told to stop', async () => {
    const stopping = new AbortController();
    receiver.answer = () => stopping.abort();
    expect(await send(receiver.url, { stop: stopping.signal })).toEqual({ kind: 'stopped' });
    expect(await send(receiver.url, { stop: AbortSignal.abort() })).toEqual({ kind: 'stopped' });
    expect(receiver.received).toHaveLength(1);
  });

  it('reads no more than a little of an answer that does not end', async () => {
    let written = 0;
    receiver.answer = (response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', more);
      more();
    };
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 200 });
    await expect.poll(() => receiver.received.length).toBe(1);
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('takes the status of an answer whose body is cut off or never comes', async () => {
    receiver.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.end();
    };
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 200 });
    receiver.answer = (response) => response.writeHead(200, { 'content-length': '100' }).write('half');
    expect(await send(receiver.url, { timeoutMs: 300 })).toEqual({ kind: 'answered', status: 200 });
  });

  it('says when nobody listens, when the connection is cut, and when what listens does not speak TLS', async () => {
    receiver.answer = (response) => response.socket?.destroy();
    expect(await send(receiver.url)).toEqual({ kind: 'failed', reason: 'unreachable' });
    expect(await send(receiver.url.replace('http:', 'https:'))).toEqual({ kind: 'failed', reason: 'unreachable' });
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    expect(await send(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)).toEqual({ kind: 'failed', reason: 'unreachable' });
  });
});
