import { BadRequest } from '../errors/index.js';

/** One text field of a form, `''` when it was not sent. BadRequest when it was sent twice or is not text. */
export function field(body: unknown, name: string): string {
  const value = valueOf(body, name);
  if (value === undefined) return '';
  if (typeof value !== 'string') throw new BadRequest(`The form holds "${name}" more than once. Load the page again and send it once.`);
  return value;
}

/** All values of a field that may be sent several times, in order. */
export function fieldList(body: unknown, name: string): string[] {
  const value = valueOf(body, name);
  if (value === undefined) return [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map(String);
}

function valueOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return (body as Record<string, unknown>)[name];
}
