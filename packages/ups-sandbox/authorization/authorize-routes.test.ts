import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callbackUrl } from './authorization.js';
import { answer, challenge, get, idh, idm, refusal, startMachineSite, type Answer, type MachineSite } from '../tests/machine-site.js';

const path = '/security/v1/oauth/authorize';
const valid = { client_id: idm.clientId, redirect_uri: idm.redirectUri, response_type: 'code', state: 'st-1', scope: 'read', code_challenge: challenge };

let site: MachineSite;
beforeAll(async () => {
  site = await startMachineSite();
});
afterAll(() => site[Symbol.asyncDispose]());

function ask(changes: Record<string, string | null> = {}): Promise<Answer> {
  const query = Object.entries({ ...valid, ...changes }).flatMap(([name, value]) => value === null ? [] : [`${name}=${encodeURIComponent(value)}`]);
  return get(site, `${path}?${query.join('&')}`);
}

function expectRefused(given: Answer, expected: string): void {
  expect(refusal(given)).toBe(expected);
  expect(given.headers.get('location')).toBeNull();
  expect(given.headers.get('cache-control')).toBe('no-store');
  expect(given.headers.get('errorcode')).toBe(expected.split(' ')[1]);
  expect(expected.endsWith(given.headers.get('errordescription') ?? '-')).toBe(true);
}

