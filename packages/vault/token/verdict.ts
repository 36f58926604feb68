import { errorCodes, UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsErrorCode, type UpsResponse } from '@wayleave/ups-api';

/** Where UPS spoke: at the exchange of a code, at a refresh, or at a data API that was called with the access token. */
export type Place = 'code-exchange' | 'refresh' | 'use';

/** What came back: an HTTP status with the codes of UPS's envelope (none when the body was no envelope), or no answer at all. */
export interface Sign {
  readonly status: number | 'unsent' | 'unanswered';
  readonly codes: readonly UpsErrorCode[];
}

/** What a sign says about the grant. Only `dead` and, when it persists, `token-refused` speak against it. */
export type Verdict =
  | 'good'
  /** UPS refuses the refresh token, or the code, for good. */
  | 'dead'
  /** A data API refuses the access token as a token. */
  | 'token-refused'
  /** A data API answers 401 without blaming the token. */
  | 'call-refused'
  /** UPS does not accept the application's own id or secret, or how it is registered. */
  | 'client-refused'
  | 'blocked-merchant'
  | 'throttled'
  /** UPS reports a fault of its own. */
  | 'ups-fault'
  /** Neither what was asked for nor an envelope of UPS's: a page of some gateway, a redirect, broken JSON. */
  | 'unreadable'
  /** Nothing was sent: name look-up, connection, TLS. */
  | 'unsent'
  /** It was sent, and no whole answer came. */
  | 'unanswered';

/** "Invalid Refresh Token" (UPS), "refresh_token is expired" and the like; invalid_grant is RFC 6749 §5.2. */
const condemnsRefreshToken = /\b(invalid|expired|revoked|used) refresh[ _-]?token\b|\brefresh[ _-]?token (is |was |has been )?(already )?(invalid|expired|revoked|used)\b|^invalid_grant$/i;

const blamesClient = /authorization header|client|redirect/i;

/** The data APIs' codes for a token that is itself no good, unlike 250002, which also means a product that is switched off. */
const tokenCodes = new Set(['251004', 'UJ0001']);

/**
 * The one place that says what UPS means, by where it spoke, status, code and message. What does not come in an envelope
 * of UPS's own never speaks against a client or a grant. UPS's documents give 403 one meaning, "Blocked Merchant".
 */
export function classify(where: Place, { status, codes }: Sign): Verdict {
  if (typeof status === 'string') return status;
  if (status >= 500) return 'ups-fault';
  const has = (...wanted: string[]) => codes.some(({ code }) => wanted.includes(code));
  if (status === 429 || (status >= 400 && has('10429'))) return 'throttled';
  if (status < 400) return where === 'use' && status >= 200 && status < 300 ? 'good' : 'unreadable';
  if (codes.length === 0) return where === 'use' && status === 401 ? 'call-refused' : 'unreadable';
  if (status === 403 || has('10403')) return 'blocked-merchant';
  if (where === 'use') return atUse(status, codes);
  if (has('10401')) return 'client-refused';
  return where === 'refresh' ? atRefresh(status, codes) : atExchange(status, codes);
}

/** A refusal of what was asked for, such as 404 or TV1002, is a good answer as far as the grant goes. */
function atUse(status: number, codes: readonly UpsErrorCode[]): Verdict {
  if (status !== 401) return 'good';
  return codes.some(({ code }) => tokenCodes.has(code)) ? 'token-refused' : 'call-refused';
}

function atRefresh(status: number, codes: readonly UpsErrorCode[]): Verdict {
  return status <= 401 && codes.some(({ message }) => condemnsRefreshToken.test(message)) ? 'dead' : 'client-refused';
}

function atExchange(status: number, codes: readonly UpsErrorCode[]): Verdict {
  return status === 401 || codes.some(({ message }) => blamesClient.test(message)) ? 'client-refused' : 'dead';
}

/** What a data API's answer is a sign of. */
export function signOf({ status, body }: UpsResponse): Sign {
  return { status, codes: status < 400 ? [] : errorCodes(body) };
}

/** What an error of ups-api's is a sign of. Null for any other error: that is a fault of ours. */
export function signOfError(error: unknown): Sign | null {
  if (error instanceof UpsThrottled) return { status: 429, codes: [] };
  if (error instanceof UpsUnreachable) return { status: error.sent ? 'unanswered' : 'unsent', codes: [] };
  if (error instanceof UpsUnreadable) return { status: error.status, codes: [] };
  return error instanceof UpsRefused ? { status: error.status, codes: error.codes } : null;
}
