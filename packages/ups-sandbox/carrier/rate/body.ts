import { UpsRefusal } from '../../ups-refusal.js';

/**
 * A part of a JSON body in UPS's spelling, with its name for complaints. UPS takes a single item in place of a list, and
 * an empty text in place of nothing. Every method throws UpsRefusal (400) with UPS's code where a value has another type
 * (20008) or a required one is missing (20007).
 */
export class BodyPart {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #name: string;

  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw name === '' ? noBody() : wrong(name);
    this.#values = Object.fromEntries(Object.entries(value));
    this.#name = name;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  part(name: string): BodyPart | null {
    const value = this.#values[name];
    return value === undefined || value === '' || value === null ? null : new BodyPart(value, this.#path(name));
  }

  requiredPart(name: string): BodyPart {
    return this.part(name) ?? missing(this.#path(name));
  }

  /** A list, or its only item by itself. */
  parts(name: string): BodyPart[] {
    const value = this.#values[name];
    if (value === undefined || value === '' || value === null) return [];
    return (Array.isArray(value) ? value : [value]).map((item) => new BodyPart(item, this.#path(name)));
  }

  /** A text, or a number as a text; empty when it is left out. */
  text(name: string): string {
    const value = this.#values[name] ?? '';
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw wrong(this.#path(name));
    return value.trim();
  }

  requiredText(name: string): string {
    const text = this.text(name);
    return text === '' ? missing(this.#path(name)) : text;
  }

  /** A number above zero, also as a text. */
  positive(name: string): number {
    const text = this.requiredText(name);
    const number = Number(text);
    if (!/^\d*\.?\d+$/.test(text) || !(number > 0)) throw wrong(this.#path(name), text);
    return number;
  }

  /** One of some words, in any case. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const text = this.requiredText(name);
    const word = words.find((known) => known === text.toUpperCase());
    if (word === undefined) throw wrong(this.#path(name), text);
    return word;
  }

  /** Complains about a value that has the right type and is not right. */
  refuse(name: string): never {
    throw wrong(this.#path(name), this.text(name));
  }

  #path(name: string): string {
    return `${this.#name}/${name}`;
  }
}

function noBody(): UpsRefusal {
  return new UpsRefusal(400, '20008', 'The body of the request is not a JSON object.');
}

function missing(path: string): never {
  throw new UpsRefusal(400, '20007', `Missing Required field, ${path}.`);
}

function wrong(path: string, value = ''): UpsRefusal {
  return new UpsRefusal(400, '20008', `The field, ${path}, contains invalid data${value === '' ? '' : `, ${value.slice(0, 40)}`}.`);
}
