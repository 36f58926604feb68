import type { DatabaseKind } from '@wayleave/dev/database';
import { databaseKinds } from '@wayleave/dev/database';
import { timeTells } from '@wayleave/dev/timing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, basic, challenge, exchange, exchangeBasic, get, idh, idm, issueCode, pair, post, refresh, refusal, startMachineSite, tokens, track, verifier, type MachineSite } from '../tests/machine-site.js';

const tokenPath = '/security/v1/oauth/token';
const refreshPath = '/security/v1/oauth/refresh';

describe.each(databaseKinds())('the token endpoints on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  beforeAll(async () => {
    site = await startMachineSite({ kind, env: { UPSCOM_FAILED_TOKEN_CALLS_PER_MINUTE: '1000' } });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  describe('requests', () => {
    it('TK01 takes POST with a form only and reads no credentials from the query', async () => {
      const code = await issueCode(site);
      const query = `?${new URLSearchParams({ client_id: idm.clientId, client_secret: idm.clientSecret, grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri, code_verifier: verifier }).toString()}`;
      for (const path of [tokenPath, refreshPath]) {
        for (const method of ['GET', 'PUT', 'HEAD', 'DELETE', 'PATCH']) {
          const response = await fetch(site.url + path + query, { method });
          expect(response.status).toBe(405);
          expect(response.headers.get('allow')).toBe('POST');
        }
        expect((await post(site, path + query, '')).status).toBe(400);
        for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', '']) {
          const body = JSON.stringify({ grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri });
          expect(refusal(await post(site, path, body, { ...basic(idm), 'content-type': type }))).toMatch(/^400 10400 /);
        }
      }
      expect((await exchange(site, code)).status).toBe(200);
    });

    it('TK02 refuses a call without Authorization and without a verifier', async () => {
      const code = await issueCode(site, idm, {});
      const bare = { grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri };
      for (const form of [bare, { ...bare, client_id: idm.clientId }, { ...bare, client_id: idm.clientId, client_secret: idm.clientSecret }]) {
        expect(refusal(await post(site, tokenPath, form))).toBe('400 10400 Invalid/Missing Authorization Header');
      }
      for (const header of ['Basic', 'Basic !', 'Basic bm8tY29sb24=', 'Bearer abc', `Basic ${Buffer.from(':x').toString('base64')}`]) {
        expect(refusal(await post(site, tokenPath, bare, { authorization: header }))).toBe('400 10400 Invalid/Missing Authorization Header');
      }
      expect((await exchangeBasic(site, code)).status).toBe(200);
    });

    it('TK03 answers a wrong secret and an unknown client alike, byte for byte', async () => {
      const form = { grant_type: 'refresh_token', refresh_token: 'x' };
      const wrong = await post(site, refreshPath, form, basic({ ...idm, clientSecret: 'wrong' }));
      const unknown = await post(site, refreshPath, form, basic({ clientId: 'nobody-0001', clientSecret: 'wrong' }));
      expect(refusal(wrong)).toBe('401 10401 ClientId is Invalid');
      expect(unknown.text).toBe(wrong.text);
      expect(unknown.status).toBe(wrong.status);
      expect(namesOf(unknown.headers)).toEqual(namesOf(wrong.headers));
    });

    it('TK03 takes the same time for a wrong secret and an unknown client', async () => {
      const guess = (clientId: string) => () => post(site, refreshPath, { grant_type: 'refresh_token', refresh_token: 'x' }, basic({ clientId, clientSecret: 'wrong' }));
      const told = await timeTells(150, guess(idm.clientId), guess('nobody-0001'));
      expect(told).toBeGreaterThan(0.25);
      expect(told).toBeLessThan(0.75);
    });

    it('TK04 tolerates the same id and secret in the body beside Basic, and refuses different ones', async () => {
      const code = await issueCode(site, idm, {});
      expect((await exchangeBasic(site, code, idm, { client_id: idh.clientId })).status).toBe(400);
      expect((await exchangeBasic(site, code, idm, { client_id: idm.clientId, client_secret: idh.clientSecret })).status).toBe(400);
      expect((await exchangeBasic(site, code, idm, { client_id: idm.clientId, client_secret: idm.clientSecret })).status).toBe(200);
    });

    it('TK05 decodes id and secret by form rules, and refuses a header that does not decode', async () => {
      const odd = { clientId: 'odd.client_0003', clientSecret: 'a:b%c+d%3A&e=f/g~12', redirectUri: idm.redirectUri };
      await site.control.registerApplication({ ...odd, displayName: 'Odd', redirectUris: [odd.redirectUri] });
      const code = await issueCode(site, odd, {});
      const form = { grant_type: 'authorization_code', code, redirect_uri: odd.redirectUri };
      const send = (header: Buffer | string) => post(site, tokenPath, form, { authorization: `Basic ${typeof header === 'string' ? header : header.toString('base64')}` });
      const encoded = encodeURIComponent(odd.clientSecret);
      for (const secret of [odd.clientSecret, `${encoded}%`, `${encoded}%zz`, `${encoded}%C3`, `${encoded}%00`, `${encoded}é`, `${encoded}\n`]) {
        expect((await send(Buffer.from(`${odd.clientId}:${secret}`))).status, secret).toBe(400);
      }
      expect((await send(Buffer.from(`${odd.clientId}:${encoded}é`, 'latin1'))).status).toBe(400);
      for (const header of ['', '!', '====', 'YTpi=YTpi', 'YTpi YTpi', Buffer.from('no colon at all').toString('base64'), Buffer.from(`${odd.clientId}%3A${encoded}`).toString('base64')]) {
        expect((await send(header)).status, header).toBe(400);
      }
      for (const secret of [encoded.replace('%2B', '+'), encoded.replace('%253A', '%3A'), `${encoded}%C3%A9`]) {
        expect(refusal(await send(Buffer.from(`${odd.clientId}:${secret}`)))).toBe('401 10401 ClientId is Invalid');
      }
      expect(refusal(await send(Buffer.from(`${odd.clientId}%C3%A9:${encoded}`)))).toBe('401 10401 ClientId is Invalid');
      expect((await send(Buffer.from(`${odd.clientId.replace('.', '%2E')}:${encoded}`))).status).toBe(200);
    });

    it('TK06 refuses any parameter sent twice', async () => {
      const code = await issueCode(site);
      const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri, client_id: idm.clientId, code_verifier: verifier });
      for (const [name, value] of form) {
        const twice = `${form.toString()}&${name}=${encodeURIComponent(value)}`;
        expect(refusal(await post(site, tokenPath, twice))).toBe('400 10400 A parameter was sent more than once');
      }
      expect((await post(site, tokenPath, `code=bogus&${form.toString()}`)).status).toBe(400);
      expect((await post(site, tokenPath, `&&${form.toString()}&&`)).status).toBe(200);
    });

    it('TK07 refuses other grants, each at its own path, and consumes nothing', async () => {
      const code = await issueCode(site);
      const before = await tokens(site);
      for (const grant of ['refresh_token', 'password', 'implicit', 'client_credentials', 'device', 'AUTHORIZATION_CODE']) {
        expect((await exchange(site, code, idm, { grant_type: grant, refresh_token: before.refresh })).status).toBe(400);
      }
      for (const grant of ['authorization_code', 'password', 'REFRESH_TOKEN']) {
        const form = { grant_type: grant, refresh_token: before.refresh, code, redirect_uri: idm.redirectUri, code_verifier: verifier };
        expect((await post(site, refreshPath, form, basic(idm))).status).toBe(400);
      }
      expect((await exchange(site, code)).status).toBe(200);
      expect((await refresh(site, before.refresh)).status).toBe(200);
    });

    it('TK08 answers exactly 200 with strings only, in the shape UPS was recorded with', async () => {
      const now = site.control.now().getTime();
      const first = await exchange(site, await issueCode(site, idm, { codeChallenge: undefined, scope: 'read' }), idm).then((r) => r.status);
      expect(first).toBe(401);
      const given = await exchangeBasic(site, await issueCode(site, idm, { scope: 'read' }));
      expect(given.status).toBe(200);
      expect(given.headers.get('content-type')).toMatch(/^application\/json/);
      expect(given.headers.get('cache-control')).toBe('no-store');
      const again = await refresh(site, pair(given).refresh);
      for (const { json } of [given, again]) {
        expect(Object.values(json).every((value) => typeof value === 'string')).toBe(true);
        expect(json).toMatchObject({
          token_type: 'Bearer', client_id: idm.clientId, expires_in: '14399', refresh_token_expires_in: '5183999', status: 'approved', refresh_token_status: 'approved', scope: 'read',
        });
        expect(json['issued_at']).toMatch(/^\d{13}$/);
        expect(json['refresh_token_issued_at']).toBe(json['issued_at']);
        expect(Number(json['issued_at'])).toBeGreaterThanOrEqual(now);
        expect(json['refresh_token']).toMatch(/^[A-Za-z0-9+/]{162}==$/);
      }
      expect([given.json['refresh_count'], again.json['refresh_count']]).toEqual(['0', '1']);
      const stable = (token: string) => Buffer.from(token, 'base64').toString('ascii').slice(33);
      expect(stable(pair(again).refresh)).toBe(stable(pair(given).refresh));
      expect(stable(pair(again).refresh)).toMatch(/^U2FsdGVkX1/);
    });

    it('TK09 has no CORS headers, whoever asks', async () => {
      const origin = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
      for (const path of [tokenPath, refreshPath, '/security/v1/oauth/authorize', '/api/track/v1/details/1Z1442YY7229014688']) {
        const asked = await answer(await fetch(site.url + path, { method: 'OPTIONS', headers: origin }));
        expect(asked.status).toBe(405);
        expect(asked.headers.get('access-control-allow-origin')).toBeNull();
      }
    });

    it('TK10 survives bodies too large, too many parameters and bytes that are no text', async () => {
      const header = basic(idm);
      expect((await post(site, tokenPath, 'a'.repeat(1_048_577), header)).status).toBe(413);
      expect((await post(site, tokenPath, 'a'.repeat(70_000), header)).status).toBe(413);
      expect((await post(site, tokenPath, Array.from({ length: 10_000 }, (_, index) => `p${index}=`).join('&').slice(0, 60_000), header)).status).toBe(400);
      const type = { 'content-type': 'application/x-www-form-urlencoded', ...header };
      for (const body of ['code=%ff%fe', 'code=%', 'code=%00', '%E0%A4%A=1', '__proto__=1&constructor=2']) {
        expect((await answer(await fetch(site.url + tokenPath, { method: 'POST', headers: type, body }))).status).toBe(400);
      }
      const raw = await answer(await fetch(site.url + tokenPath, { method: 'POST', headers: type, body: Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0x00]) }));
      expect(raw.status).toBe(400);
      expect((await get(site, '/healthz')).status).toBe(200);
    });

    it('TK11 never lets a verifier stand in for the secret of a code that was issued without a challenge', async () => {
      const code = await issueCode(site, idm, {});
      expect(refusal(await exchange(site, code))).toBe('401 10401 ClientId is Invalid');
      expect((await exchangeBasic(site, code)).status).toBe(200);
    });

    it('tolerates an x-merchant-id of any value, also an empty one', async () => {
      for (const merchant of ['', '123456', 'anything at all']) {
        const code = await issueCode(site, idm, {});
        const form = { grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri };
        expect((await post(site, tokenPath, form, { ...basic(idm), 'x-merchant-id': merchant })).status).toBe(200);
      }
    });
  });

  describe('authorization codes', () => {
    it('CD01 are refused a second after their minute is over', async () => {
      const code = await issueCode(site);
      const late = await issueCode(site);
      await site.control.advanceClock(59_000);
      expect((await exchange(site, code)).status).toBe(200);
      await site.control.advanceClock(2_000);
      expect(refusal(await exchange(site, late))).toBe('400 10400 Invalid authorization code');
      expect(site.control.settings().codeLifetimeMs).toBeLessThanOrEqual(60_000);
    });

    it('CD02 presented again by their own client kill what was minted from them', async () => {
      for (const form of ['pkce', 'basic'] as const) {
        const send = form === 'pkce' ? exchange : exchangeBasic;
        const code = await issueCode(site, idm, form === 'pkce' ? undefined : {});
        const given = pair(await send(site, code));
        expect((await track(site, given.access)).status).toBe(200);
        expect(refusal(await send(site, code))).toBe('400 10400 Invalid authorization code');
        expect((await track(site, given.access)).status).toBe(401);
        expect((await refresh(site, given.refresh)).status).toBe(400);
      }
    });

    it('CD03 presented by another client or by nobody harm nothing', async () => {
      const code = await issueCode(site);
      expect((await exchange(site, code, idh, { redirect_uri: idm.redirectUri })).status).toBe(400);
      expect((await post(site, tokenPath, { grant_type: 'authorization_code', code, redirect_uri: idm.redirectUri, code_verifier: verifier }, basic(idh))).status).toBe(400);
      const given = pair(await exchange(site, code));
      expect((await exchangeBasic(site, code, { ...idm, clientSecret: 'wrong-secret' })).status).toBe(401);
      expect((await exchange(site, code, idm, { code_verifier: 'x'.repeat(43) })).status).toBe(400);
      expect((await exchange(site, code, idh)).status).toBe(400);
      const plain = await issueCode(site, idm, {});
      const spent = pair(await exchangeBasic(site, plain));
      expect((await exchange(site, plain)).status).toBe(401);
      for (const { access } of [given, spent]) expect((await track(site, access)).status).toBe(200);
      expect((await refresh(site, given.refresh)).status).toBe(200);
    });

    it('CD04 need the redirect URI they were issued for', async () => {
      const code = await issueCode(site);
      for (const uri of ['', `${idm.redirectUri}/`, idh.redirectUri, idm.redirectUri.toUpperCase()]) {
        expect(refusal(await exchange(site, code, idm, { redirect_uri: uri }))).toBe('400 10400 Invalid Redirect URL');
      }
      expect((await exchange(site, code)).status).toBe(200);
    });

    it('CD07 are burned by five wrong verifiers', async () => {
      const code = await issueCode(site);
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        const wrong = { code_verifier: `${attempt}`.repeat(43) };
        const refused = attempt % 2 === 0 ? await exchangeBasic(site, code, idm, wrong) : await exchange(site, code, idm, wrong);
        expect(refusal(refused)).toBe('400 10400 Invalid code_verifier');
      }
      expect(refusal(await exchange(site, code))).toBe('400 10400 Invalid authorization code');
      expect((await exchangeBasic(site, code, idm, { code_verifier: verifier })).status).toBe(400);
      const patient = await issueCode(site);
      for (let attempt = 1; attempt <= 4; attempt += 1) await exchange(site, patient, idm, { code_verifier: 'y'.repeat(43) });
      expect((await exchange(site, patient)).status).toBe(200);
    });
  });

  describe('refresh tokens', () => {
    it('RF01 and RF02: work once; presented again by their client they kill the family, and that is logged', async () => {
      const r0 = await tokens(site);
      const r1 = pair(await refresh(site, r0.refresh));
      expect(r1.refresh).not.toBe(r0.refresh);
      expect((await track(site, r1.access)).status).toBe(200);
      expect(refusal(await refresh(site, r0.refresh))).toBe('400 10400 Invalid Refresh Token');
      expect((await track(site, r1.access)).status).toBe(401);
      expect(refusal(await refresh(site, r1.refresh))).toBe('400 10400 Invalid Refresh Token');
      const event = site.log.find((line) => line.includes('a spent refresh token was presented again'));
      expect(JSON.parse(event ?? '{}')).toMatchObject({ level: 40, client: idm.clientId });
      for (const secret of [r0.refresh, r1.refresh, r1.access]) expect(site.log.join('')).not.toContain(secret);
    });

    it('RF02 can be switched to only refusing', async () => {
      await site.control.changeSettings({ refresh_reuse_ends_family: false });
      const r0 = await tokens(site);
      const r1 = pair(await refresh(site, r0.refresh));
      expect((await refresh(site, r0.refresh)).status).toBe(400);
      expect((await track(site, r1.access)).status).toBe(200);
      await site.control.changeSettings({ refresh_reuse_ends_family: true });
    });

    it('RF05 of one client are nothing to another, nor to nobody', async () => {
      const given = await tokens(site);
      expect((await refresh(site, given.refresh, idh)).status).toBe(400);
      expect((await post(site, refreshPath, { grant_type: 'refresh_token', refresh_token: given.refresh })).status).toBe(400);
      expect((await post(site, refreshPath, { grant_type: 'refresh_token', refresh_token: given.refresh, client_id: idm.clientId, code_verifier: verifier })).status).toBe(400);
      expect((await refresh(site, given.refresh, { ...idm, clientSecret: 'wrong-secret-0001' })).status).toBe(401);
      expect((await refresh(site, given.refresh)).status).toBe(200);
    });

    it('RF06 never widen what was granted, and are not spent by the attempt', async () => {
      const wide = (token: string, scope: string) => post(site, refreshPath, { grant_type: 'refresh_token', refresh_token: token, scope }, basic(idm));
      const granted = async (scope?: string) => pair(await exchange(site, await issueCode(site, idm, { codeChallenge: challenge, ...(scope === undefined ? {} : { scope }) })));
      const bare = await granted();
      const given = await granted('read track');
      for (const [token, scope] of [[bare.refresh, 'read'], [given.refresh, 'read write'], [given.refresh, 'readtrack'], [given.refresh, 'Read']] as const) {
        expect(refusal(await wide(token, scope))).toBe('400 10400 Invalid scope');
      }
      expect((await track(site, given.access)).status).toBe(200);
      const again = await wide(given.refresh, 'track read');
      expect(again.json).toMatchObject({ status: 'approved', scope: 'read track' });
      expect((await wide(pair(again).refresh, 'track')).json).toMatchObject({ status: 'approved', scope: 'read track' });
      expect((await refresh(site, bare.refresh)).json).not.toHaveProperty('scope');
      expect(refusal(await wide(bare.refresh, 'read'))).toBe('400 10400 Invalid Refresh Token');
    });

    it('RF06 are told to be void, and not too wide, once a withdrawal or a new password ended them', async () => {
      const wide = (token: string) => post(site, refreshPath, { grant_type: 'refresh_token', refresh_token: token, scope: 'write' }, basic(idm));
      const withdrawn = await tokens(site);
      await site.authorization.withdrawApplication(site.database.kysely(), site.profile.id, idm.clientId);
      expect(refusal(await wide(withdrawn.refresh))).toBe('400 10400 Invalid Refresh Token');
      await using other = await startMachineSite({ kind });
      const old = await tokens(other);
      await other.changePassword();
      const asked = { grant_type: 'refresh_token', refresh_token: old.refresh, scope: 'write' };
      expect(refusal(await post(other, refreshPath, asked, basic(idm)))).toBe('400 10400 Invalid Refresh Token');
    });

    it('RF07 expire unused, and slide with every refresh as UPS\'s do: monthly for a year and no end', async () => {
      const day = 86_400_000;
      const unused = await tokens(site);
      let used = await tokens(site);
      await site.control.advanceClock(59 * day);
      used = pair(await refresh(site, used.refresh));
      await site.control.advanceClock(2 * day);
      expect((await refresh(site, unused.refresh)).status).toBe(400);
      for (let month = 1; month <= 12; month += 1) {
        await site.control.advanceClock(30 * day);
        used = pair(await refresh(site, used.refresh));
      }
      expect((await track(site, used.access)).status).toBe(200);
      await site.control.advanceClock(60 * day);
      expect(refusal(await refresh(site, used.refresh))).toBe('400 10400 Invalid Refresh Token');
    });
  });

  describe('PKCE', () => {
    it('PK01 accepts the vector of RFC 7636, appendix B', async () => {
      const code = await issueCode(site, idm, { codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' });
      expect((await exchange(site, code, idm, { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })).status).toBe(200);
    });

    it('PK02 wants the verifier of a challenge, also beside the right secret', async () => {
      const code = await issueCode(site);
      expect(refusal(await exchangeBasic(site, code))).toBe('400 10400 Missing code_verifier');
      expect((await exchangeBasic(site, code, idm, { code_verifier: verifier })).status).toBe(200);
    });

    it('PK03 refuses a verifier where no challenge was sent', async () => {
      const code = await issueCode(site, idm, {});
      expect(refusal(await exchangeBasic(site, code, idm, { code_verifier: verifier }))).toBe('400 10400 Unexpected code_verifier');
      expect((await exchangeBasic(site, code)).status).toBe(200);
    });

    it('PK04 refuses verifiers of the wrong length or alphabet', async () => {
      const code = await issueCode(site);
      for (const wrong of ['a', 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(42)}+`, `${'a'.repeat(42)} `, `${'a'.repeat(42)}é`]) {
        expect((await exchange(site, code, idm, { code_verifier: wrong })).status).toBe(400);
      }
      expect((await exchange(site, code)).status).toBe(200);
    });
  });
});

function namesOf(headers: Headers): string[] {
  return [...headers.keys()].sort();
}
