import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const hidden = '[secret]';

/** A value that must not be printed. String conversion, JSON and `inspect` all answer `[secret]`; only `reveal` gives it. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/** `prefix` followed by 256 random bits as base64url. The prefix tells kinds of tokens apart before any look-up. */
export function randomToken(prefix: string): string {
  return prefix + secretBytes(32).toString('base64url');
}

const poolBytes = 4_096;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes, at most 4096, from a pool: asking the system for a few costs microseconds each time. No byte is given twice. */
export function secretBytes(size: number): Buffer {
  if (used + size > pool.length) {
    pool = randomBytes(poolBytes);
    used = 0;
  }
  used += size;
  return pool.subarray(used - size, used);
}

/** SHA-256 of the UTF-8 text: the form in which high-entropy tokens are stored. Not for passwords. */
export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Whether two byte strings are equal, in time that depends only on their length. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
