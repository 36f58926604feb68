import { describe, expect, it } from 'vitest';
import { UpsRefused, UpsThrottled, UpsUnreadable } from './errors.js';
import { authorizationUrl, codeChallenge, codeExchangeRequest, readTokenResponse, refreshRequest } from './oauth.js';

const tokens = {
  token_type: 'Bearer', issued_at: '1795000000000', client_id: 'c', access_token: 'at', refresh_token: 'rt', expires_in: '14399',
  refresh_token_expires_in: '5183999', refresh_token_issued_at: '1795000000000', refresh_token_status: 'approved', status: 'approved',
};
const answer = (body: unknown, status = 200) => ({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) });
const thrownBy = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
};

describe('the authorization code wire', () => {
  it('PK01 makes the challenge of RFC 7636 appendix B', () => {
    expect(codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it('builds the authorization URL that UPS documents', () => {
    const url = authorizationUrl({ baseUrl: new URL('https://wwwcie.ups.com'), clientId: 'id', redirectUri: 'https://a.example/cb?x=1', state: 's&t', codeChallenge: 'ch' });
    expect(url.href).toBe('https://wwwcie.ups.com/security/v1/oauth/authorize?client_id=id&redirect_uri=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1&response_type=code&state=s%26t&code_challenge=ch');
  });

  it('sends PKCE without an Authorization header, and Basic without a verifier', () => {
    const common = { clientId: 'id', clientSecret: 'se:cret%', code: 'a==', redirectUri: 'https://a.example/cb', codeVerifier: 'v' };
    const pkce = codeExchangeRequest({ ...common, authentication: 'pkce' });
    expect(pkce.headers).not.toHaveProperty('authorization');
    expect(pkce.body).toBe('grant_type=authorization_code&code=a%3D%3D&redirect_uri=https%3A%2F%2Fa.example%2Fcb&client_id=id&code_verifier=v');
    const basic = codeExchangeRequest({ ...common, authentication: 'basic' });
    expect(Buffer.from(basic.headers['authorization']?.slice(6) ?? '', 'base64').toString()).toBe('id:se%3Acret%25');
    expect(basic.body).not.toContain('code_verifier');
  });

  it('refreshes at its own path, by Basic', () => {
    const request = refreshRequest({ clientId: 'id', clientSecret: 's', refreshToken: 'rt==' });
    expect([request.path, request.body]).toEqual(['/security/v1/oauth/refresh', 'grant_type=refresh_token&refresh_token=rt%3D%3D']);
    expect(request.headers['authorization']).toMatch(/^Basic /);
  });

  it('reads UPS strings into numbers', () => {
    expect(readTokenResponse(answer(tokens), 'refresh')).toEqual({
      accessToken: 'at', refreshToken: 'rt', accessTokenLifetimeMs: 14_399_000, refreshTokenLifetimeMs: 5_183_999_000, scope: null,
    });
    const { refresh_token_expires_in: _end, ...without } = tokens;
    expect(readTokenResponse(answer({ ...without, scope: 'read' }), 'refresh')).toMatchObject({ refreshTokenLifetimeMs: null, scope: 'read' });
  });

  it.each([
    ['HTML', '<html>Sorry</html>', 200, /not JSON/],
    ['an empty body', '', 200, /not JSON/],
    ['a redirect', '', 302, /status must be 200/],
    ['another token type', { ...tokens, token_type: 'mac' }, 200, /token_type/],
    ['a lifetime that is no number', { ...tokens, expires_in: 'abc' }, 200, /expires_in/],
    ['a negative lifetime', { ...tokens, expires_in: '-1' }, 200, /expires_in/],
    ['no lifetime at all', { ...tokens, expires_in: '0' }, 200, /expires_in/],
    ['a numeric lifetime', { ...tokens, expires_in: 14399 }, 200, /expires_in/],
    ['no refresh token', { ...tokens, refresh_token: undefined }, 200, /refresh_token/],
    ['an empty access token', { ...tokens, access_token: '' }, 200, /access_token/],
    ['an access token of two lines', { ...tokens, access_token: 'one\ntwo' }, 200, /access_token/],
    ['an access token that fits in no header', { ...tokens, access_token: '中' }, 200, /access_token/],
    ['a status that is not approved', { ...tokens, status: 'revoked' }, 200, /status/],
    ['a fault of UPS', '<html>502</html>', 502, /fault of its own/],
  ])('CB10 does not take %s for tokens', (_name, body, status, message) => {
    const error = thrownBy(() => readTokenResponse(answer(body, status), 'code-exchange'));
    expect(error).toBeInstanceOf(UpsUnreadable);
    expect((error as UpsUnreadable).message).toMatch(message);
    expect((error as UpsUnreadable).message).not.toMatch(/\bat\b|\brt\b/);
  });

  it('tells a refusal with its codes from a request for fewer calls', () => {
    const refused = thrownBy(() => readTokenResponse(answer({ response: { errors: [{ code: '10400', message: 'Invalid Refresh Token' }] } }, 400), 'refresh'));
    expect(refused).toMatchObject({ where: 'refresh', status: 400, codes: [{ code: '10400', message: 'Invalid Refresh Token' }] });
    expect(thrownBy(() => readTokenResponse(answer('Forbidden', 403), 'refresh'))).toMatchObject({ name: UpsRefused.name, status: 403, codes: [] });
    const repeated = { response: { errors: [{ code: '10401', message: 'no' }, { code: 'grant_type=refresh_token&refresh_token=UjEyMw', message: 'no' }] } };
    expect(thrownBy(() => readTokenResponse(answer(JSON.stringify(repeated), 401), 'refresh'))).toMatchObject({ message: 'UPS refused refresh with 401 10401' });
    expect(thrownBy(() => readTokenResponse({ status: 429, headers: { 'retry-after': '7' }, body: '' }, 'refresh'))).toEqual(new UpsThrottled(7));
  });
});
