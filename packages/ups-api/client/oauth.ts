import { createHash } from 'node:crypto';
import { TokenResponse } from '../wire/oauth.js';
import { upsPaths } from '../wire/paths.js';
import { UpsUnreadable } from './errors.js';
import { readAnswer } from './read.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** How a client proves itself at the code exchange: UPS's PKCE form without an Authorization header, or Basic without a challenge. */
export type ClientAuthentication = 'pkce' | 'basic';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A new pair of tokens, times in milliseconds from when it was issued. A null end of the refresh token: UPS did not say. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessTokenLifetimeMs: number;
  readonly refreshTokenLifetimeMs: number | null;
  readonly scope: string | null;
}

/** S256 of RFC 7636 §4.2; UPS has no `code_challenge_method`, it is implied. */
export function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}

/** Where the browser is sent to begin an opt-in (OAuthAuthCode.yaml, GET authorize). */
export function authorizationUrl(parameters: {
  baseUrl: URL; clientId: string; redirectUri: string; state: string; scope?: string; codeChallenge?: string;
}): URL {
  const url = new URL(parameters.baseUrl.pathname.replace(/\/$/, '') + upsPaths.authorize, parameters.baseUrl);
  const query = {
    client_id: parameters.clientId, redirect_uri: parameters.redirectUri, response_type: 'code', state: parameters.state,
    scope: parameters.scope, code_challenge: parameters.codeChallenge,
  };
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** POST /token with an authorization code. With `pkce` the client id goes into the body and no Authorization header is sent. */
export function codeExchangeRequest(parameters: ClientCredentials & {
  authentication: ClientAuthentication; code: string; redirectUri: string; codeVerifier: string;
}): UpsRequest {
  const { authentication, code, redirectUri, clientId, codeVerifier } = parameters;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  return authentication === 'pkce'
    ? formRequest(upsPaths.token, { ...form, client_id: clientId, code_verifier: codeVerifier }, {})
    : formRequest(upsPaths.token, form, basic(parameters));
}

/** POST /refresh; UPS takes Basic only, and the refresh token once only. */
export function refreshRequest(parameters: ClientCredentials & { refreshToken: string }): UpsRequest {
  return formRequest(upsPaths.refresh, { grant_type: 'refresh_token', refresh_token: parameters.refreshToken }, basic(parameters));
}

/** Reads the answer of either. Throws UpsThrottled, UpsRefused, UpsUnreadable; nothing of a token is in their messages. */
export function readTokenResponse(response: UpsResponse, where: 'code-exchange' | 'refresh'): TokenAnswer {
  const body = readAnswer(TokenResponse, response, where);
  if (body.token_type.toLowerCase() !== 'bearer') throw new UpsUnreadable(response.status, 'must be Bearer', { where, field: '/token_type' });
  for (const name of ['status', 'refresh_token_status'] as const) {
    if (body[name] !== undefined && body[name] !== 'approved') throw new UpsUnreadable(response.status, 'must be approved', { where, field: `/${name}` });
  }
  const lifetime = Number(body.expires_in) * 1000;
  if (lifetime === 0) throw new UpsUnreadable(response.status, 'must be above 0', { where, field: '/expires_in' });
  return {
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
    accessTokenLifetimeMs: lifetime,
    refreshTokenLifetimeMs: body.refresh_token_expires_in === undefined ? null : Number(body.refresh_token_expires_in) * 1000,
    scope: body.scope ?? null,
  };
}

function formRequest(path: string, form: Record<string, string>, headers: Record<string, string>): UpsRequest {
  return {
    method: 'POST',
    path,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basic({ clientId, clientSecret }: ClientCredentials): Record<string, string> {
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
  return { authorization: `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}` };
}
