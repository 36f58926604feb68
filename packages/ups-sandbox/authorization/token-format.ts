import { secretBytes } from '@wayleave/platform/secret';
import { hash } from 'node:crypto';

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const saltedMark = Buffer.from('Salted__');
const blobBytes = 56;

/**
 * An authorization code in UPS's shape: base64 of 8 characters, a dash and an 88-character blob; 132 characters that
 * end in `==`. All 56 bytes of the blob are random.
 */
export function newAuthorizationCode(): string {
  return Buffer.from(`C${randomText(7)}-${blob(secretBytes(blobBytes))}`, 'ascii').toString('base64');
}

/**
 * A refresh token in UPS's shape: base64 of 32 characters, a dash and an 88-character blob; 164 characters that end in
 * `==`. The blob is the same for every token of a family, as UPS's is; the secret is in the first part (184 random bits).
 */
export function newRefreshToken(familyId: string): string {
  return refreshToken(blob(hash('sha512', `refresh token family ${familyId}`, 'buffer').subarray(0, blobBytes)));
}

/** A further refresh token of the family that a token of ours belongs to. */
export function nextRefreshToken(token: string): string {
  return refreshToken(Buffer.from(token, 'base64').toString('latin1', 33));
}

function refreshToken(stablePart: string): string {
  return Buffer.from(`R${randomText(31)}-${stablePart}`, 'latin1').toString('base64');
}

/** An opaque access token: 256 random bits behind a prefix. */
export function newAccessToken(): string {
  return `at-${secretBytes(32).toString('base64url')}`;
}

/** Whether a text can be an authorization code of ours, so that another kind of secret is refused before any look-up. */
export function looksLikeAuthorizationCode(text: string): boolean {
  return hasShape(text, 132, 'C');
}

/** Whether a text can be a refresh token of ours. */
export function looksLikeRefreshToken(text: string): boolean {
  return hasShape(text, 164, 'R');
}

/** Whether a text can be an access token of ours: an opaque one, or a JWT with a signature of 512 bytes. */
export function looksLikeAccessToken(text: string): boolean {
  return /^at-[A-Za-z0-9_-]{43}$/.test(text) || /^eyJ[A-Za-z0-9_-]{50,500}\.eyJ[A-Za-z0-9_-]{50,4000}\.[A-Za-z0-9_-]{683}$/.test(text);
}

/** Random letters and digits, each equally likely. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of secretBytes(length)) {
      // 248 is the largest multiple of 62 that fits in a byte; what lies above would favour the first letters.
      if (byte < 248 && text.length < length) text += lettersAndDigits.charAt(byte % 62);
    }
  }
  return text;
}

function blob(bytes: Buffer): string {
  return Buffer.concat([saltedMark, bytes]).toString('base64');
}

function hasShape(text: string, length: number, kind: string): boolean {
  if (text.length !== length || !/^[A-Za-z0-9+/]+==$/.test(text)) return false;
  return Buffer.from(text, 'base64').toString('latin1').startsWith(kind);
}
