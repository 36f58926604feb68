import type { Application } from './application.js';
import type { ApplicationStore } from './application-store.js';
import { invalidClient, invalidRequest } from '../ups-refusal.js';
import { readParameters } from './parameters.js';

/** A validated request for an authorization code. */
export interface AuthorizationRequest {
  readonly application: Application;
  /** Byte-equal to one that the application registered. */
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly scope: string | undefined;
  /** BASE64URL(SHA-256(verifier)); UPS has no method parameter, S256 is implied. */
  readonly codeChallenge: string | undefined;
}

const known = ['client_id', 'redirect_uri', 'response_type', 'state', 'scope', 'code_challenge', 'code_challenge_method'];
const longestState = 4_096;
const longestScope = 1_000;

/**
 * Reads and checks the query of /authorize or of the Log In page (without its `?`). The client is looked at first, then
 * the redirect URI, and only then anything else (RFC 6749 §4.1.2.1, RFC 9700 §2.1). Throws UpsRefusal; a refusal is
 * always answered in place and never sent to a redirect URI.
 */
export async function validateAuthorizationRequest(applications: Pick<ApplicationStore, 'findApplication'>, rawQuery: string): Promise<AuthorizationRequest> {
  const query = readParameters(rawQuery);
  const clientId = query.single('client_id');
  if (clientId === undefined) throw invalidRequest('Missing client_id');
  const application = await applications.findApplication(clientId);
  if (!application) throw invalidClient();
  const asked = [query.single('redirect_uri'), query.raw('redirect_uri')];
  const redirectUri = application.redirectUris.find((registered) => asked.includes(registered));
  if (redirectUri === undefined) throw invalidRequest('Invalid Redirect URL');
  for (const name of known) query.single(name);
  if (query.single('response_type') !== 'code') throw invalidRequest('Missing or unsupported response_type');
  return {
    application,
    redirectUri,
    state: checkState(query.single('state')),
    scope: checkScope(query.single('scope')),
    codeChallenge: checkChallenge(query.single('code_challenge'), query.single('code_challenge_method')),
  };
}

/** The Log In page's address for a validated request, with UPS's parameters. Whoever opens it is validated again. */
export function loginUrl(publicUrl: URL, request: AuthorizationRequest): string {
  const parameters = {
    client_id: request.application.clientId,
    redirect_uri: request.redirectUri,
    response_type: 'code',
    scope: request.scope,
    state: request.state,
    type: 'ups_com_api',
    code_challenge: request.codeChallenge,
  };
  return appendParameters(new URL('/lasso/signin', publicUrl).href, parameters);
}

/**
 * Where the browser goes when the profile's owner has decided: the redirect URI as registered, with the code (or the
 * error), scope and state appended once and encoded once. What the request did not carry is left out.
 */
export function callbackUrl(request: Pick<AuthorizationRequest, 'redirectUri' | 'state' | 'scope'>, answer: { code: string } | { error: 'access_denied' }): string {
  const scope = 'code' in answer ? request.scope : undefined;
  return appendParameters(request.redirectUri, { ...answer, scope, state: request.state });
}

function appendParameters(url: string, parameters: Record<string, string | undefined>): string {
  let result = url;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    result += `${result.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
  }
  return result;
}

function checkState(state: string | undefined): string | undefined {
  if (state !== undefined && Buffer.byteLength(state) > longestState) throw invalidRequest(`state is longer than ${longestState} bytes`);
  return state;
}

function checkScope(scope: string | undefined): string | undefined {
  if (scope === undefined) return undefined;
  if (scope.length > longestScope || !/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)) throw invalidRequest('Invalid scope');
  return scope;
}

function checkChallenge(challenge: string | undefined, method: string | undefined): string | undefined {
  if (method !== undefined && method !== 'S256') throw invalidRequest('Unsupported code_challenge_method');
  if (challenge !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(challenge)) throw invalidRequest('Invalid code_challenge');
  return challenge;
}
