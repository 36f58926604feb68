import type { ClientTokenResponse, TokenResponse } from '@wayleave/ups-api/wire';
import type { ApplicationToken } from './application-token-store.js';
import type { TokenPair } from './token-pair.js';

/** The body of a successful /token or /refresh: every value is a string, as UPS answers (OAuthAuthCode.yaml). */
export function tokenAnswer(tokens: TokenPair): TokenResponse {
  const { family } = tokens;
  const issuedAt = String(tokens.issuedAt.getTime());
  return {
    refresh_token_expires_in: secondsLeft(tokens.refreshTokenLifetimeMs),
    refresh_token_status: 'approved',
    token_type: 'Bearer',
    issued_at: issuedAt,
    client_id: family.clientId,
    access_token: tokens.accessToken.reveal(),
    refresh_token: tokens.refreshToken.reveal(),
    ...(family.scope === '' ? {} : { scope: family.scope }),
    refresh_token_issued_at: issuedAt,
    expires_in: secondsLeft(tokens.accessTokenLifetimeMs),
    refresh_count: String(family.refreshCount),
    status: 'approved',
  };
}

/** The body of a successful /token for client_credentials (OAuthClientCredentials.yaml): no refresh token and nothing about one. */
export function applicationTokenAnswer(token: ApplicationToken): ClientTokenResponse {
  return {
    token_type: 'Bearer',
    issued_at: String(token.issuedAt.getTime()),
    client_id: token.clientId,
    access_token: token.accessToken.reveal(),
    expires_in: secondsLeft(token.lifetimeMs),
    status: 'approved',
  };
}

/** Whole seconds, one less than the lifetime: four hours are "14399". */
function secondsLeft(lifetimeMs: number): string {
  return String(Math.floor(lifetimeMs / 1000) - 1);
}
