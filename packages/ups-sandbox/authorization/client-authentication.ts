import type { Parameters } from './parameters.js';
import { decode } from './parameters.js';
import { invalidRequest } from '../ups-refusal.js';

/** How a caller of a token endpoint says who it is: by its secret, or (PKCE) by its client id alone. */
export type ClientCredentials =
  | { readonly method: 'basic'; readonly clientId: string; readonly clientSecret: string }
  | { readonly method: 'none'; readonly clientId: string };

const missingHeader = 'Invalid/Missing Authorization Header';

/**
 * Reads a caller's credentials from the Authorization header (RFC 6749 §2.3.1). The same id and secret again in the body
 * are tolerated, others are not. Without a header only the PKCE form is one: `client_id` with `code_verifier`. Throws
 * UpsRefusal.
 */
export function readClientCredentials(authorization: string | undefined, form: Parameters): ClientCredentials {
  const clientId = form.single('client_id');
  const clientSecret = form.single('client_secret');
  if (authorization === undefined) {
    if (clientId === undefined || clientSecret !== undefined || form.single('code_verifier') === undefined) throw invalidRequest(missingHeader);
    return { method: 'none', clientId };
  }
  const basic = readBasic(authorization);
  if (clientId !== undefined && clientId !== basic.clientId) throw invalidRequest('client_id in the body differs from the Authorization header');
  if (clientSecret !== undefined && clientSecret !== basic.clientSecret) throw invalidRequest('client_secret in the body differs from the Authorization header');
  return { method: 'basic', ...basic };
}

function readBasic(authorization: string): { clientId: string; clientSecret: string } {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) throw invalidRequest(missingHeader);
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  if (colon < 1 || /[^\x20-\x7e]/.test(text)) throw invalidRequest(missingHeader);
  return { clientId: decode(text.slice(0, colon)), clientSecret: decode(text.slice(colon + 1)) };
}
