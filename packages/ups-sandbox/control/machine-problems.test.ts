import { readTrackResponse } from '@wayleave/ups-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, basic, idm, post, refusal, startMachineSite, tokens, type Answer, type MachineSite } from '../tests/machine-site.js';

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
