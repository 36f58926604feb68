import { hash } from 'node:crypto';
import { sameBytes, sha256 } from '@wayleave/platform/secret';

/** How many wrong verifiers an authorization code survives; the last of them burns it. */
export const mostWrongVerifiers = 5;

/** What the store knows of a code, reduced to what decides. */
export interface StoredCode {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  /** Its profile's epoch is still the one it was issued under, and nothing was withdrawn. */
  readonly standing: boolean;
  readonly expiresAt: Date;
  readonly wrongVerifiers: number;
  readonly consumed: boolean;
}

/** What a caller of the token endpoint presents with a code. */
export interface PresentedCode {
  readonly code: string;
  readonly clientId: string;
  /** Whether the caller proved with its secret that it is the client; a caller without must prove it by the verifier. */
  readonly clientAuthenticated: boolean;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

/**
 * What a presented code comes to. Only `replayed` is destructive, so it needs the code's own client: by its secret, or
 * by the verifier that nobody else knows.
 */
export type CodeVerdict = 'valid' | 'invalid' | 'replayed' | 'verifier-missing' | 'verifier-unexpected' | 'verifier-wrong' | 'client-unauthenticated' | 'redirect-mismatch';

/** Judges a presented code (RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §2.1.1 and §4.8.2). */
export function judgeCode(stored: StoredCode, presented: PresentedCode, now: Date): CodeVerdict {
  if (stored.clientId !== presented.clientId || stored.wrongVerifiers >= mostWrongVerifiers) return 'invalid';
  if (stored.codeChallenge === null) {
    if (!presented.clientAuthenticated) return 'client-unauthenticated';
    if (stored.consumed) return 'replayed';
    if (presented.codeVerifier !== undefined) return 'verifier-unexpected';
  } else {
    const verified = presented.codeVerifier !== undefined && sameBytes(sha256(s256(presented.codeVerifier)), sha256(stored.codeChallenge));
    if (stored.consumed && (verified || presented.clientAuthenticated)) return 'replayed';
    if (presented.codeVerifier === undefined) return 'verifier-missing';
    if (!verified) return 'verifier-wrong';
  }
  if (stored.consumed || !stored.standing || stored.expiresAt <= now) return 'invalid';
  return stored.redirectUri === presented.redirectUri ? 'valid' : 'redirect-mismatch';
}

/** Whether a text can be a code verifier at all: 43 to 128 unreserved characters (RFC 7636 §4.1). */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text);
}

/** BASE64URL(SHA-256(ASCII(verifier))), RFC 7636 §4.2. */
export function s256(verifier: string): string {
  return hash('sha256', verifier, 'base64url');
}
