import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import Value from 'typebox/value';
import { BareErrors, ErrorEnvelope, FaultEnvelope } from '../wire/error-envelope.js';
import { UpsRefused, UpsThrottled, UpsUnreadable, type UpsCall, type UpsErrorCode } from './errors.js';
import { retryAfterSeconds } from './retry-after.js';
import { tidy } from './tidy.js';
import type { UpsResponse } from './transport.js';

/** Reads a 200 answer by its schema, or throws by consequence: UpsThrottled, UpsRefused (also where a 200 holds an envelope), UpsUnreadable. */
export function readAnswer<T extends TSchema>(schema: T, response: UpsResponse, where: UpsCall): Static<T> {
  if (response.status === 429) throw new UpsThrottled(retryAfterSeconds(response.headers));
  if (response.status >= 500) throw new UpsUnreadable(response.status, 'UPS reports a fault of its own', { where, retryAfterSeconds: retryAfterSeconds(response.headers) });
  if (response.status >= 400) throw new UpsRefused(where, response.status, errorCodes(response.body));
  if (response.status !== 200) throw new UpsUnreadable(response.status, 'the status must be 200', { where });
  const parsed = parseJson(response.status, response.body, where);
  const codes = codesOf(parsed);
  if (codes.length > 0) throw new UpsRefused(where, response.status, codes);
  return readValue(schema, response.status, parsed, where);
}

/** Reads the body alone, whatever the status. Throws UpsUnreadable. */
export function readBody<T extends TSchema>(schema: T, { status, body }: Pick<UpsResponse, 'status' | 'body'>, where: UpsCall): Static<T> {
  return readValue(schema, status, parseJson(status, body, where), where);
}

function readValue<T extends TSchema>(schema: T, status: number, parsed: unknown, where: UpsCall): Static<T> {
  const value = tidy(schema, parsed);
  const problem = firstProblem(schema, value);
  if (problem === null) return value as Static<T>;
  throw new UpsUnreadable(status, problem.reason, { where, field: problem.field });
}

/** What keeps a value from being one of the schema's, as a JSON pointer below `at` and a reason; null when nothing does. */
export function firstProblem(schema: TSchema, value: unknown, at = ''): { field: string; reason: string } | null {
  if (validatorOf(schema).Check(value)) return null;
  const [error] = Value.Errors(schema, value);
  if (!error) return { field: at, reason: 'has an unknown shape' };
  const missing = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined;
  const field = `${at}${error.instancePath}`;
  if (missing !== undefined) return { field: `${field}/${missing}`, reason: 'is missing' };
  return { field: field === '' ? 'the body' : field, reason: error.message };
}

const validators = new WeakMap<TSchema, Validator>();

/** Compiled once per schema: a Quantum View answer holds thousands of records, and interpreting the schema costs more than all else. */
function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validator = Compile(schema);
  validators.set(schema, validator);
  return validator;
}

/** The codes of an error answer, in whichever of UPS's three envelopes they come; none when it is no envelope. */
export function errorCodes(body: string): readonly UpsErrorCode[] {
  return codesOf(jsonOrUndefined(body));
}

function codesOf(parsed: unknown): readonly UpsErrorCode[] {
  const bare = tidy(BareErrors, parsed);
  if (Value.Check(BareErrors, bare)) return bare.errors.map(toCode);
  const envelope = tidy(ErrorEnvelope, parsed);
  if (Value.Check(ErrorEnvelope, envelope)) return envelope.response.errors.map(toCode);
  const fault = tidy(FaultEnvelope, parsed);
  if (!Value.Check(FaultEnvelope, fault)) return [];
  return fault.Fault.detail.Errors.ErrorDetail.map(({ PrimaryErrorCode: { Code, Description } }) => toCode({ code: Code, ...(Description === undefined ? {} : { message: Description }) }));
}

function toCode({ code, message }: { code: string | number; message?: string }): UpsErrorCode {
  return { code: String(code).trim(), message: message?.trim() ?? '' };
}

function parseJson(status: number, body: string, where: UpsCall): unknown {
  const value = jsonOrUndefined(body);
  if (value === undefined) throw new UpsUnreadable(status, 'the body is not JSON', { where });
  return value;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
