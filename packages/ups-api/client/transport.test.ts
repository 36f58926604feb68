import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { UpsUnreachable, UpsUnreadable } from './errors.js';
import { createTransport, type UpsRequest } from './transport.js';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function serve(handler: http.RequestListener): Promise<{ baseUrl: URL; server: http.Server }> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  open.push({ close: () => { server.closeAllConnections(); server.close(); } });
  await new Promise((resolve) => server.once('listening', resolve));
  return { baseUrl: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), server };
}

const get: UpsRequest = { method: 'GET', path: '/x', headers: {} };
const failure = (promise: Promise<unknown>) => promise.then(() => { throw new Error('it did not fail'); }, (error: unknown) => error);

describe('the transport', () => {
  it('sends method, path, headers and body, and gives the whole answer', async () => {
    const { baseUrl } = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk))).on('end', () => {
        response.writeHead(201, { 'X-Answer': 'yes' }).end(`${request.method} ${request.url} ${request.headers['x-ask']} ${body}`);
      });
    });
    const transport = createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 1_000 });
    const answer = await transport.send({ method: 'POST', path: '/p?q=1', headers: { 'x-ask': 'é'.normalize('NFC') === 'é' ? 'ask' : '' }, body: 'grüße' });
    expect(answer).toMatchObject({ status: 201, body: 'POST /p?q=1 ask grüße', headers: { 'x-answer': 'yes' } });
    transport.close();
  });

  it('follows no redirect', async () => {
    const { baseUrl } = await serve((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect((await createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 10 }).send(get)).status).toBe(302);
  });

  it('says that nothing was sent when nobody listens or the name is unknown', async () => {
    for (const address of ['http://127.0.0.1:1', 'http://nowhere.invalid']) {
      const error = await failure(createTransport({ baseUrl: new URL(address), timeoutMs: 5_000, maxBytes: 10 }).send(get));
      expect(error).toBeInstanceOf(UpsUnreachable);
      expect((error as UpsUnreachable).sent).toBe(false);
    }
  });

  it('says that the request was sent when the answer is cut, late or aborted', async () => {
    const { baseUrl } = await serve((request, response) => {
      if (request.url === '/cut') response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy());
      if (request.url === '/gone') request.socket.destroy();
    });
    const transport = createTransport({ baseUrl, timeoutMs: 150, maxBytes: 1_000 });
    const abort = new AbortController();
    const aborted = failure(transport.send({ ...get, path: '/late' }, { signal: abort.signal, deadlineMs: 5_000, beforeFirstByte: () => setImmediate(() => abort.abort()) }));
    for (const error of [await failure(transport.send({ ...get, path: '/cut' })), await failure(transport.send({ ...get, path: '/gone' })), await failure(transport.send(get)), await aborted]) {
      expect(error).toBeInstanceOf(UpsUnreachable);
      expect((error as UpsUnreachable).sent).toBe(true);
    }
  });

  it('resets the connection of a call that is cut off, and takes a new one for the next', async () => {
    const abort = new AbortController();
    let ended: Promise<unknown> = Promise.resolve();
    const { baseUrl } = await serve((request, response) => {
      if (request.url !== '/held') {
        response.end('ok');
        return;
      }
      ended = new Promise((resolve) => request.socket.once('error', resolve));
      abort.abort();
    });
    const transport = createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 1_000 });
    expect(await failure(transport.send({ ...get, path: '/held' }, { signal: abort.signal }))).toMatchObject({ sent: true });
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
    expect((await transport.send(get)).body).toBe('ok');
    transport.close();
  });

  it('sends nothing when a header holds what no header can, and lets go of the connection', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    const { baseUrl, server } = await serve((_request, response) => response.end('ok'));
    const transport = createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 10 });
    for (const token of ['two\r\nlines', 'a\0b', '中']) {
      for (const fresh of [true, false]) {
        expect(await failure(transport.send({ ...get, headers: { authorization: `Bearer ${token}` } }, { fresh }))).toMatchObject({ name: 'UpsUnreachable', sent: false });
      }
    }
    expect((await transport.send(get)).body).toBe('ok');
    transport.close();
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0);
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });

  it('refuses an answer that is larger than it takes', async () => {
    const { baseUrl } = await serve((_request, response) => response.end('x'.repeat(5_000_000)));
    expect(await failure(createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 1_000_000 }).send(get))).toBeInstanceOf(UpsUnreadable);
  });

  it('hands nothing to the network when the last look before the first byte refuses', async () => {
    let arrived = 0;
    const sockets = net.createServer((socket) => socket.on('data', () => (arrived += 1))).listen(0, '127.0.0.1');
    open.push(sockets);
    await new Promise((resolve) => sockets.once('listening', resolve));
    const baseUrl = new URL(`http://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
    const transport = createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 10 });
    const refusal = new Error('the lease is over');
    for (const fresh of [true, false]) {
      expect(await failure(transport.send(get, { fresh, beforeFirstByte: () => { throw refusal; } }))).toBe(refusal);
    }
    expect(arrived).toBe(0);
  });

  it('reuses a connection, unless a fresh one is asked for', async () => {
    const ports = new Set<number | undefined>();
    const { baseUrl } = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const transport = createTransport({ baseUrl, timeoutMs: 5_000, maxBytes: 10 });
    for (let sent = 0; sent < 3; sent += 1) await transport.send(get);
    expect(ports.size).toBe(1);
    await transport.send(get, { fresh: true });
    expect(ports.size).toBe(2);
    transport.close();
  });
});
