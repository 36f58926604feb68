import { describe, expect, it } from 'vitest';
import { looksLikeAccessToken, looksLikeAuthorizationCode, looksLikeRefreshToken, newAccessToken, newAuthorizationCode, newRefreshToken, randomText } from './token-format.js';

const many = 100_000;
const family = '00000000-0000-4000-8000-000000000000';

describe('codes and tokens', () => {
  it('CD05 of 100 000 each never collide, even by their secret parts, and begin alike in no pattern', () => {
    for (const make of [newAuthorizationCode, newAccessToken, () => newRefreshToken(family)]) {
      const made = Array.from({ length: many }, make);
      expect(new Set(made).size).toBe(many);
      const beginnings = made.map((token) => token.startsWith('at-') ? token.slice(3, 6) : Buffer.from(token.slice(0, 8), 'base64').toString('ascii').slice(1, 4));
      const steps = beginnings.slice(1).filter((beginning, index) => beginning >= (beginnings[index] ?? '')).length / many;
      expect(steps).toBeGreaterThan(0.48);
      expect(steps).toBeLessThan(0.52);
    }
  });

  it('have UPS\'s lengths and at least 128 random bits', () => {
    const code = newAuthorizationCode();
    expect(code).toMatch(/^[A-Za-z0-9+/]{130}==$/);
    expect(Buffer.from(code, 'base64').toString('ascii')).toMatch(/^C[A-Za-z0-9]{7}-U2FsdGVkX1[A-Za-z0-9+/]{76}==$/);
    const refresh = newRefreshToken(family);
    expect(refresh).toMatch(/^[A-Za-z0-9]{162}==$/);
    expect(Buffer.from(refresh, 'base64').toString('ascii')).toMatch(/^R[A-Za-z0-9]{31}-U2FsdGVkX1/);
    expect(31 * Math.log2(62)).toBeGreaterThan(128);
    expect(newAccessToken()).toMatch(/^at-[\w-]{43}$/);
  });

  it('are told apart by kind before any look-up', () => {
    const kinds = { code: newAuthorizationCode(), refresh: newRefreshToken(family), access: newAccessToken() };
    for (const [kind, token] of Object.entries(kinds)) {
      expect([looksLikeAuthorizationCode(token), looksLikeRefreshToken(token), looksLikeAccessToken(token)]).toEqual([kind === 'code', kind === 'refresh', kind === 'access']);
    }
    expect(looksLikeAuthorizationCode('='.repeat(132))).toBe(false);
  });

  it('draw every letter and digit equally often', () => {
    const counts = new Map<string, number>();
    for (const letter of randomText(620_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(600);
  });
});
