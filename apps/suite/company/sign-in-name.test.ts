import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signInNameFromMail, wrongSignInName } from './sign-in-name.js';

describe('a Sign In name', () => {
  it('is made from host and name of the mail address', () => {
    expect(signInNameFromMail('Dock@harborpine.example', 1)).toBe('harborpine.dock');
    expect(signInNameFromMail('dock@harborpine.example', 2)).toBe('harborpine.dock2');
    expect(signInNameFromMail('first.last+x@mail.co.uk', 1)).toBe('mail.first.last.x');
    expect(signInNameFromMail('ü@ä.de', 1)).toBe('member');
  });

  it('that is made is always one that may be chosen', () => {
    fc.assert(fc.property(fc.emailAddress(), fc.integer({ min: 1, max: 999 }), (mail, attempt) => wrongSignInName(signInNameFromMail(mail, attempt)) === null));
  });

  it.each(['ab', '.abc', 'abc.', 'a b c', 'a'.repeat(65), 'ümlaut', '<b>'])('such as %j is refused', (name) => {
    expect(wrongSignInName(name)).toMatch(/3 to 64 letters/);
  });
});
