import type { AddressArtifact, QuantumBillTo, QuantumReference } from '../wire/quantum-view-records.js';
import { artifactAddress } from './address.js';
import { said } from './fields.js';
import type { BillTo, CodedText, NamedAddress, Reference } from './quantum-record.js';

/** References that have a value. UPS's `Number` only counts them. */
export function references(wire: readonly QuantumReference[] | undefined): Reference[] {
  return (wire ?? []).flatMap(({ Code, Value }) => {
    const value = said(Value);
    return value === null ? [] : [{ code: said(Code), value }];
  });
}

export function billTo(wire: QuantumBillTo | undefined): BillTo | null {
  return wire === undefined ? null : { option: said(wire.Option), account: said(wire.Number) };
}

/** A code with its text; null when UPS gave neither. */
export function codedText(code: string | undefined, text: string | undefined): CodedText | null {
  const coded = { code: said(code), text: said(text) };
  return coded.code === null && coded.text === null ? null : coded;
}

export function namedAddress(wire: AddressArtifact | undefined): NamedAddress | null {
  return wire === undefined ? null : { name: said(wire.ConsigneeName), address: artifactAddress(wire) };
}
