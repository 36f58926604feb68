import { Secret } from '@wayleave/platform/secret';
import { describe, expect, it } from 'vitest';
import { isAnother, readLogin, type LoginHashes, type TokenNames } from './login.js';

const uuid = '3f1c0a52-7b7e-4a5e-9d65-0c2a1d9b8e71';

function jwt(claims: unknown): Secret {
  const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return new Secret(`${part({ kid: 'k', typ: 'JWT', alg: 'RS384' })}.${part(claims)}.${'s'.repeat(683)}`);
}

describe('the login that an access token names', () => {
  it('is read from a JWT for this client', () => {
    expect(readLogin(jwt({ sub: 'shipping@harborpine.example', uuid, clientid: 'ours', aud: 'IDM' }), 'ours')).toEqual({ sub: 'shipping@harborpine.example', uuid });
    expect(readLogin(jwt({ uuid, clientid: 'ours' }), 'ours')).toEqual({ sub: null, uuid });
  });

  it.each([
    ['an opaque token', new Secret('at-opaque')],
    ['a token of another client', jwt({ sub: 'a@b.example', uuid, clientid: 'theirs' })],
    ['a token of no client', jwt({ sub: 'a@b.example', uuid })],
    ['claims of other kinds', jwt({ sub: 7, uuid: ['x'], clientid: 'ours' })],
    ['a sub with control characters, a uuid of another length', jwt({ sub: 'a\n@b', uuid: 'short', clientid: 'ours' })],
    ['a sub that is too long', jwt({ sub: 'a'.repeat(255), clientid: 'ours' })],
    ['claims that are no object', jwt(null)],
    ['claims that are no JSON', new Secret('eyJ.bm90IGpzb24.x')],
    ['a token that is too long', jwt({ sub: 'a@b.example', uuid, clientid: 'ours', more: 'x'.repeat(9_000) })],
  ])('is not read from %s', (_, token) => {
    expect(readLogin(token, 'ours')).toBeNull();
  });
});

describe('another login', () => {
  const known = (sub: string | null, id: string | null): LoginHashes => ({ sub: sub === null ? null : Buffer.from(sub), uuid: id === null ? null : Buffer.from(id) });
  const cases: [string, LoginHashes, LoginHashes, Record<TokenNames, boolean>][] = [
    ['the same in both', known('a', '1'), known('a', '1'), { unknown: false, login: false, nobody: false }],
    ['different in both', known('a', '1'), known('b', '2'), { unknown: true, login: true, nobody: false }],
    ['a new mail address', known('a', '1'), known('b', '1'), { unknown: false, login: false, nobody: false }],
    ['a new uuid alone', known('a', '1'), known('a', '2'), { unknown: false, login: true, nobody: false }],
    ['no uuid to compare', known('a', null), known('b', '2'), { unknown: false, login: true, nobody: false }],
    ['no sub to compare', known('a', '1'), known(null, '2'), { unknown: false, login: true, nobody: false }],
    ['nothing to compare', known('a', null), known(null, '2'), { unknown: false, login: false, nobody: false }],
  ];
  it.each(cases)('%s', (_, former, now, expected) => {
    for (const names of ['unknown', 'login', 'nobody'] as const) expect([names, isAnother(former, now, names)]).toEqual([names, expected[names]]);
  });
});
