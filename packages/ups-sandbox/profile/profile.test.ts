import { describe, expect, it } from 'vitest';
import { checkEmail, checkTypedName, checkUsername, nameKey } from './profile.js';

describe('names of a profile', () => {
  it('are looked up without surrounding spaces and in one case', () => {
    expect(nameKey('  HarborPine@Example.COM ')).toBe('harborpine@example.com');
  });

  it('of users have no sign that a mail address has', () => {
    for (const good of ['abc', 'harborpine-shipping', 'A.b_C-9', 'x'.repeat(40)]) expect(checkUsername(good)).toBeNull();
    for (const bad of ['', 'ab', 'x'.repeat(41), 'with space', 'at@sign', 'ümlaut', 'nul\0l']) expect(checkUsername(bad)).not.toBeNull();
  });

  it('that are mail addresses are refused with what is wrong', () => {
    for (const good of ['a@b.co', "o'neil+tag@mail.harborpine.example", 'x_y.z@a-b.example']) expect(checkEmail(good)).toBeNull();
    expect(checkEmail('')).toContain('Type your mail address');
    expect(checkEmail('@b.co')).toContain('no name before an @');
    expect(checkEmail('a@b')).toContain('no ending');
    expect(checkEmail('a b@b.co')).toContain('before the @');
    expect(checkEmail('a@b..co')).toContain('after the @');
    expect(checkEmail(`a@${'b'.repeat(260)}.co`)).toContain('at most 254');
  });

  it('typed at log-in may be anything that fits and has no control characters', () => {
    for (const good of ['x', 'nobody at all', 'ünïcode', 'a@b']) expect(checkTypedName(good)).toBeNull();
    for (const bad of ['', '   ', 'a\nb', 'a\0b', 'x'.repeat(255)]) expect(checkTypedName(bad)).not.toBeNull();
  });
});
