declare const decimalMark: unique symbol;

/** A number as UPS wrote it, without a plus and leading zeros: `7.0`, `-1.25`. A text, so that no digit is lost. */
export type Decimal = string & { readonly [decimalMark]: true };

/** `currency` is null where UPS's wire has no room for one. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string | null;
}

/** A weight or a length; `unit` is UPS's code (`LBS`, `KGS`, `IN`, `CM`), null where UPS gives none. */
export interface Measure {
  readonly value: Decimal;
  readonly unit: string | null;
}

/** `7`, `+0007.0`, `.5`, `-1.25`; else null. */
export function parseDecimal(text: string): Decimal | null {
  const parts = /^([+-]?)0*(\d{0,20})(?:\.(\d{0,10}))?$/.exec(text);
  if (!parts || !/\d/.test(text)) return null;
  const [, sign, whole, fraction] = parts;
  const minus = sign === '-' && /[1-9]/.test(text) ? '-' : '';
  return `${minus}${whole || '0'}${fraction ? `.${fraction}` : ''}` as Decimal;
}
