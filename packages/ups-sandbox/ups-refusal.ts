import { Problem } from '@wayleave/platform/errors';

/**
 * A refusal in UPS's dialect: an HTTP status, UPS's error code and its message. The machine interfaces answer it as
 * UPS's error envelope, pages as an error page. Messages hold no apostrophe: UPS's own Python and PHP SDKs replace
 * every apostrophe of an error body by a quotation mark before they parse it.
 */
export class UpsRefusal extends Problem {
  readonly code: string;
  /** For a 429: when the next call counts. UPS does not say it. */
  readonly retryAfterSeconds: number | undefined;
  /** What UPS answers beside its envelope. */
  readonly beside: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number, beside: Readonly<Record<string, unknown>> = {}) {
    super(status, 'UPS.com cannot continue', message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.beside = beside;
  }
}

/** 400 with UPS's code 10400: the request is malformed, or what it presents is not valid. */
export function invalidRequest(message: string): UpsRefusal {
  return new UpsRefusal(400, '10400', message);
}

/** 401 with UPS's code 10401: the same for an unknown client and for a wrong secret. */
export function invalidClient(message = 'ClientId is Invalid'): UpsRefusal {
  return new UpsRefusal(401, '10401', message);
}

/** 401 of the data APIs. */
export function invalidBearer(code: 'UJ0001' | '250002' | '251004'): UpsRefusal {
  const messages = {
    UJ0001: 'Invalid token or token is not present',
    250002: 'Invalid Authentication Information.',
    251004: 'Bearer Token expired (oauth)',
  };
  return new UpsRefusal(401, code, messages[code]);
}
