import { createHash } from 'node:crypto';

/** What an entry's hash covers. */
export interface HashedEntry {
  readonly company: string;
  readonly seq: string;
  /** ISO 8601 in UTC, with three digits of the second. */
  readonly at: string;
  readonly action: string;
  readonly application: string;
  readonly generation: number;
  readonly actor: readonly [string | null, string | null] | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the first entry of a chain has in place of the hash before it. */
export const beforeTheFirst: Buffer = Buffer.alloc(32);

/** SHA-256 of the hash before and the entry's content. */
export function hashEntry(previous: Uint8Array, entry: HashedEntry): Buffer {
  const { company, seq, at, action, application, generation, actor, detail } = entry;
  const content = [company, seq, at, action, application, generation, actor, sorted(detail)];
  return createHash('sha256').update(previous).update(JSON.stringify(content), 'utf8').digest();
}

/** One order of keys, whatever order the database gives them back in. */
function sorted(detail: object): [string, unknown][] {
  return Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, canonical(value)]);
}

/** Lists and facts inside of facts are marked, so that no two different details look alike. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(canonical)];
  return typeof value === 'object' && value !== null ? ['facts', ...sorted(value)] : value;
}
