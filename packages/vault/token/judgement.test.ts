import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsErrorCode } from '@wayleave/ups-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blamesToken, judgeExchange, judgeRefresh, judgeRefusal, troubleOf, type Refusal } from './judgement.js';

const refused = (status: number, ...codes: [string, string][]) =>
  new UpsRefused('refresh', status, codes.map(([code, message]): UpsErrorCode => ({ code, message })));

describe('a refresh that brought no pair', () => {
  it.each([
    [refused(400, ['10400', 'Invalid Refresh Token']), 'dead'],
    [refused(401, ['10400', 'Invalid Refresh Token']), 'dead'],
    [refused(400, ['10400', 'refresh_token is expired']), 'dead'],
    [refused(400, ['invalid_grant', 'invalid_grant']), 'dead'],
    [refused(400, ['10400', 'Missing refresh_token']), 'client-refused'],
    [refused(400, ['10400', 'Invalid/Missing Authorization Header']), 'client-refused'],
    [refused(400, ['10400', 'Invalid grant type']), 'client-refused'],
    [refused(401, ['10401', 'ClientId is Invalid']), 'client-refused'],
    [refused(401, ['250002', 'Invalid Authentication Information']), 'client-refused'],
    [refused(403, ['10403', 'Blocked Merchant']), 'blocked-merchant'],
    [refused(403, ['10403', 'Blocked Merchant: Invalid Refresh Token']), 'blocked-merchant'],
    [refused(404, ['404', 'Not Found']), 'client-refused'],
    [refused(405, ['405', 'Method not allowed: refresh token']), 'client-refused'],
    [refused(400), 'unknown'],
    [refused(403), 'unknown'],
    [new UpsThrottled(null), 'throttled'],
    [new UpsThrottled(30), 'throttled'],
    [new UpsUnreachable(false), 'unreachable'],
    [new UpsUnreachable(true), 'unknown'],
    [new UpsUnreadable(500, 'a fault'), 'unknown'],
    [new UpsUnreadable(503, 'a fault'), 'unknown'],
    [new UpsUnreadable(302, 'the status must be 200'), 'unknown'],
    [new UpsUnreadable(200, 'not JSON'), 'unknown'],
    [new Error('something else'), 'unknown'],
  ])('%s is %s', (error, expected) => {
    const judgement = judgeRefresh(error);
    expect(judgement.token === 'kept' ? judgement.trouble : judgement.token).toBe(expected);
  });

  it('kills only by UPS\'s own envelope that names the refresh token', () => {
    const anyRefusal = fc.record({ status: fc.integer({ min: 400, max: 499 }), message: fc.string(), code: fc.string() });
    fc.assert(fc.property(anyRefusal, ({ status, message, code }) => {
      fc.pre(!/refresh|grant/i.test(message));
      expect(judgeRefresh(refused(status, [code, message])).token).not.toBe('dead');
    }));
  });
});

describe('a failed code exchange', () => {
  it.each([
    [refused(400, ['10400', 'Invalid authorization code']), 'code-refused'],
    [refused(400, ['10400', 'Invalid Redirect URL']), 'client-refused'],
    [refused(401, ['10401', 'ClientId is Invalid']), 'client-refused'],
    [refused(403, ['10403', 'Blocked Merchant']), 'blocked-merchant'],
    [refused(403), 'blocked-merchant'],
    [refused(400), 'code-refused'],
    [new UpsThrottled(null), 'throttled'],
    [new UpsUnreachable(true), 'unreachable'],
    [new UpsUnreadable(502, 'a fault'), 'unreachable'],
    [new UpsUnreadable(200, 'not JSON'), 'unreadable'],
    [new Error('a fault of ours'), null],
  ])('%s is %s', (error, expected) => {
    expect(judgeExchange(error)).toBe(expected);
  });
});

describe('a refused call', () => {
  const refusals: fc.Arbitrary<Refusal> = fc.record({
    refusedVersion: fc.nat(9), storedVersion: fc.nat(9), tokenAgeMs: fc.nat(200_000), survivedRefreshes: fc.nat(4), blamesToken: fc.boolean(),
  });

  it('is tried with a newer token first, never refreshes a young one, and never voids before two refreshes', () => {
    fc.assert(fc.property(refusals, (refusal) => {
      const move = judgeRefusal(refusal, 60_000);
      if (refusal.storedVersion > refusal.refusedVersion) expect(move).toBe('adopt');
      else expect(move).not.toBe('adopt');
      if (move === 'refresh') expect(refusal.tokenAgeMs).toBeGreaterThanOrEqual(60_000);
      if (move === 'void') expect(refusal).toMatchObject({ blamesToken: true });
      if (move === 'void') expect(refusal.survivedRefreshes).toBeGreaterThanOrEqual(2);
    }));
  });

  it('settles within two refreshes, however UPS answers', () => {
    fc.assert(fc.property(fc.boolean(), (blames) => {
      let refreshes = 0;
      for (let survivedRefreshes = 0; ; survivedRefreshes += 1) {
        const move = judgeRefusal({ refusedVersion: 1, storedVersion: 1, tokenAgeMs: 60_000, survivedRefreshes, blamesToken: blames }, 60_000);
        if (move !== 'refresh') break;
        refreshes += 1;
      }
      expect(refreshes).toBe(2);
    }));
  });

  it('blames the token only for codes that mean nothing else', () => {
    expect(['251004', 'UJ0001', '250002', '250003', '10401'].filter((code) => blamesToken([{ code, message: '' }]))).toEqual(['251004', 'UJ0001']);
  });

  it.each([[200, null], [404, null], [400, null], [401, 'client-refused'], [403, 'blocked-merchant'], [429, 'throttled'], [503, 'unreachable']])(
    'with status %i means %s for the grant', (status, trouble) => {
      expect(troubleOf({ status, headers: {}, body: '' })).toBe(trouble);
    });
});
