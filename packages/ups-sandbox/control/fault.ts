import { errorEnvelope } from '@wayleave/ups-api/wire';
import { setTimeout as wait } from 'node:timers/promises';

/** What an answer suffers. */
export interface Fault {
  /**
   * `false`: the stand-in does nothing but show the fault. `true`: it does what was asked (spends the code, rotates the
   * token) and only its answer suffers.
   */
  readonly processed: boolean;
  /** Waiting time in milliseconds, before the work or (`processed`) after it. */
  readonly latencyMs: number;
  /** The connection is reset instead of answered. */
  readonly cut: boolean;
  /** The answer's body ends in its middle. */
  readonly malformed?: boolean;
  /** The answer's body trickles in over so many milliseconds. */
  readonly bodyOverMs?: number;
  /** Answered in place of the stand-in's own. */
  readonly status?: number;
  readonly body?: string;
  /** A body of so many characters, when `body` is not given. */
  readonly bodyBytes?: number;
  readonly contentType?: string;
}

const json = 'application/json';

/** Faults by a name of their own, in UPS's dialect. */
export const refusals = {
  throttled: { status: 429, contentType: json, body: JSON.stringify(errorEnvelope('10429', 'Too Many Requests')) },
  blocked: { status: 403, contentType: json, body: JSON.stringify(errorEnvelope('10403', 'Blocked Merchant')) },
  unavailable: { status: 503, contentType: 'text/html; charset=utf-8', body: '<html><body><h1>Service Unavailable</h1></body></html>' },
} as const satisfies Record<string, Pick<Fault, 'status' | 'contentType' | 'body'>>;

/** The body that the fault answers with, or null when it leaves the stand-in's own answer alone. */
export function faultBody(fault: Fault): string | null {
  if (fault.body !== undefined) return fault.body;
  if (fault.bodyBytes !== undefined) return 'x'.repeat(fault.bodyBytes);
  return fault.status === undefined ? null : '';
}

/** The first half of a body: JSON that no parser takes. */
export function firstHalf(body: string): string {
  return body.slice(0, Math.ceil(body.length / 2));
}

const pieces = 10;

/** A body in pieces that leave one after the other. */
export async function* trickle(body: string, overMs: number): AsyncGenerator<string> {
  const size = Math.max(1, Math.ceil(body.length / pieces));
  for (let at = 0; at < body.length; at += size) {
    await wait(overMs / pieces);
    yield body.slice(at, at + size);
  }
}
