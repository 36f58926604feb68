import fc from 'fast-check';
import { IsArray, IsBoolean, IsInteger, IsLiteral, IsObject, IsOptional, IsString, type TSchema } from 'typebox';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** What a text field holds. A number tells its content from every other; `words` are the only ones a field knows. */
export type Content =
  | 'text' | 'day' | 'dashed-day' | 'time' | 'short-time' | 'colon-time'
  | 'offset' | 'dotted-offset' | 'decimal' | 'count' | 'base64' | 'range'
  | { readonly words: readonly string[] };

/** What the field at a path of names (list indices left out) holds; undefined stands for text. */
export type Contents = (path: readonly string[]) => Content | undefined;

/** A leaf of an answer. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly content: Content | 'flag' | 'boolean' | 'integer';
  /** How our model shows the content, where it shows it as text. */
  readonly shown: string | null;
}

/** Any value of the schema, with `"§"` for texts and `"§flag"` for presence flags. */
export function anyShape(schema: TSchema): fc.Arbitrary<Json> {
  if (IsObject(schema)) {
    const fields = Object.entries(schema.properties).map(([name, field]) => [name, anyShape(field)]);
    const requiredKeys = Object.entries(schema.properties).filter(([, field]) => !IsOptional(field)).map(([name]) => name);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<Json>>, { requiredKeys, noNullPrototype: true });
  }
  if (IsArray(schema)) return fc.array(anyShape(schema.items), { maxLength: 2 });
  if (IsBoolean(schema)) return fc.boolean();
  if (IsInteger(schema)) return fc.nat(99);
  if (IsLiteral(schema)) return fc.constant(schema.const as Json);
  return fc.constant(IsString(schema) ? '§' : '§flag');
}

/** The shape with contents in it, each its own, and where they are. */
export function fill(shape: Json, contents: Contents): { wire: Json; leaves: Leaf[] } {
  const leaves: Leaf[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): Json => {
    const names = path.filter((step) => typeof step === 'string');
    if (value === '§') {
      const content = contents(names) ?? 'text';
      const [written, shown] = write(content, leaves.length);
      leaves.push({ path, content, shown });
      return written;
    }
    if (value === '§flag') {
      leaves.push({ path, content: 'flag', shown: null });
      return {};
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, [...path, name])]));
    }
    if (typeof value === 'boolean') leaves.push({ path, content: 'boolean', shown: null });
    if (typeof value === 'number') leaves.push({ path, content: 'integer', shown: null });
    return value;
  };
  return { wire: walk(shape, []), leaves };
}

function write(content: Content, number: number): [written: string, shown: string | null] {
  if (typeof content === 'object') return [content.words[number % content.words.length] ?? '', null];
  const day = new Date(Date.UTC(2020, 0, 1 + number)).toISOString().slice(0, 10);
  const time = new Date(number * 61_000).toISOString().slice(11, 19);
  switch (content) {
    case 'text': return [`‹${number}›`, `‹${number}›`];
    case 'day': return [day.replaceAll('-', ''), day];
    case 'dashed-day': return [day, day];
    case 'time': return [time.replaceAll(':', ''), time];
    case 'short-time': return [`${10 + (number % 14)}${String(number % 60).padStart(2, '0')}`, `${10 + (number % 14)}:${String(number % 60).padStart(2, '0')}:00`];
    case 'colon-time': return [time, time];
    case 'offset': return ['-05:00', null];
    case 'dotted-offset': return ['-05.00', null];
    case 'decimal': return [`+000${number}.50`, `"${number}.50"`];
    case 'count': return [String(number % 1000), null];
    case 'base64': return [Buffer.from(`‹${number}›`).toString('base64'), Buffer.from(`‹${number}›`).toString('base64')];
    case 'range': return [`${day.slice(5)}-${day.slice(0, 4)}-${time.slice(0, 2)}-${time.slice(3, 5)}`, day];
  }
}

/** The value at a path. */
export function at(value: Json, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inside, step) => (inside as Record<string | number, Json> | undefined)?.[step], value);
}

/** A copy with something else at a path; undefined takes the field, or the list's item, away. */
export function withAt(value: Json, path: readonly (string | number)[], put: Json | undefined): Json {
  const copy = structuredClone(value);
  const last = path.at(-1);
  const holder = at(copy, path.slice(0, -1));
  if (last === undefined || typeof holder !== 'object' || holder === null) return put ?? null;
  if (put !== undefined) (holder as Record<string | number, Json>)[last] = put;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

/** The same answer as UPS would write it on a bad day; it means the same. `choice` gives the next of many numbers. */
export function untidy(schema: TSchema, value: Json | undefined, choice: () => number): Json | undefined {
  if (value === undefined) return absent(schema, choice);
  if (Array.isArray(value) && IsArray(schema)) {
    const items = value.map((item) => untidy(schema.items, item, choice) ?? null);
    if (items.length === 0 && choice() % 2 === 0) return '';
    return items.length === 1 && choice() % 2 === 0 ? items[0] : items;
  }
  if (IsObject(schema) && typeof value === 'object' && value !== null) {
    const fields = Object.entries(schema.properties).flatMap(([name, field]) => {
      const written = untidy(field, (value as Record<string, Json>)[name], choice);
      return written === undefined ? [] : [[name, written]];
    });
    return { ...(Object.fromEntries(fields) as Record<string, Json>), ...(choice() % 3 === 0 ? { fieldOfTomorrow: { x: [1] } } : {}) };
  }
  if (typeof value === 'string') return untidyText(value, choice());
  if (typeof value === 'boolean' || (typeof value === 'number' && IsInteger(schema))) return choice() % 2 === 0 ? String(value) : value;
  return ['', {}, 'Y'][choice() % 3];
}

/** Something that is not there is left out, null, or empty, except for a flag, which would be there then. */
function absent(schema: TSchema, choice: () => number): Json | undefined {
  const hasInside = IsObject(schema) || IsArray(schema) || IsString(schema) || IsBoolean(schema) || IsInteger(schema);
  return [undefined, null, hasInside ? '' : undefined][choice() % 3];
}

function untidyText(text: string, choice: number): string {
  if (/^0\d{5}$/.test(text) && choice % 2 === 0) return text.replace(/^0+(?=\d)/, '');
  return choice % 3 === 0 ? `${text} ` : text;
}
