import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable } from './errors.js';

/** Milliseconds. */
export interface BackOffLimits {
  /** The pause after the first failure; each further one in a row doubles it. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * When whom may be called again. UPS limits each client (application), says nothing about how, and sends no Retry-After
 * (UPS-API/api-documentation#8, #123): whoever was told to slow down waits, twice as long each time, and a little of it
 * is at random, so that those who were stopped together do not come back together.
 */
export interface BackOff {
  /**
   * Notes a failure and gives the instant, in milliseconds since 1970, before which `key` should not be called. Failures
   * during a pause do not make it longer, unless UPS says so.
   */
  failed(key: string, failure: { readonly at: number; readonly retryAfterMs?: number | null }): number;
  /**
   * Notes a whole answer to a call that was made at `askedAt`: the next failure is a first one again. Not so for a call that was
   * under way when a pause began: its answer neither ends the pause nor makes the next one shorter.
   */
  succeeded(key: string, call: { readonly askedAt: number }): void;
  /** Which keys should not be called at this instant. */
  resting(now: number): string[];
}

/** Keeps its knowledge in memory, for this process. `random` gives numbers from 0 to 1, 1 excluded. */
export function createBackOff({ firstMs, longestMs }: BackOffLimits, random: () => number = Math.random): BackOff {
  const known = new Map<string, { readonly failures: number; readonly until: number }>();

  return {
    failed(key, { at, retryAfterMs = null }) {
      const before = known.get(key) ?? { failures: 0, until: -Infinity };
      const asked = at + (retryAfterMs ?? 0);
      // What was under way when the pause began fails too, and says nothing new.
      const failures = before.until > at ? before.failures : before.failures + 1;
      const pauseMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
      const until = Math.max(asked, before.until > at ? before.until : at + Math.round(pauseMs * (1 - random() / 4)));
      known.set(key, { failures, until });
      return until;
    },
    succeeded(key, { askedAt }) {
      if (askedAt >= (known.get(key)?.until ?? -Infinity)) known.delete(key);
    },
    resting: (now) => [...known].filter(([, { until }]) => until > now).map(([key]) => key),
  };
}

/** Whether an error says that UPS wants, or can take, no calls now: 429, 5xx, or no answer. Other refusals mean something else. */
export function asksForRest(error: unknown): { readonly retryAfterMs: number | null } | null {
  if (error instanceof UpsThrottled || (error instanceof UpsUnreadable && error.status >= 500)) {
    return { retryAfterMs: error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1_000 };
  }
  const isDown = error instanceof UpsUnreachable || (error instanceof UpsRefused && error.status >= 500);
  return isDown ? { retryAfterMs: null } : null;
}
