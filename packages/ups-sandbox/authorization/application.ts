import { isLoopback } from '@wayleave/platform/loopback';
import { isAccountNumber, notAnAccountNumber } from '../profile/profile.js';
import { randomText } from './token-format.js';

/** An OAuth client registered at UPS.com. `name` is the short one of the `appname` header. */
export interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly displayName: string;
  readonly redirectUris: readonly string[];
  /** The shipper account numbers of its owner, whose data its own tokens may see. */
  readonly accounts: readonly string[];
}

/** What a registration asks for. Client id and secret are made when left out. */
export interface NewApplication {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly displayName: string;
  readonly redirectUris: readonly string[];
  readonly accounts?: readonly string[] | undefined;
}

const mostRedirectUris = 20;
const longestUri = 2_000;
const longestDisplayName = 100;

/** A client id as UPS makes them: 48 letters and digits. */
export function newClientId(): string {
  return randomText(48);
}

/** A client secret: 64 letters and digits. */
export function newClientSecret(): string {
  return randomText(64);
}

/** What is wrong with a registration, as sentences by field name; empty when nothing is. */
export function applicationProblems(application: NewApplication): Record<string, string> {
  const problems: Record<string, string> = {};
  const { clientId, clientSecret, displayName, redirectUris, accounts = [] } = application;
  if (clientId !== undefined && !/^[A-Za-z0-9._-]{8,100}$/.test(clientId)) {
    problems['client_id'] = 'A client id has 8 to 100 letters, digits, dots, dashes or underscores.';
  }
  if (clientSecret !== undefined && !/^[\x21-\x7e]{16,200}$/.test(clientSecret)) {
    problems['client_secret'] = 'A client secret has 16 to 200 printable ASCII characters without spaces.';
  }
  if (displayName.trim() === '' || displayName.length > longestDisplayName || /[\p{Cc}\p{Cs}]/u.test(displayName)) {
    problems['display_name'] = `A display name has 1 to ${longestDisplayName} characters and no control characters.`;
  }
  if (redirectUris.length === 0 || redirectUris.length > mostRedirectUris) {
    problems['redirect_uris'] = `Register 1 to ${mostRedirectUris} redirect URIs.`;
  }
  const wrong = redirectUris.map(redirectUriProblem).find((problem) => problem !== null);
  if (wrong) problems['redirect_uris'] = wrong;
  const account = accounts.find((number) => !isAccountNumber(number));
  if (account !== undefined) problems['accounts'] = notAnAccountNumber(account);
  return problems;
}

/**
 * Why a redirect URI may not be registered, or null. Absolute, https (or http on a loopback host), without fragment and
 * user information (RFC 6749 §3.1.2, RFC 8252 §8.3).
 */
export function redirectUriProblem(uri: string): string | null {
  if (uri.length > longestUri || !/^[\x21-\x7e]+$/.test(uri) || uri.includes('\\')) {
    return 'A redirect URI is printable ASCII of at most 2000 characters, without spaces and backslashes.';
  }
  if (!/^https?:\/\/[^/?#]/.test(uri) || !URL.canParse(uri)) return 'A redirect URI is absolute and begins with https:// (or http:// on a loopback host).';
  const url = new URL(uri);
  if (uri.includes('#')) return 'A redirect URI has no fragment.';
  if (url.username !== '' || url.password !== '') return 'A redirect URI holds no user name or password.';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'A redirect URI with http:// must point to a loopback host such as localhost or 127.0.0.1.';
  return null;
}
