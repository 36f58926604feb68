import { describe, expect, it } from 'vitest';
import { wrongMailAddress } from './mail-address.js';

describe('a mail address', () => {
  it.each(['admin@harborpine.example', 'first.last+tag@mail.co.uk', "o'neill@example.com", 'jörg@example.de'])('such as %s is taken', (address) => {
    expect(wrongMailAddress(address)).toBeNull();
  });

  it.each([
    ['', /^Enter/], ['x', /no @/], ['a@b@c.de', /more than one @/], ['@b.de', /nothing before/], ['a@', /nothing after/],
    ['a@carrier', /no ending, such as \.com/], ['a b@c.de', /space/], ['a@c..de', /not the name of a mail host/], ['a@c.de>', /not the name/],
    ['"<x>"@c.de', /character/], ['a\nbcc: x@y.de', /space/], [`${'a'.repeat(250)}@b.de`, /longer than 254/],
  ])('such as %j is refused, saying why', (address, why) => {
    expect(wrongMailAddress(address)).toMatch(why);
  });
});
