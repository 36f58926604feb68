import { testDatabase } from '@wayleave/dev/database';
import { createLogger } from '@wayleave/platform/logging';
import { readTrackResponse } from '@wayleave/ups-api';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, readSandboxConfig, sandboxMigrations } from '../index.js';
import { answer, basic, controlToken, idm, post, refusal, startMachineSite, tokens, type Answer, type MachineSite } from '../tests/machine-site.js';

let site: MachineSite;
let access: string;
beforeAll(async () => {
  site = await startMachineSite();
  ({ access } = await tokens(site));
});
afterAll(() => site[Symbol.asyncDispose]());

const rating = '/api/rating/v2409/Rate';
const paths = [rating, '/api/quantumview/v3/events', '/api/track/v2/subscription/standard/package', '/api/shipments/v1/transittimes'];

async function send(path: string, body: string | undefined, headers: Record<string, string> = { 'content-type': 'application/json' }, token: string | null = access): Promise<Answer> {
  const names = { transid: 't', transactionsrc: 'test', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  return answer(await fetch(site.url + path, { method: 'POST', headers: { ...names, ...headers }, ...(body === undefined ? {} : { body: Buffer.from(body) }) }));
}

/** The error's code and message, inside UPS's envelope or bare. */
function said(given: Answer): string {
  return refusal('errors' in given.json ? { ...given, json: { response: given.json } } : given);
}

describe('what the data APIs refuse before they look at it', () => {
  it('is told as UPS tells it, and not as a page would', async () => {
    const notWellFormed = ['400 10400 The request is not well formed', '400 10400 The request is not well formed', '400 VSS000 Invalid request and The Subscription request has been rejected.', '400 10400 The request is not well formed'];
    expect(await Promise.all(paths.map(async (path) => said(await send(path, '{"RateRequest":'))))).toEqual(notWellFormed);
    for (const path of paths) expect(said(await send(path, '<a/>', { 'content-type': 'text/xml' }))).toBe('400 10007 Requested Content Type is not supported');
    expect(said(await send(rating, undefined, {}))).toBe('400 20008 The body of the request is not a JSON object.');
    expect(said(await send(rating, '[]'))).toBe('400 20008 The body of the request is not a JSON object.');
    expect(said(await send(rating, ' '.repeat(1_100_000)))).toBe('413 10400 The request is larger than 1048576 bytes');
    expect(said(await post(site, '/security/v1/oauth/token', `x=${'x'.repeat(70_000)}`, basic(idm)))).toBe('413 10400 The request is larger than 65536 bytes');
  });

  it('is not looked at without a token', async () => {
    for (const path of paths) expect(said(await send(path, '{', undefined, null))).toBe('401 UJ0001 Invalid token or token is not present');
  });

  it('is a fault of UPS\'s gateway where the path lacks its /api, and in the ledger', async () => {
    const since = new Date();
    for (const [method, path] of [['GET', '/track/v1/details/1Z1442YY7229014688'], ['POST', '/rating/v2409/Rate'], ['POST', '/quantumview/v3/events'], ['POST', '/shipments/v1/transittimes']] as const) {
      const given = await answer(await fetch(site.url + path, { method, headers: { authorization: `Bearer ${access}` } }));
      expect([given.status, given.headers.get('content-type')]).toEqual([401, 'application/json; charset=utf-8']);
      expect(() => readTrackResponse({ status: given.status, headers: {}, body: given.text })).toThrow(expect.objectContaining({ codes: [{ code: '250003', message: 'Invalid Access License number' }] }));
    }
    expect((await site.control.ledger({ since })).map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

describe('an address that is written in another way', () => {
  const ways = [
    (path: string) => `http://onlinetools.ups.com${path}`,
    (path: string) => `HTTP://onlinetools.ups.com:443${path}`,
    (path: string) => path.replace('/s', '/%73').replace('/a', '/%61'),
  ];
  const ask = (target: string) => raw(Number(new URL(site.url).port), `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);

  it('is answered in UPS\'s dialect, and is in the ledger under its plain name', async () => {
    for (const written of ways) {
      const since = new Date();
      expect(await ask(written('/api/track/v1/details/1Z1442YY7229014688?locale=en_US'))).toBe('401 UJ0001 Invalid token or token is not present');
      expect(await ask(written('/security/v1/oauth/authorize?client_id=nobody-0001'))).toBe('401 10401 ClientId is Invalid');
      expect(await ask(written('/security/v1/oauth/revoke'))).toBe('404 10404 There is no such interface.');
      expect((await site.control.ledger({ since })).map(({ path, status }) => [path, status])).toEqual([
        ['/api/track/v1/details/1Z1442YY7229014688', 401], ['/security/v1/oauth/authorize', 401], ['/security/v1/oauth/revoke', 404],
      ]);
    }
  });
});

/** Writes on a bare connection and reads until the server closes it: status, content type, and the error in the body. */
async function raw(port: number, words: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(words);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const json = JSON.parse(body) as Answer['json'];
  expect(head).toMatch(/\r\ncontent-type: application\/json(; charset=utf-8)?\r\n/i);
  return said({ status: Number(head.split(' ')[1]), headers: new Headers(), text: body, json });
}

describe('what never becomes a request', () => {
  it('is refused in UPS\'s envelope where its HTTP cannot be read', async () => {
    const port = Number(new URL(site.url).port);
    for (const words of ['no HTTP at all\r\n\r\n', `GET ${rating} HTTP/1.1\r\nhost x\r\n\r\n`, `POST ${rating} HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n`]) {
      expect(await raw(port, words)).toBe('400 10400 The request is not well formed');
    }
    expect(await raw(port, `GET ${rating} HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe('431 10400 The headers of the request are too large');
  });

  it('TK10 is refused in UPS\'s envelope where its body does not arrive', async () => {
    await using database = await testDatabase(undefined, [sandboxMigrations]);
    const config = readSandboxConfig({ UPSCOM_CONTROL_TOKEN: controlToken });
    const { app, close } = await createSandbox({ database, config, logger: createLogger({ name: 'upscom', level: 'silent' }) });
    Object.assign(app.server, { requestTimeout: 200, headersTimeout: 100, connectionsCheckingInterval: 50 });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 30\r\n\r\ngrant_type=`;
    for (const path of ['/security/v1/oauth/token', '/security/v1/oauth/refresh']) expect(await raw(port, head(path))).toBe('408 10400 The request did not arrive in time');
    await close();
  });
});
