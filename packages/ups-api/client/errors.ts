/** Which call an answer belongs to; the same code can mean different things at different places. */
export type UpsCall =
  | 'code-exchange' | 'refresh'
  | 'track' | 'track-by-reference' | 'track-shipment'
  | 'quantum-view' | 'rating' | 'time-in-transit'
  | 'subscribe-packages' | 'subscribe-account' | 'unsubscribe-account' | 'track-alert-event';

/** One entry of UPS's error envelope. */
export interface UpsErrorCode {
  readonly code: string;
  readonly message: string;
}

/** What UPS's codes look like. Anything else in their place may repeat what was sent, and stays out of messages. */
const plainCode = /^[\w-]{1,16}$/;

/** UPS answered and said no. `codes` is empty when the body held no envelope. */
export class UpsRefused extends Error {
  override readonly name = 'UpsRefused';
  readonly where: UpsCall;
  readonly status: number;
  readonly codes: readonly UpsErrorCode[];

  constructor(where: UpsCall, status: number, codes: readonly UpsErrorCode[]) {
    super(`UPS refused ${where} with ${status} ${codes.filter(({ code }) => plainCode.test(code)).map(({ code }) => code).join(' ')}`.trimEnd());
    this.where = where;
    this.status = status;
    this.codes = codes;
  }
}

/** UPS asks for fewer calls (429, code 10429). Nothing was spent. `retryAfterSeconds` is set only if UPS said it. */
export class UpsThrottled extends Error {
  override readonly name = 'UpsThrottled';
  readonly retryAfterSeconds: number | null;

  constructor(retryAfterSeconds: number | null) {
    super('UPS asks for fewer calls');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No whole answer came: name look-up, connection, time-out, abort. `sent` tells whether UPS may have received the request. */
export class UpsUnreachable extends Error {
  override readonly name = 'UpsUnreachable';
  readonly sent: boolean;

  constructor(sent: boolean, options?: ErrorOptions) {
    super(sent ? 'UPS did not answer a request that was sent' : 'UPS could not be reached; nothing was sent', options);
    this.sent = sent;
  }
}

/**
 * An answer came that says nothing certain: a 5xx, not JSON, too large, a field missing or wrong. `where` names the call
 * and `field` the field, as a JSON pointer, where they are known; the message has both, and never a value. `retryAfterSeconds` is
 * set only if UPS said it.
 */
export class UpsUnreadable extends Error {
  override readonly name = 'UpsUnreadable';
  readonly status: number;
  readonly where: UpsCall | null;
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, reason: string, options: ErrorOptions & { where?: UpsCall; field?: string; retryAfterSeconds?: number | null } = {}) {
    const { where = null, field = null, retryAfterSeconds = null } = options;
    super(`the answer${where === null ? '' : ` to ${where}`} (${status}) cannot be read: ${field === null ? '' : `${field} `}${reason}`, options);
    this.status = status;
    this.where = where;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
