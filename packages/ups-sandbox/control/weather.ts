import { InvalidForm } from '@wayleave/platform/errors';
import { faultBody, refusals, type Fault } from './fault.js';

/** The endpoints that weather can strike. */
export const endpoints = ['authorize', 'token', 'refresh', 'validate-client', 'track', 'quantum-view', 'track-alert', 'rate', 'time-in-transit'] as const;
export type Endpoint = (typeof endpoints)[number];

/** A fault, and which calls it strikes. */
export interface Weather {
  /** Null: every endpoint. */
  readonly endpoint: Endpoint | null;
  /** A client id; null: every application. */
  readonly application: string | null;
  /** A token family, as the ledger names it; null: every grant. */
  readonly grant: string | null;
  /** Of the calls that fit, the share that is struck, from 0 to 1. Which ones, the seed decides. */
  readonly share: number;
  readonly seed: number;
  /** So many calls are struck; null: no end but the time. */
  readonly times: number | null;
  /** For so long, in milliseconds of real time; null: no end but the number. */
  readonly lastsMs: number | null;
  /** Up to so many milliseconds are added to the fault's latency; how many, the seed decides. */
  readonly jitterMs: number;
  readonly fault: Fault;
}

const mostTimes = 1_000_000;
const longestMs = 600_000;
const longestLastsMs = 7 * 86_400_000;
const largestBody = 32 * 1_048_576;
const largestSeed = 2_147_483_647;
const fields = [
  'endpoint', 'application', 'grant', 'share', 'seed', 'times', 'lasts_ms', 'jitter_ms', 'latency_ms', 'cut', 'malformed', 'body_over_ms', 'status', 'body', 'body_bytes',
  'content_type', 'processed', 'refusal',
];

const effects = ['latency_ms', 'jitter_ms', 'cut', 'malformed', 'body_over_ms', 'status', 'body', 'body_bytes', 'refusal'];

/**
 * Reads a weather order as control receives it. Which calls: `endpoint` (or `all`), `application`, `grant`, `share` with
 * `seed`, `times` (1 when neither it nor `lasts_ms` is given), `lasts_ms`. What they suffer: `latency_ms`, `jitter_ms`,
 * `cut`, `malformed`, `body_over_ms`, `status`, `body`, `body_bytes` (a body of that many characters), `content_type`
 * (text/html when left out), or `refusal` (throttled, blocked, unavailable); `processed`. Throws InvalidForm.
 */
export function readWeather(order: Readonly<Record<string, unknown>>): Weather {
  const problems: Record<string, string> = {};
  const number = (name: string, min: number, max: number, isWhole = true): number | undefined => {
    const value = order[name];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && (Number.isInteger(value) || !isWhole) && value >= min && value <= max) return value;
    problems[name] = `${name} is a ${isWhole ? 'whole number' : 'number'} from ${min} to ${max}.`;
    return undefined;
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
  for (const name of Object.keys(order)) if (!fields.includes(name)) problems[name] = `There is no field ${name}. There are: ${fields.join(', ')}.`;
  const endpoint = order['endpoint'] === 'all' ? null : endpoints.find((known) => known === order['endpoint']);
  if (endpoint === undefined) problems['endpoint'] = `endpoint is one of ${endpoints.join(', ')}, all.`;
  const refusal = text('refusal');
  if (refusal !== undefined && !Object.hasOwn(refusals, refusal)) problems['refusal'] = `refusal is one of ${Object.keys(refusals).join(', ')}.`;
  const contentType = text('content_type');
  if (contentType !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(contentType)) problems['content_type'] = 'content_type is printable ASCII, such as application/json; charset=utf-8.';
  const lastsMs = number('lasts_ms', 1, longestLastsMs) ?? null;
  const own = {
    status: number('status', 200, 599), body: text('body'), bodyBytes: number('body_bytes', 0, largestBody), contentType,
    bodyOverMs: number('body_over_ms', 1, longestMs),
  };
  const asked: Fault = {
    processed: yes('processed'), latencyMs: number('latency_ms', 0, longestMs) ?? 0, cut: yes('cut'),
    ...(yes('malformed') ? { malformed: true } : {}),
    ...Object.entries(refusals).find(([name]) => name === refusal)?.[1],
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  };
  // Half an answer, or a slow one, is the stand-in's own where no other is given: then it has done its work.
  const fault = { ...asked, processed: asked.processed || (faultBody(asked) === null && (asked.malformed === true || asked.bodyOverMs !== undefined)) };
  const weather = {
    application: text('application') ?? null, grant: text('grant') ?? null,
    share: number('share', 0, 1, false) ?? 1, seed: number('seed', 0, largestSeed) ?? 0,
    times: number('times', 1, mostTimes) ?? (lastsMs === null ? 1 : null), lastsMs, jitterMs: number('jitter_ms', 0, longestMs) ?? 0,
  };
  if (Object.keys(problems).length === 0 && isFine(asked, weather.jitterMs)) problems['latency_ms'] = `This would change nothing. Give one of ${effects.join(', ')}.`;
  if (endpoint === undefined || Object.keys(problems).length > 0) throw new InvalidForm(problems);
  return { endpoint, ...weather, fault };
}

/** Whether no call would notice it. */
function isFine(fault: Fault, jitterMs: number): boolean {
  return faultBody(fault) === null && fault.latencyMs === 0 && jitterMs === 0 && !fault.cut && fault.malformed !== true && fault.bodyOverMs === undefined;
}
