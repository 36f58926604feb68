import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { ErrorEnvelope } from '../wire/error-envelope.js';
import { UpsRefused, UpsThrottled, UpsUnreadable, type UpsCall } from './errors.js';
import type { UpsResponse } from './transport.js';

/** Reads a 200 answer by its schema, or throws by consequence: UpsThrottled, UpsRefused, UpsUnreadable. */
export function readAnswer<T extends TSchema>(schema: T, response: UpsResponse, where: UpsCall): Static<T> {
  if (response.status === 429) throw new UpsThrottled(secondsOf(response.headers['retry-after']));
  if (response.status >= 500) throw new UpsUnreadable(response.status, 'UPS reports a fault of its own');
  if (response.status >= 400) throw new UpsRefused(where, response.status, errorCodes(response.body));
  if (response.status !== 200) throw new UpsUnreadable(response.status, 'the status must be 200');
  const body = parseJson(response);
  if (Value.Check(schema, body)) return body;
  const [error] = Value.Errors(schema, body);
  throw new UpsUnreadable(response.status, error ? `${error.instancePath === '' ? 'the body' : error.instancePath} ${error.message}` : 'it has an unknown shape');
}

function parseJson(response: UpsResponse): unknown {
  try {
    return JSON.parse(response.body);
  } catch {
    throw new UpsUnreadable(response.status, 'the body is not JSON');
  }
}

function errorCodes(body: string): UpsRefused['codes'] {
  try {
    const parsed: unknown = JSON.parse(body);
    return Value.Check(ErrorEnvelope, parsed) ? parsed.response.errors.map(({ code, message }) => ({ code, message })) : [];
  } catch {
    return [];
  }
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null;
}