describe('GET /authorize', () => {
  it('AZ01 sends to the Log In page with UPS parameters, and that page answers a client without cookies', async () => {
    const given = await ask();
    expect(given.status).toBe(302);
    expect(given.headers.get('appname')).toBe('IntelligentDataManagement');
    expect(given.headers.get('displayname')).toBe('Intelligent Data Management');
    expect(given.headers.get('cache-control')).toBe('no-store');
    const login = new URL(given.headers.get('location') ?? '');
    expect(login.pathname).toBe('/lasso/signin');
    expect(Object.fromEntries(login.searchParams)).toEqual({ ...valid, type: 'ups_com_api' });
    expect(login.href).not.toContain('code=');
    const page = await answer(await fetch(login));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('AZ02 answers an unknown client 401 without a Location', async () => {
    for (const redirect of [idm.redirectUri, 'https://elsewhere.example/']) {
      expectRefused(await ask({ client_id: 'nobody-0001', redirect_uri: redirect }), '401 10401 ClientId is Invalid');
    }
  });

  it('AZ03 looks at the redirect URI before anything else', async () => {
    for (const other of [{}, { response_type: 'token' }, { code_challenge: '!' }, { state: 'x'.repeat(5_000) }, { code_challenge_method: 'plain' }]) {
      expectRefused(await ask({ ...other, redirect_uri: idh.redirectUri }), '400 10400 Invalid Redirect URL');
    }
    expectRefused(await ask({ redirect_uri: null }), '400 10400 Invalid Redirect URL');
  });

  it('AZ04 has one response type', async () => {
    for (const type of ['token', 'id_token', 'code token', null, '', 'CODE', 'code ']) {
      expectRefused(await ask({ response_type: type }), '400 10400 Missing or unsupported response_type');
    }
  });

  it('AZ05 refuses repeated parameters and tolerates empty segments and a raw redirect URI', async () => {
    const query = new URLSearchParams(valid).toString();
    for (const name of Object.keys(valid)) {
      const given = await get(site, `${path}?${query}&${name}=x`);
      expectRefused(given, '400 10400 A parameter was sent more than once');
    }
    const raw = `client_id=${idm.clientId}&redirect_uri=${idm.redirectUri}&response_type=code&scope=read&&type=ups_com_api&`;
    expect((await get(site, `${path}?&&${raw}`)).status).toBe(302);
  });

  it('AZ06 keeps a state byte for byte and never lets it break a header', async () => {
    const states = ['\r\nset-cookie: a=b', '"><script>alert(1)</script>', 'ü✓𝄞'.repeat(200), "it's 100%25 & more=1 + +", '%00', ' '];
    for (const state of states) {
      const given = await ask({ state });
      expect(given.status).toBe(302);
      expect(given.headers.get('set-cookie') ?? '').not.toContain('a=b');
      expect(new URL(given.headers.get('location') ?? '').searchParams.get('state')).toBe(state);
    }
    expect((await ask({ state: 'é'.repeat(2_048) })).status).toBe(302);
    expectRefused(await ask({ state: 'é'.repeat(2_049) }), '400 10400 state is longer than 4096 bytes');
    expect((await get(site, `${path}?${new URLSearchParams(valid).toString()}&x=%00`)).status).toBe(400);
  });

  it('AZ07 AZ08 AZ09: state is optional, unknown parameters are ignored, a scope is well-formed', async () => {
    const given = await ask({ state: null, scope: '', nonce: '1' });
    expect([...new URL(given.headers.get('location') ?? '').searchParams.keys()]).toEqual(['client_id', 'redirect_uri', 'response_type', 'type', 'code_challenge']);
    expectRefused(await ask({ scope: 'read "write"' }), '400 10400 Invalid scope');
  });

  it('PK05 PK06 knows S256 only', async () => {
    expectRefused(await ask({ code_challenge_method: 'plain' }), '400 10400 Unsupported code_challenge_method');
    expect((await ask({ code_challenge_method: 'S256' })).status).toBe(302);
    expect((await ask({ code_challenge: null })).status).toBe(302);
    for (const wrong of ['short', `${challenge}=`, `${challenge.slice(1)}+`, challenge + challenge]) {
      expectRefused(await ask({ code_challenge: wrong }), '400 10400 Invalid code_challenge');
    }
  });

  it('RU01 takes the registered redirect URI and none that resembles it', async () => {
    const uri = idm.redirectUri;
    const resembling = [
      `${uri}/`, `${uri}x`, uri.slice(0, -1), uri.toUpperCase(), uri.replace('localhost', 'LOCALHOST'), uri.replace('callback', 'Callback'), `${uri}/more`, `${uri}?`, `${uri}?a=1`, `${uri}#`, `${uri}#x`,
      uri.replace('4000', '4001'), uri.replace(':4000', ''), uri.replace('http:', 'https:'), uri.replace('http:', 'HTTP:'), uri.replace('//', '//user@'), uri.replace('//', '//user:pass@'),
      uri.replace('localhost', 'www.localhost'), uri.replace('localhost', 'localhost.evil.example'), uri.replace('localhost', 'localhost.'), uri.replace('localhost', '127.0.0.1'),
      uri.replace('/callback', '/x/../callback'), uri.replace('/callback', '/..%2fcallback'), uri.replace('/idm', '%2Fidm'), encodeURIComponent(uri), uri.replaceAll('/', '\\'),
      uri.replace('http://', 'http:/'), `${uri}\t`, ` ${uri}`, uri.replace('localhost', 'lосalhost'), `javascript:${uri}`, `${uri},${uri}`, uri.replace('stand-in', 'stand‑in'),
    ];
    expect(resembling.length).toBeGreaterThanOrEqual(30);
    for (const wrong of resembling) expectRefused(await ask({ redirect_uri: wrong }), '400 10400 Invalid Redirect URL');
    expect((await ask()).status).toBe(302);
  });

  it('RU03 keeps the query of a registered URI and appends code and state once', () => {
    const request = { redirectUri: 'https://shop.example/back?tenant=a%2Fb&x=', state: 's&t=1 +%', scope: 'read' };
    expect(callbackUrl(request, { code: 'abc==' })).toBe('https://shop.example/back?tenant=a%2Fb&x=&code=abc%3D%3D&scope=read&state=s%26t%3D1%20%2B%25');
    expect(callbackUrl({ ...request, state: undefined }, { error: 'access_denied' })).toBe('https://shop.example/back?tenant=a%2Fb&x=&error=access_denied');
  });

  it('RU04 never redirects an error', async () => {
    const wrong = [{ client_id: 'nobody-0001' }, { client_id: null }, { redirect_uri: 'https://elsewhere.example/' }, { response_type: 'token' }, { state: 'x'.repeat(5_000) }, { scope: '"' }, { code_challenge: 'x' }, { code_challenge_method: 'plain' }];
    for (const changes of wrong) {
      const given = await ask(changes);
      expect(given.status).toBeGreaterThanOrEqual(400);
      expect(given.headers.get('location')).toBeNull();
    }
    expect((await get(site, path)).status).toBe(400);
    expect((await get(site, `${path}?%`)).status).toBe(400);
  });

  it('answers under any host name', async () => {
    const elsewhere = { url: site.url.replace('127.0.0.1', 'localhost') };
    expect((await get(elsewhere, `${path}?${new URLSearchParams(valid).toString()}`)).headers.get('appname')).not.toBeNull();
    expect(refusal(await get(elsewhere, '/security/v1/oauth/nothing'))).toBe('404 10404 There is no such interface.');
  });

  it('keeps the older validate-client', async () => {
    const query = new URLSearchParams({ client_id: idm.clientId, redirect_uri: idm.redirectUri }).toString();
    const given = await get(site, `/security/v1/oauth/validate-client?${query}`);
    expect(given.json).toEqual({ result: 'success', type: 'ups_com_api', LassoRedirectURL: `${site.url}/lasso/signin` });
    const wrong = new URLSearchParams({ client_id: idm.clientId, redirect_uri: idh.redirectUri }).toString();
    expect(refusal(await get(site, `/security/v1/oauth/validate-client?${wrong}`))).toBe('400 10400 Invalid Redirect URL');
  });
});
