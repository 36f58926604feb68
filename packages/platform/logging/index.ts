import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Keys whose values never reach a log line, wherever they stand down to two levels deep. */
const secretKeys = [
  'access_token', 'accessToken', 'refresh_token', 'refreshToken', 'authorization', 'Authorization', 'code', 'code_verifier',
  'codeVerifier', 'client_secret', 'clientSecret', 'cookie', 'set-cookie', 'password', 'state', 'token', 'link',
];

/**
 * A structured logger: one JSON line an event. Keys that usually hold secrets are censored, and errors are written
 * with type, message and stack but without the request or response objects that libraries hang on them.
 */
export function createLogger(options: { name: string; level: string; destination?: DestinationStream }): Logger {
  const configuration = {
    name: options.name,
    level: options.level,
    redact: { paths: secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]), censor: '[redacted]' },
    serializers: { err: describeError, error: describeError },
  };
  return options.destination ? pino(configuration, options.destination) : pino(configuration);
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
