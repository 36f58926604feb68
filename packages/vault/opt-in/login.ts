import type { Secret } from '@wayleave/platform/secret';

/**
 * What is known of whom UPS's access tokens name. `unknown`: the person who logged in, or the owner of the application.
 * `login`: the person who logged in. `nobody`: nothing is to be read from them.
 */
export type TokenNames = 'unknown' | 'login' | 'nobody';

/** What an access token says about a UPS.com login. Nobody verified it: it serves for comparing and for showing. */
export interface Login {
  /** The login as UPS writes it, in the form of a mail address. */
  readonly sub: string | null;
  readonly uuid: string | null;
}

/** A login in a form in which two can be compared and nothing can be read. */
export interface LoginHashes {
  readonly sub: Buffer | null;
  readonly uuid: Buffer | null;
}

const longestToken = 8_192;

/**
 * Reads the claims `sub` and `uuid` of an access token in the form that UPS's recorded ones have: a JWT for this client,
 * by its claim `clientid`. Null for every other text; opaque tokens name nobody. The signature is not checked: UPS
 * publishes no key, and the token came from UPS itself.
 */
export function readLogin(accessToken: Secret, clientId: string): Login | null {
  const claims = readClaims(accessToken.reveal());
  if (claims?.['clientid'] !== clientId) return null;
  const login = { sub: text(claims['sub'], /^[\x21-\x7e]{1,254}$/), uuid: text(claims['uuid'], /^[0-9A-Za-z-]{36}$/) };
  return login.sub === null && login.uuid === null ? null : login;
}

/**
 * Whether two consents came by different UPS.com logins. While it is not known whom the claims name, both have to differ:
 * an owner of the application is the same in both, a login that was given another mail address keeps its `uuid`, and a
 * `uuid` that would be new in every token leaves the `sub`.
 */
export function isAnother(former: LoginHashes, now: LoginHashes, names: TokenNames): boolean {
  const uuid = differ(former.uuid, now.uuid);
  const sub = differ(former.sub, now.sub);
  switch (names) {
    case 'nobody': return false;
    case 'unknown': return uuid === true && sub === true;
    case 'login': return uuid ?? sub ?? false;
  }
}

/** Null where one of them is not known. */
function differ(a: Buffer | null, b: Buffer | null): boolean | null {
  return a === null || b === null ? null : !a.equals(b);
}

function readClaims(token: string): Readonly<Record<string, unknown>> | null {
  const parts = token.split('.');
  if (token.length > longestToken || parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? Object.fromEntries(Object.entries(claims)) : null;
  } catch {
    return null;
  }
}

function text(claim: unknown, pattern: RegExp): string | null {
  return typeof claim === 'string' && pattern.test(claim) ? claim : null;
}
