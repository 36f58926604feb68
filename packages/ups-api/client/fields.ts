import { parseDecimal, type Decimal, type Measure, type Money } from './amount.js';
import { instantAt, parseDay, parseOffset, parseShortTime, parseTime, type Day, type Moment, type TimeOfDay } from './moment.js';

/** A field that UPS filled with something that is not what the field is for. In our model it is null, as if it were absent. */
export interface UnreadField {
  /** JSON pointer in UPS's answer. */
  readonly field: string;
  /** What it should have been. */
  readonly expected: string;
}

type Texts<Name extends string> = { readonly [name in Name]?: string | undefined };

/** Reads the fields of one object of an answer. What is there and cannot be understood is noted by name. */
export class Fields {
  readonly path: string;
  readonly unread: UnreadField[];

  constructor(path: string, unread: UnreadField[]) {
    this.path = path;
    this.unread = unread;
  }

  /** The fields of an object inside this one. */
  in(...steps: readonly (string | number)[]): Fields {
    return new Fields([this.path, ...steps].join('/'), this.unread);
  }

  /** Each item of a list, with its fields. */
  each<T, R>(items: readonly T[] | undefined, name: string, read: (item: T, fields: Fields) => R): R[] {
    return (items ?? []).map((item, index) => read(item, this.in(name, index)));
  }

  day<Name extends string>(wire: Texts<Name> | undefined, name: Name): Day | null {
    return this.parsed(wire, name, parseDay, 'a day');
  }

  time<Name extends string>(wire: Texts<Name> | undefined, name: Name): TimeOfDay | null {
    return this.parsed(wire, name, parseTime, 'a time of day');
  }

  /** A time in which four digits are hours and minutes. */
  shortTime<Name extends string>(wire: Texts<Name> | undefined, name: Name): TimeOfDay | null {
    return this.parsed(wire, name, parseShortTime, 'a time of day');
  }

  decimal<Name extends string>(wire: Texts<Name> | undefined, name: Name): Decimal | null {
    return this.parsed(wire, name, parseDecimal, 'a number');
  }

  /** A count that UPS writes as text. */
  count<Name extends string>(wire: Texts<Name> | undefined, name: Name): number | null {
    return this.parsed(wire, name, (given) => (/^\d{1,9}$/.test(given) ? Number(given) : null), 'a whole number');
  }

  /** Bytes that UPS writes in base64, with or without line breaks. */
  bytes<Name extends string>(wire: Texts<Name> | undefined, name: Name): Buffer | null {
    return this.parsed(wire, name, parseBase64, 'base64');
  }

  /** One of the words of `values`; which are upper case. */
  word<Name extends string, R>(wire: Texts<Name> | undefined, name: Name, values: ReadonlyMap<string, R>): R | null {
    return this.parsed(wire, name, (given) => values.get(given.toUpperCase()) ?? null, `one of ${[...values.keys()].join(', ')}`);
  }

  /** A day and a time of a place, without a zone. */
  localMoment<Name extends string>(wire: Texts<Name> | undefined, day: Name, time: Name): Moment {
    return { day: this.day(wire, day), time: this.time(wire, time), offset: null, instant: null, basis: 'none' };
  }

  /** A day and a time of a place with what UPS says about GMT, by the names of the five fields. */
  zonedMoment<Name extends string>(wire: Texts<Name>, names: Record<'day' | 'time' | 'gmtDay' | 'gmtTime' | 'offset', Name>): Moment {
    const day = this.day(wire, names.day);
    const time = this.time(wire, names.time);
    const offset = this.parsed(wire, names.offset, parseOffset, 'an offset from GMT');
    const gmtDay = this.day(wire, names.gmtDay);
    const gmtTime = this.time(wire, names.gmtTime);
    if (said(wire[names.gmtDay]) === null && gmtTime !== null) this.note(names.gmtDay, `a day beside ${names.gmtTime}`);
    if (said(wire[names.gmtTime]) === null && gmtDay !== null) this.note(names.gmtTime, `a time of day beside ${names.gmtDay}`);
    if (gmtDay !== null && gmtTime !== null) return { day, time, offset, instant: instantAt({ day: gmtDay, time: gmtTime }), basis: 'gmt' };
    if (day !== null && time !== null && offset !== null) return { day, time, offset, instant: instantAt({ day, time }, offset), basis: 'offset' };
    return { day, time, offset, instant: null, basis: 'none' };
  }

  /** An amount with its currency; null when there is no amount. */
  money<Amount extends string, Currency extends string>(
    wire: (Texts<Amount> & Texts<Currency>) | undefined, amount: Amount, currency: Currency,
  ): Money | null {
    const value = this.decimal(wire, amount);
    return value === null ? null : { amount: value, currency: said(wire?.[currency]) };
  }

  /** A number with the code of its unit; null when there is no number. */
  measure<Name extends string>(wire: Texts<Name> | undefined, name: Name, unit: string | undefined): Measure | null {
    const value = this.decimal(wire, name);
    return value === null ? null : { value, unit: said(unit) };
  }

  /** Notes a field that could not be understood. */
  note(name: string, expected: string): void {
    this.unread.push({ field: `${this.path}/${name}`, expected });
  }

  private parsed<Name extends string, R>(wire: Texts<Name> | undefined, name: Name, parse: (given: string) => R | null, expected: string): R | null {
    const given = said(wire?.[name]);
    if (given === null) return null;
    const value = parse(given);
    if (value === null) this.note(name, expected);
    return value;
  }
}

/** What a text says, without the spaces around it; null when it says nothing. */
export function said(text: string | undefined): string | null {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}

/** Those of a list's texts that say something. */
export function saidAll(texts: readonly (string | undefined)[] | undefined): string[] {
  return (texts ?? []).map(said).filter((text) => text !== null);
}

function parseBase64(text: string): Buffer | null {
  const compact = text.replaceAll(/\s+/g, '');
  return compact.length % 4 !== 1 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : null;
}
