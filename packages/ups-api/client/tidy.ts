import { IsArray, IsBoolean, IsInteger, IsObject, type TSchema } from 'typebox';

/**
 * A JSON value without UPS's untidiness, as far as the schema knows it. A list that has collapsed to its only item becomes
 * a list, and `""` in place of one an empty list; null, and `""` in place of an object, become absent; numbers and truth values in a text become what
 * the schema asks for. Fields that the schema does not know are left out. Nothing else is changed, so what is wrong stays
 * wrong and the schema finds it: also an item of a list that is nothing, since others are known by their places.
 */
export function tidy(schema: TSchema, value: unknown): unknown {
  if (IsArray(schema)) return tidyList(schema.items, value);
  if (IsObject(schema)) return isRecord(value) ? tidyRecord(schema.properties, value) : value;
  if (typeof value !== 'string') return value;
  if (IsBoolean(schema)) return truthOf(value.trim()) ?? value;
  if (IsInteger(schema)) return /^[+-]?\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  return value;
}

function tidyList(item: TSchema, value: unknown): unknown[] {
  if (isBlank(value)) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((entry) => tidy(item, entry));
}

function tidyRecord(properties: Record<string, TSchema>, value: Record<string, unknown>): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field !== undefined && !saysNothing(schema, field)) record[name] = tidy(schema, field);
  }
  return record;
}

/** null, and an empty text where an object, a number or a truth value belongs. */
function saysNothing(schema: TSchema, value: unknown): boolean {
  return value === null || (isBlank(value) && (IsObject(schema) || IsBoolean(schema) || IsInteger(schema)));
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function truthOf(text: string): boolean | undefined {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
