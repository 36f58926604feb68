import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Forbidden, TooManyRequests } from '../errors/index.js';
import { createServer, csrfToken, field, sendPage, seeOther, type ServerOptions } from '../http/index.js';
import { createLogger } from '../logging/index.js';

const publicUrl = new URL('http://localhost:4999');
const formHeaders = { host: 'localhost:4999', 'content-type': 'application/x-www-form-urlencoded' };
let logged = '';
let ready = true;
let app: FastifyInstance;

const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => { logged += chunk.toString(); done(); } });
const options: ServerOptions = {
  publicUrl, logger: createLogger({ name: 'test', level: 'debug', destination }), cookieName: 'test', csrfKey: Buffer.alloc(32, 1), trustedProxies: [],
  ready: async () => { if (!ready) throw new Error('no database'); }, assets: [],
  renderProblem: (problem, request) => `<html><h1>${problem.status} ${problem.heading}</h1><p>${problem.message}</p><p>${request.id}</p></html>`,
};

beforeAll(async () => {
  app = await createServer(options);
  app.get('/page', (request, reply) => sendPage(reply, `<html>${csrfToken(request)}</html>`));
  app.post('/form', (request, reply) => seeOther(reply, `/done?name=${field(request.body, 'name')}`));
  app.post('/things/:id/remove', (_request, reply) => seeOther(reply, '/done'));
  app.post('/machine', { config: { csrf: false, anyHost: true } }, async () => ({ ok: true }));
  app.get('/fault', async () => { throw new Error('the password is\nhunter2'); });
  app.get('/forbidden', async () => { throw new Forbidden('Only an admin may.'); });
  app.get('/slow-down', async () => { throw new TooManyRequests(30); });
});
afterAll(() => app.close());

const page = async () => {
  const answer = await app.inject({ url: '/page', headers: { host: 'localhost:4999' } });
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { answer, cookie, token: answer.body.replace(/<[^>]+>/g, '').replace('', '') };
};
const send = (payload: string, headers: Record<string, string>) => app.inject({ method: 'POST', url: '/form', headers: { ...formHeaders, ...headers }, payload });

