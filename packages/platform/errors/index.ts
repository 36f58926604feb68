/**
 * Something a person can be told. `heading` is a few words, `message` one or two sentences that name what is wrong and
 * how to mend it; neither ever holds a secret. The status is HTTP's. Anything thrown that is not a Problem is a fault
 * of ours and answers 500 without its message.
 */
export class Problem extends Error {
  readonly status: number;
  readonly heading: string;

  constructor(status: number, heading: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.status = status;
    this.heading = heading;
  }
}

/** The request itself makes no sense (400). */
export class BadRequest extends Problem {
  constructor(message: string, options?: ErrorOptions) {
    super(400, 'This request cannot be read', message, options);
  }
}

/** Nobody is signed in, or the session ended (401). `product` says which sign-in page fits. */
export class NotSignedIn extends Problem {
  readonly product: string | undefined;

  constructor(product?: string) {
    super(401, 'Please sign in', 'You are not signed in, or your session has ended.');
    this.product = product;
  }
}

/** Known, but not allowed (403). The message says who may. */
export class Forbidden extends Problem {
  constructor(message: string, heading = 'You may not do this') {
    super(403, heading, message);
  }
}

/** There is nothing here, or nothing that the asker may know of (404). */
export class NotFound extends Problem {
  constructor(message = 'There is no page at this address.') {
    super(404, 'Not found', message);
  }
}

/** The state moved under the asker (409). */
export class Conflict extends Problem {
  constructor(message: string) {
    super(409, 'Something changed meanwhile', message);
  }
}

/** More was sent than is taken (413). */
export class TooLarge extends Problem {
  constructor(message: string) {
    super(413, 'Too much at once', message);
  }
}

/** A form with wrong fields (422). `fields` maps a field name to its sentence; nothing was written. */
export class InvalidForm extends Problem {
  readonly fields: Readonly<Record<string, string>>;

  constructor(fields: Record<string, string>) {
    super(422, 'Nothing was saved', Object.values(fields).join(' '));
    this.fields = fields;
  }
}

/** Too many tries (429). `retryAfterSeconds` is when the next one counts. */
export class TooManyRequests extends Problem {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, message = `Too many tries. Wait ${waitingTime(retryAfterSeconds)}, then try again.`) {
    super(429, 'Too many tries', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** We cannot serve this now (503). */
export class Unavailable extends Problem {
  constructor(message = 'The server has more to do than it can take on. Try again in a moment.', options?: ErrorOptions) {
    super(503, 'Not available right now', message, options);
  }
}

function waitingTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
