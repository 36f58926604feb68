import { readTokenResponse, UpsUnreachable } from '@wayleave/ups-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, signOf, signOfError, type Place, type Verdict } from './verdict.js';

const json = (...errors: [string, string][]) => JSON.stringify({ response: { errors: errors.map(([code, message]) => ({ code, message })) } });
const bare = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const fault = (code: string, description: string) => JSON.stringify({
  Fault: { faultcode: 'Client', faultstring: 'An exception has been raised', detail: { Errors: { ErrorDetail: [{ Severity: 'Authentication', PrimaryErrorCode: { Code: code, Description: description } }] } } },
});
const html = '<html><body><h1>Access Denied</h1></body></html>';
const pair = { token_type: 'Bearer', access_token: 'a', refresh_token: 'r', expires_in: '14399' };

/** What a whole answer means, read as production reads it. */
function meaning(where: Place, status: number, body: string): Verdict {
  const response = { status, headers: {}, body };
  if (where === 'use') return classify(where, signOf(response));
  try {
    readTokenResponse(response, where);
    return 'good';
  } catch (error) {
    return classify(where, signOfError(error) ?? { status: 'unsent', codes: [] });
  }
}

describe('what UPS means', () => {
  it.each<[Place, number, string, Verdict]>([
    ['refresh', 200, JSON.stringify(pair), 'good'],
    ['refresh', 400, json(['10400', 'Invalid Refresh Token']), 'dead'],
    ['refresh', 401, json(['10400', 'Invalid Refresh Token']), 'dead'],
    ['refresh', 400, json(['10400', 'refresh_token is expired']), 'dead'],
    ['refresh', 400, json(['10400', 'Refresh token was already used']), 'dead'],
    ['refresh', 400, json(['invalid_grant', 'invalid_grant']), 'dead'],
    ['refresh', 400, bare('10400', 'Invalid Refresh Token'), 'dead'],
    ['refresh', 400, json(['10400', 'Invalid/Missing Authorization Header']), 'client-refused'],
    ['refresh', 400, json(['10400', 'Missing refresh_token']), 'client-refused'],
    ['refresh', 400, json(['10400', 'Invalid grant type; a refresh token is expected']), 'client-refused'],
    ['refresh', 401, json(['10401', 'ClientId is Invalid']), 'client-refused'],
    ['refresh', 401, json(['10401', 'Invalid Client Id: abc']), 'client-refused'],
    ['refresh', 401, json(['10401', 'ClientId is Invalid'], ['10400', 'Invalid Refresh Token']), 'client-refused'],
    ['refresh', 401, json(['250002', 'Invalid Authentication Information.']), 'client-refused'],
    ['refresh', 401, fault('250003', 'Invalid Access License number'), 'client-refused'],
    ['refresh', 401, json(['UJ0001', 'Invalid token or token is not present']), 'client-refused'],
    ['refresh', 404, json(['404', 'Invalid Refresh Token']), 'client-refused'],
    ['refresh', 405, json(['405', 'Method not allowed: refresh token']), 'client-refused'],
    ['refresh', 403, json(['10403', 'Blocked Merchant']), 'blocked-merchant'],
    ['refresh', 403, json(['10403', 'Blocked Merchant: Invalid Refresh Token']), 'blocked-merchant'],
    ['refresh', 403, html, 'unreadable'],
    ['refresh', 400, html, 'unreadable'],
    ['refresh', 400, '{"error":"invalid_grant"}', 'unreadable'],
    ['refresh', 429, json(['10429', 'Too Many Requests']), 'throttled'],
    ['refresh', 429, html, 'throttled'],
    ['refresh', 400, json(['10429', 'Too Many Requests']), 'throttled'],
    ['refresh', 500, json(['10400', 'Invalid Refresh Token']), 'ups-fault'],
    ['refresh', 500, json(['10004', 'Transient error']), 'ups-fault'],
    ['refresh', 502, html, 'ups-fault'],
    ['refresh', 503, '', 'ups-fault'],
    ['refresh', 302, '', 'unreadable'],
    ['refresh', 200, html, 'unreadable'],
    ['refresh', 200, '', 'unreadable'],
    ['refresh', 200, JSON.stringify({ ...pair, refresh_token: undefined }), 'unreadable'],
    ['refresh', 200, JSON.stringify({ ...pair, expires_in: 14399 }), 'unreadable'],
    ['refresh', 200, json(['10400', 'Invalid Refresh Token']), 'unreadable'],
    ['code-exchange', 400, json(['10400', 'Invalid authorization code']), 'dead'],
    ['code-exchange', 400, json(['10400', 'Invalid Redirect URL']), 'client-refused'],
    ['code-exchange', 400, json(['10400', 'Invalid/Missing Authorization Header']), 'client-refused'],
    ['code-exchange', 401, json(['10401', 'ClientId is Invalid']), 'client-refused'],
    ['code-exchange', 403, json(['10403', 'Blocked Merchant']), 'blocked-merchant'],
    ['code-exchange', 403, html, 'unreadable'],
    ['code-exchange', 429, '', 'throttled'],
    ['code-exchange', 502, html, 'ups-fault'],
    ['code-exchange', 200, html, 'unreadable'],
    ['use', 200, '{}', 'good'],
    ['use', 400, json(['TV1002', 'Invalid inquiry number']), 'good'],
    ['use', 404, json(['TW0001', 'Tracking Information Not Found']), 'good'],
    ['use', 400, bare('270002', 'The postal code is not valid'), 'good'],
    ['use', 401, json(['251004', 'Bearer Token expired']), 'token-refused'],
    ['use', 401, json(['UJ0001', 'Invalid token or token is not present']), 'token-refused'],
    ['use', 401, bare('UJ0001', 'Invalid token or token is not present'), 'token-refused'],
    ['use', 401, json(['250002', 'Invalid Authentication Information.']), 'call-refused'],
    ['use', 401, fault('250003', 'Invalid Access License number'), 'call-refused'],
    ['use', 401, bare('250002', 'Invalid Authentication Information.'), 'call-refused'],
    ['use', 401, html, 'call-refused'],
    ['use', 403, json(['10403', 'Blocked Merchant']), 'blocked-merchant'],
    ['use', 403, html, 'unreadable'],
    ['use', 404, html, 'unreadable'],
    ['use', 429, json(['10429', 'Too Many Requests']), 'throttled'],
    ['use', 500, json(['10004', 'Transient error']), 'ups-fault'],
    ['use', 503, html, 'ups-fault'],
    ['use', 302, '', 'unreadable'],
  ])('%s %i %s is %s', (where, status, body, expected) => {
    expect(meaning(where, status, body)).toBe(expected);
  });

  it.each<Place>(['code-exchange', 'refresh', 'use'])('tells at %s what was never sent from what was not answered', (where) => {
    const meant = (sent: boolean) => {
      const sign = signOfError(new UpsUnreachable(sent));
      return sign && classify(where, sign);
    };
    expect([meant(false), meant(true)]).toEqual(['unsent', 'unanswered']);
  });

  it('knows no sign in a fault of ours', () => {
    expect(signOfError(new Error('ours'))).toBeNull();
  });

  it('finds a refresh dead only by UPS\'s own envelope, with 400 or 401, that condemns the refresh token', () => {
    const any = fc.record({
      status: fc.integer({ min: 100, max: 599 }), code: fc.constantFrom('10400', '10401', '10403', '10429', '250002', 'x'),
      message: fc.oneof(fc.string(), fc.constantFrom('Invalid Refresh Token', 'Refresh token is required', 'Invalid Redirect URL', 'Invalid grant')),
    });
    fc.assert(fc.property(any, ({ status, code, message }) => {
      if (meaning('refresh', status, json([code, message])) !== 'dead') return;
      expect([400, 401]).toContain(status);
      expect(['10400', '250002', 'x']).toContain(code);
      expect(message).toBe('Invalid Refresh Token');
    }));
  });

  it('finds nothing dead or refused at a data API that is not a 401', () => {
    fc.assert(fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, message) => {
      fc.pre(status !== 401);
      expect(['dead', 'token-refused', 'call-refused', 'client-refused']).not.toContain(meaning('use', status, json(['UJ0001', message])));
    }));
  });
});
