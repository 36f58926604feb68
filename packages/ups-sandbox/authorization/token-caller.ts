import { TooManyRequests } from '@wayleave/platform/errors';
import type { Throttle } from '@wayleave/platform/throttle';
import type { SandboxSettings } from '../config/settings.js';
import { invalidClient, UpsRefusal } from '../ups-refusal.js';
import type { ApplicationStore } from './application-store.js';
import { callsKey, callsLimit, failuresKey, failuresLimit, type TokenCall } from './token-call.js';

/** Who may call the token endpoints, and how often. Each throws UpsRefusal when the caller may not. */
export interface TokenCallers {
  /** Makes sure that the caller is who it says, or names a client that we know, and has not failed too often. */
  authenticate(call: TokenCall): Promise<void>;
  /** Counts a call of a client. */
  count(call: TokenCall): Promise<void>;
  /** Counts a failed client authentication. */
  countFailure(call: TokenCall): Promise<void>;
}

export function createTokenCallers(deps: { authorization: ApplicationStore; throttle: Throttle; settings: SandboxSettings }): TokenCallers {
  const { authorization, throttle, settings } = deps;
  const countFailure = (call: TokenCall) => limited(throttle.hit(failuresKey(call), failuresLimit(settings.current())));

  return {
    async authenticate(call) {
      const { credentials } = call;
      const [, application] = await Promise.all([
        limited(throttle.check(failuresKey(call), failuresLimit(settings.current()))),
        credentials.method === 'basic'
          ? authorization.authenticateApplication(credentials.clientId, credentials.clientSecret)
          : authorization.findApplication(credentials.clientId),
      ]);
      if (application) return;
      await countFailure(call);
      throw invalidClient();
    },
    count: (call) => limited(throttle.hit(callsKey(call), callsLimit(settings.current()))),
    countFailure,
  };
}

/** UPS's 429 in place of the throttle's own. */
async function limited(counting: Promise<void>): Promise<void> {
  try {
    await counting;
  } catch (error) {
    if (error instanceof TooManyRequests) throw new UpsRefusal(429, '10429', 'Too Many Requests', error.retryAfterSeconds);
    throw error;
  }
}
