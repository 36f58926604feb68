import { describe, expect, it } from 'vitest';
import { isDone, packageWord, type LatestState } from './followed-package.js';

function state(type: string | null, code: string | null): LatestState {
  return { type, code, text: 'x', scanAt: null, scanLocal: null, scanPlace: null };
}

const word = (type: string | null, code: string | null) => packageWord({ askedAt: new Date(0), state: state(type, code) });

describe('the state of a followed package', () => {
  it('trusts the three-digit code before the type', () => {
    expect(word('D', '011')).toBe('Delivered');
    expect(word('D', '040')).toBeNull();
    expect(word('I', '021')).toBe('Out for delivery');
    expect(word('M', '007')).toBeNull();
    expect(word('X', '048')).toBe('Exception');
  });

  it('falls back to the type, and guesses nothing beyond it', () => {
    expect(word('I', '999')).toBe('In transit');
    expect(word(null, '005')).toBe('In transit');
    expect(word('NA', '999')).toBeNull();
    expect(word(null, null)).toBeNull();
    expect(word('constructor', null)).toBeNull();
  });

  it('tells unanswered from unknown', () => {
    expect(packageWord({ askedAt: null, state: null })).toBe('Waiting to be asked');
    expect(packageWord({ askedAt: new Date(0), state: null })).toBe('Not known to UPS');
  });

  it('is done only when the package was delivered', () => {
    expect(isDone(state('D', '011'))).toBe(true);
    expect(isDone(state('D', '040'))).toBe(false);
    expect(isDone(null)).toBe(false);
  });
});
