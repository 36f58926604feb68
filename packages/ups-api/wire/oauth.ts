import { Type, type Static } from 'typebox';

/** Paths of UPS's OAuth and data APIs, from the base URL (OAuthAuthCode.yaml, Tracking.yaml). */
export const upsPaths = {
  authorize: '/security/v1/oauth/authorize',
  token: '/security/v1/oauth/token',
  refresh: '/security/v1/oauth/refresh',
  validateClient: '/security/v1/oauth/validate-client',
  trackDetails: '/api/track/v1/details',
} as const;

/**
 * The body of a successful `/token` or `/refresh`. Every value is a string, the numbers too: seconds for the two
 * `expires_in`, milliseconds since 1970 for the two `issued_at`. `scope` and `refresh_count` are often absent.
 */
export const TokenResponse = Type.Object({
  token_type: Type.String(),
  issued_at: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  access_token: Type.String({ minLength: 1 }),
  refresh_token: Type.String({ minLength: 1 }),
  expires_in: Type.String({ pattern: '^\\d{1,10}$' }),
  refresh_token_expires_in: Type.Optional(Type.String({ pattern: '^\\d{1,10}$' })),
  refresh_token_issued_at: Type.Optional(Type.String()),
  refresh_token_status: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  scope: Type.Optional(Type.String()),
  refresh_count: Type.Optional(Type.String()),
});
export type TokenResponse = Static<typeof TokenResponse>;