describe('the HTTP shell', () => {
  it('HD01 HD02 HD03 HD05 sends the security headers with every page', async () => {
    const { headers } = (await page()).answer;
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'.*object-src 'none'/);
    expect(headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-store',
    });
  });

  it('sends them with whatever it answers', async () => {
    const { host } = publicUrl;
    const asked = [
      { url: '/healthz' }, { url: '/fault' }, { url: '/forbidden' }, { url: '/nowhere' }, { url: '/page', headers: { host: 'other.example' } }, { url: '/form', method: 'POST' as const },
      { url: '/machine', method: 'POST' as const },
    ];
    for (const one of asked) {
      const { headers } = await app.inject({ headers: { host }, ...one });
      expect(headers, one.url).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"), 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-dns-prefetch-control': 'off', 'x-download-options': 'noopen',
        'x-frame-options': 'DENY', 'x-permitted-cross-domain-policies': 'none', 'x-xss-protection': '0',
      });
      expect(headers, one.url).not.toHaveProperty('strict-transport-security');
    }
  });

  it('keeps browsers on https where it is reached by it', async () => {
    const secure = await createServer({ ...options, publicUrl: new URL('https://suite.example') });
    expect((await secure.inject({ url: '/healthz' })).headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    await secure.close();
  });

  it('SS01 sets cookies that scripts cannot read, plain on http and __Host- on https', async () => {
    expect(String((await page()).answer.headers['set-cookie'])).toMatch(/^test_browser=brw-[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
  });

  it('SS05 takes a form of its own page', async () => {
    const { cookie, token } = await page();
    const answer = await send(new URLSearchParams({ csrf: token, name: 'ann' }).toString(), { cookie });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/done?name=ann');
  });

  it.each([
    ['without a token', 'name=ann', {}],
    ['with a forged token', 'csrf=forged&name=ann', {}],
    ['from a cross-site page', 'TOKEN', { 'sec-fetch-site': 'cross-site' }],
    ['from a same-site neighbour', 'TOKEN', { 'sec-fetch-site': 'same-site' }],
    ['with a foreign origin', 'TOKEN', { origin: 'https://evil.example' }],
    ['as plain text', 'TOKEN', { 'content-type': 'text/plain' }],
    ['as JSON', '{}', { 'content-type': 'application/json' }],
  ])('SS05 refuses a form %s', async (_name, payload, headers) => {
    const { cookie, token } = await page();
    const answer = await send(payload.replace('TOKEN', new URLSearchParams({ csrf: token }).toString()), { cookie, ...headers });
    expect(answer.statusCode).toBe(403);
  });

  it('SS05 refuses the token of another browser', async () => {
    const { token } = await page();
    const { cookie } = await page();
    expect((await send(new URLSearchParams({ csrf: token }).toString(), { cookie })).statusCode).toBe(403);
  });

  it('SS05 answers 405 where only a form may go, 404 where nothing is', async () => {
    const headers = { host: 'localhost:4999' };
    const wrong = await app.inject({ url: '/form', headers });
    expect(wrong.statusCode).toBe(405);
    expect(wrong.headers.allow).toBe('POST');
    expect((await app.inject({ url: '/things/7/remove?x=1', headers })).statusCode).toBe(405);
    expect((await app.inject({ url: '/nothing', headers })).statusCode).toBe(404);
  });

  it('redirects pages asked for under another host name, and nowhere else', async () => {
    const redirect = async (url: string) => (await app.inject({ url, headers: { host: 'evil.example' } })).headers.location;
    expect(await redirect('/page?a=1')).toBe('http://localhost:4999/page?a=1');
    expect(await redirect('//evil.example/x')).toBe('http://localhost:4999//evil.example/x');
    expect(await redirect('/\\evil.example')).toMatch(/^http:\/\/localhost:4999\//);
    expect((await app.inject({ method: 'POST', url: '/form', headers: { ...formHeaders, host: 'evil.example' } })).statusCode).toBe(421);
  });

  it('leaves machine interfaces alone: any host, no cookie, no token', async () => {
    const answer = await app.inject({ method: 'POST', url: '/machine', headers: { host: 'any' } });
    expect(answer.json()).toEqual({ ok: true });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('LG03 shows nothing of a fault but the id under which the log has it, in one line', async () => {
    const before = logged.length;
    const answer = await app.inject({ url: '/fault', headers: { host: 'localhost:4999' } });
    expect(answer.statusCode).toBe(500);
    expect(JSON.stringify([answer.headers, answer.body])).not.toMatch(/hunter2|the password|Error|\bat .*:\d+/);
    const lines = logged.slice(before).trimEnd().split('\n').map((line) => JSON.parse(line) as { level: number; request: string; err?: { message: string; stack: string } });
    const [fault, answered] = lines;
    expect(lines).toHaveLength(2);
    expect(fault).toMatchObject({ level: 50, msg: 'request failed', err: { message: 'the password is\nhunter2', stack: expect.stringContaining('http.test') } });
    expect(fault?.request).toMatch(/^[\w-]{12}$/);
    expect(answered?.request).toBe(fault?.request);
    expect(answer.body).toContain(`<p>${fault?.request}</p>`);
  });

  it('answers what a Problem says', async () => {
    const headers = { host: 'localhost:4999' };
    const forbidden = await app.inject({ url: '/forbidden', headers });
    expect([forbidden.statusCode, forbidden.body]).toEqual([403, expect.stringContaining('Only an admin may.')]);
    const busy = await app.inject({ url: '/slow-down', headers });
    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([429, '30']);
  });

  it('answers malformed and oversized requests and stays up', async () => {
    const { cookie } = await page();
    expect((await send('a='.padEnd(1_048_577, 'x'), { cookie })).statusCode).toBe(413);
    expect((await send(`csrf=a&csrf=b`, { cookie })).statusCode).toBe(400);
    expect((await send('&'.repeat(50_000), { cookie })).statusCode).toBe(403);
    expect((await app.inject({ url: '/%E0%A4%A', headers: { host: 'localhost:4999' } })).statusCode).toBe(400);
    expect((await page()).answer.statusCode).toBe(200);
  });

  it('tells whether it lives and whether it can work', async () => {
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    ready = false;
    expect((await app.inject('/readyz')).statusCode).toBe(503);
    ready = true;
  });

  it('LG01 logs neither query nor body', async () => {
    await app.inject({ url: '/page?token=canary-in-query', headers: { host: 'localhost:4999' } });
    const { cookie } = await page();
    await send('name=canary-in-body', { cookie });
    expect(logged).toContain('"route":"/page"');
    expect(logged).not.toContain('canary');
  });

  it('RL04 believes a forwarded address from a configured proxy alone, and of several the last that the proxy saw', async () => {
    const said: string[] = [];
    const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line: string) => void said.push(line) } });
    const known: ServerOptions['known'] = ({ ip }) => ({ address: ip });
    for (const trustedProxies of [[], ['192.0.2.1']]) {
      const other = await createServer({ ...options, logger, known, trustedProxies });
      for (const remoteAddress of ['192.0.2.1', '192.0.2.2']) {
        await other.inject({ url: '/healthz', remoteAddress, headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', forwarded: 'for=203.0.113.9' } });
      }
      await other.close();
    }
    expect(said.map((line) => (JSON.parse(line) as { address: string }).address)).toEqual(['192.0.2.1', '192.0.2.2', '198.51.100.7', '192.0.2.2']);
  });

  it('sends the answer to a problem once, however long it takes until it may leave', async () => {
    let warned = '';
    let sent = 0;
    const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => { warned += chunk.toString(); done(); } });
    const other = await createServer({
      publicUrl, logger: createLogger({ name: 'test', level: 'warn', destination }), cookieName: 'test', csrfKey: Buffer.alloc(32, 1), trustedProxies: [],
      ready: async () => undefined, assets: [], renderProblem: () => '<html></html>',
      answerProblem: (problem, _request, reply) => {
        reply.code(problem.status).send({ refused: true });
        return true;
      },
    });
    other.addHook('onSend', async (_request, _reply, payload) => {
      sent += 1;
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      return payload;
    });
    other.get('/refused', { config: { csrf: false, anyHost: true } }, async () => { throw new Forbidden('no'); });
    const answer = await other.inject('/refused');
    await other.close();
    expect([answer.statusCode, answer.json()]).toEqual([403, { refused: true }]);
    expect([sent, warned]).toEqual([1, '']);
  });

  it('closes although somebody keeps a connection open', async () => {
    const other = await createServer({
      publicUrl, logger: createLogger({ name: 'test', level: 'silent' }), cookieName: 'test', csrfKey: Buffer.alloc(32, 1), trustedProxies: [],
      ready: async () => undefined, assets: [], renderProblem: () => '<html></html>',
    });
    await other.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((other.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /page HTTP/1.1\r\n');
    const cut = once(socket, 'close');
    socket.on('error', () => undefined);
    await other.close();
    await cut;
  });
});
