import { createHash, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey } from './signing-key.js';
import { randomText } from './token-format.js';

/** What the claims of an access token say. */
export interface JwtContent {
  readonly clientId: string;
  readonly displayName: string;
  /** Whom the token names: an id of 36 characters, and a login id in the form of a mail address. */
  readonly subject: { readonly uuid: string; readonly loginId: string };
  readonly issuedAt: Date;
  readonly lifetimeMs: number;
}

/**
 * An access token in the form that recordings show (2024-01): RS384 over the claims below, in which `exp` is one second
 * later than `expires_in` says.
 */
export async function signJwt(key: SigningKey, content: JwtContent): Promise<string> {
  const { clientId, displayName, subject, issuedAt, lifetimeMs } = content;
  const at = Math.floor(issuedAt.getTime() / 1000);
  const claims = {
    sub: subject.loginId,
    clientid: clientId,
    iss: 'https://apis.ups.com',
    uuid: subject.uuid,
    sid: key.id,
    aud: displayName,
    at: randomText(28),
    nbf: at,
    DisplayName: displayName,
    exp: at + Math.floor(lifetimeMs / 1000),
    iat: at,
    jti: randomUUID(),
  };
  const signed = `${encode({ kid: key.id, typ: 'JWT', alg: 'RS384' })}.${encode(claims)}`;
  const signature = await promisify(sign)('RSA-SHA384', Buffer.from(signed, 'ascii'), key.privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}

/** Whom a token names that names nobody who consented: the owner of the application, always the same for a client id. */
export function ownerOf(clientId: string): JwtContent['subject'] {
  const hash = createHash('sha256').update(`owner of ${clientId}`).digest('hex');
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return { uuid, loginId: `owner-${hash.slice(0, 8)}@application.invalid` };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
