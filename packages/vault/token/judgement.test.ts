import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsErrorCode } from '@wayleave/ups-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeExchange, judgeRefresh, judgeRefusal, troubleOf, troubleOfError, type Refusal } from './judgement.js';

const refused = (...codes: [string, string][]) => new UpsRefused('refresh', 400, codes.map(([code, message]): UpsErrorCode => ({ code, message })));

describe('what follows from a verdict', () => {
  it.each([
    [refused(['10400', 'Invalid Refresh Token']), 'dead', 'code-refused', null],
    [refused(['10401', 'ClientId is Invalid']), 'client-refused', 'client-refused', null],
    [refused(['10403', 'Blocked Merchant']), 'blocked-merchant', 'blocked-merchant', 'blocked-merchant'],
    [refused(), 'unknown', 'unreadable', 'ups-fault'],
    [new UpsThrottled(null), 'throttled', 'throttled', 'throttled'],
    [new UpsUnreachable(false), 'unreachable', 'unreachable', 'unreachable'],
    [new UpsUnreachable(true), 'unknown', 'unreachable', 'unreachable'],
    [new UpsUnreadable(503, 'a fault'), 'unknown', 'unreachable', 'ups-fault'],
    [new UpsUnreadable(302, 'the status must be 200'), 'unknown', 'unreadable', 'ups-fault'],
    [new Error('a fault of ours'), 'unknown', null, null],
  ])('%s: a refresh is %s, an exchange %s, a use %s', (error, refresh, exchange, use) => {
    const judgement = judgeRefresh(error);
    expect(judgement.token === 'kept' ? judgement.trouble : judgement.token).toBe(refresh);
    expect(judgeExchange(error)).toBe(exchange);
    expect(troubleOfError(error)).toBe(use);
  });

  it.each([[200, null], [404, 'ups-fault'], [401, 'client-refused'], [403, 'ups-fault'], [429, 'throttled'], [503, 'ups-fault']])(
    'an empty answer of a data API with status %i means %s for the grant', (status, trouble) => {
      expect(troubleOf({ status, headers: {}, body: '' })).toBe(trouble);
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
});
