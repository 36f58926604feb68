import { InvalidForm } from '@wayleave/platform/errors';

/** The endpoints that weather can strike. */
export const endpoints = ['authorize', 'token', 'refresh', 'validate-client', 'track'] as const;
export type Endpoint = (typeof endpoints)[number];

/** What the next answers of an endpoint suffer. */
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
  /** Answered in place of the stand-in's own. */
  readonly status?: number;
  readonly body?: string;
  /** A body of so many characters, when `body` is not given. */
  readonly bodyBytes?: number;
  readonly contentType?: string;
}

/** A fault for the next `times` requests of an endpoint. */
export interface Weather {
  readonly endpoint: Endpoint;
  readonly times: number;
  readonly fault: Fault;
}

const mostTimes = 1_000_000;
const longestLatencyMs = 600_000;
const largestBody = 32 * 1_048_576;

/**
 * Reads a weather order as control receives it: `endpoint`, `times` (1 when left out) and any of `latency_ms`, `cut`,
 * `status`, `body`, `body_bytes` (a body of that many characters), `content_type` (text/html when left out), `processed`.
 * Throws InvalidForm.
 */
export function readWeather(order: Readonly<Record<string, unknown>>): Weather {
  const problems: Record<string, string> = {};
  const whole = (name: string, otherwise: number, min: number, max: number): number => {
    const value = order[name] ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    problems[name] = `${name} is a whole number from ${min} to ${max}.`;
    return otherwise;
  };
  const yes = (name: string): boolean => {
    const value = order[name] ?? false;
    if (typeof value !== 'boolean') problems[name] = `${name} is true or false.`;
    return value === true;
  };
  const text = (name: string): string | undefined => {
    const value = order[name];
    if (value !== undefined && typeof value !== 'string') problems[name] = `${name} is a text.`;
    return typeof value === 'string' ? value : undefined;
  };
  const endpoint = endpoints.find((known) => known === order['endpoint']);
  if (!endpoint) problems['endpoint'] = `endpoint is one of ${endpoints.join(', ')}.`;
  const body = text('body');
  const bodyBytes = order['body_bytes'] === undefined ? undefined : whole('body_bytes', 0, 0, largestBody);
  const contentType = text('content_type');
  const status = order['status'] === undefined ? undefined : whole('status', 500, 200, 599);
  const times = whole('times', 1, 1, mostTimes);
  const fault: Fault = {
    processed: yes('processed'),
    latencyMs: whole('latency_ms', 0, 0, longestLatencyMs),
    cut: yes('cut'),
    ...(status === undefined ? {} : { status }),
    ...(body === undefined ? {} : { body }),
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  if (!endpoint || Object.keys(problems).length > 0) throw new InvalidForm(problems);
  return { endpoint, times, fault };
}

/** The body that the fault answers with, or null when it leaves the stand-in's own answer alone. */
export function faultBody(fault: Fault): string | null {
  if (fault.body !== undefined) return fault.body;
  if (fault.bodyBytes !== undefined) return 'x'.repeat(fault.bodyBytes);
  return fault.status === undefined ? null : '';
}
