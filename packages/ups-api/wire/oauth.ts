import { Type, type Static } from 'typebox';

/** A token that fits into a header (RFC 6749 appendix A.12, without the space): every call carries it in one. */
const accessToken = Type.String({ pattern: '^[\\x21-\\x7e]+$' });

/**
 * The body of a successful `/token` or `/refresh`. Every value is a string, the numbers too: seconds for the two
 * `expires_in`, milliseconds since 1970 for the two `issued_at`. `scope` and `refresh_count` are often absent.
 */
export const TokenResponse = Type.Object({
  token_type: Type.String(),
  issued_at: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  access_token: accessToken,
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

/** The body of `/token` for `client_credentials`: no refresh token, since there is no user behind it. */
export const ClientTokenResponse = Type.Object({
  token_type: Type.String(),
  issued_at: Type.String(),
  client_id: Type.String(),
  access_token: accessToken,
  expires_in: Type.String({ pattern: '^\\d{1,10}$' }),
  status: Type.String(),
});
export type ClientTokenResponse = Static<typeof ClientTokenResponse>;

/** The body of `/validate-client`, which UPS's older examples call before they send the browser to `LassoRedirectURL`. */
export const ValidateClientResponse = Type.Object({
  result: Type.Literal('success'),
  type: Type.Literal('ups_com_api'),
  LassoRedirectURL: Type.String(),
});
export type ValidateClientResponse = Static<typeof ValidateClientResponse>;
