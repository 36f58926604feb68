import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { searchFor, spellings } from './canary.js';

const token = `ses-${randomBytes(32).toString('base64url')}`;
const password = `four "words" & more, ${randomBytes(6).toString('hex')}`;

describe('looking for a secret', () => {
  it.each<[string, (secret: string) => string]>([
    ['plain', (secret) => `x${secret}x`],
    ['a text cut short', (secret) => secret.slice(0, 30)],
    ['JSON', (secret) => JSON.stringify({ secret })],
    ['a URL', (secret) => `https://a.example/?b=${encodeURIComponent(secret)}&c`],
    ['a form', (secret) => new URLSearchParams({ secret }).toString()],
    ['hex', (secret) => Buffer.from(secret).toString('hex')],
    ['base64 of more', (secret) => Buffer.from(`id:${secret}!`).toString('base64')],
    ['base64 of more, moved by one', (secret) => Buffer.from(`id2:${secret}!`).toString('base64')],
    ['base64 of more, moved by two', (secret) => Buffer.from(`id22:${secret}?`).toString('base64url')],
  ])('finds it in %s', (_, write) => {
    for (const value of [token, password]) expect(searchFor([{ name: 'it', value }])(write(value))).toEqual(['it']);
  });

  it('finds the bytes behind a token, and those of a key', () => {
    const bytes = Buffer.from(token.slice(4), 'base64url');
    for (const text of [bytes.toString('hex'), `\\x${bytes.toString('hex')}`, Buffer.concat([Buffer.from('k'), bytes]).toString('base64')]) {
      expect(searchFor([{ name: 'token', value: token }, { name: 'key', value: bytes }])(text)).toEqual(['token', 'key']);
    }
  });

  it('finds nothing where nothing is', () => {
    expect(searchFor([{ name: 'token', value: token }])(randomBytes(100_000).toString('base64'))).toEqual([]);
    expect(spellings('').concat(spellings('four'))).toEqual([]);
  });
});
