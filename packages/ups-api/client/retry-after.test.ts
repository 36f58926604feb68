import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForRest } from './back-off.js';
import { readTrackResponse } from './tracking.js';

const date = 'Fri, 27 Nov 2026 13:00:00 GMT';

function rest(status: number, headers: Record<string, string>): number | null | undefined {
  try {
    readTrackResponse({ status, headers, body: '<h1>Sorry</h1>' });
  } catch (error) {
    return asksForRest(error)?.retryAfterMs;
  }
  throw new Error('it was read');
}

const aDayMs = 86_400_000;

describe.each([429, 500, 503])('Retry-After of a %i', (status) => {
  it('counts as seconds', () => {
    expect(rest(status, { 'retry-after': '7' })).toBe(7_000);
    expect(rest(status, { 'retry-after': '86400' })).toBe(aDayMs);
  });

  it('is a day at most', () => {
    for (const retryAfter of ['86401', '1000000', '9'.repeat(400), 'Fri, 27 Nov 2036 13:02:05 GMT']) expect(rest(status, { date, 'retry-after': retryAfter })).toBe(aDayMs);
  });

  it('counts as a date, from the date of the answer, or from now', () => {
    expect(rest(status, { date, 'retry-after': 'Fri, 27 Nov 2026 13:02:05 GMT' })).toBe(125_000);
    expect(rest(status, { date, 'retry-after': 'Fri, 27 Nov 2026 12:59:59 GMT' })).toBe(0);
    for (const unknown of [{}, { date: 'today' }]) {
      const waited = rest(status, { ...unknown, 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
      expect(waited).toBeGreaterThan(50_000);
      expect(waited).toBeLessThanOrEqual(60_000);
    }
  });

  it('says nothing where it is none', () => {
    for (const retryAfter of ['', 'x', '-1', '1.5', '2026-11-27', 'Fri, 27 Nov 2026 13:02:05', 'Fri, 99 Nov 2026 13:02:05 GMT']) {
      expect([retryAfter, rest(status, { date, 'retry-after': retryAfter })]).toEqual([retryAfter, null]);
    }
    expect(rest(status, {})).toBeNull();
    fc.assert(fc.property(fc.string(), fc.string(), (text, when) => {
      const waited = rest(status, { date: when, 'retry-after': text });
      expect(waited === null || (waited !== undefined && waited >= 0 && waited <= aDayMs)).toBe(true);
    }));
  });
});
