import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCallbackError, readCallback } from './opt-in.js';

const ups = 'https://ups.test';
const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined), fc.constant(''));

describe('the query of a callback', () => {
  it('is read without throwing whatever it holds, and believed only with one state and either a code or an error', () => {
    fc.assert(fc.property(fc.record({ state: value, code: value, error: value, iss: value, scope: value }), (query) => {
      const answer = readCallback(query, ups);
      if (answer.kind === 'refused') return;
      expect(answer.state).toBe(query.state);
      expect(answer.state).not.toBe('');
      expect(Array.isArray(query.code) || Array.isArray(query.error)).toBe(false);
      expect(Boolean(query.code) !== Boolean(query.error)).toBe(true);
      if (answer.kind === 'code') expect(answer.code).toBe(query.code);
    }));
  });

  it('may name its issuer, and then rightly', () => {
    expect(readCallback({ state: 's', code: 'c', iss: ups }, ups).kind).toBe('code');
    expect(readCallback({ state: 's', code: 'c', iss: `${ups}/` }, ups)).toEqual({ kind: 'refused', reason: 'other-callback' });
  });

  it.each([['access_denied', 'denied'], ['server_error', 'unreachable'], ['unauthorized_client', 'client-refused'], ['<script>', 'code-refused']])(
    'with the error %s means %s', (error, meaning) => {
      expect(judgeCallbackError(error)).toBe(meaning);
    });
});
