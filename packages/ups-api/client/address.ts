import type { AddressArtifact, QuantumAddress } from '../wire/quantum-view-records.js';
import type { TrackAddress } from '../wire/tracking.js';
import { said, saidAll } from './fields.js';

/** A postal address as far as UPS gave it. `country` is UPS's code, usually of two letters. */
export interface Address {
  readonly lines: readonly string[];
  /** A neighbourhood or town inside the city. */
  readonly district: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  /** True where UPS marks a home; null where the wire has no such mark. */
  readonly residential: boolean | null;
}

/** A Track address; null when there is nothing in it. */
export function trackAddress(wire: TrackAddress | undefined): Address | null {
  if (wire === undefined) return null;
  return filled({
    lines: saidAll([wire.addressLine1, wire.addressLine2, wire.addressLine3]),
    district: null,
    city: said(wire.city),
    state: said(wire.stateProvince),
    postalCode: said(wire.postalCode),
    country: said(wire.countryCode) ?? said(wire.country),
    residential: null,
  });
}

/** A Quantum View address in lines. */
export function quantumAddress(wire: QuantumAddress | undefined): Address | null {
  if (wire === undefined) return null;
  return filled({
    lines: saidAll([wire.AddressLine1, wire.AddressLine2, wire.AddressLine3]),
    district: null,
    city: said(wire.City),
    state: said(wire.StateProvinceCode),
    postalCode: said(wire.PostalCode),
    country: said(wire.CountryCode),
    residential: wire.ResidentialAddressIndicator !== undefined,
  });
}

/** A Quantum View address in parts; the street is put together as it is written. */
export function artifactAddress(wire: AddressArtifact | undefined): Address | null {
  if (wire === undefined) return null;
  const street = saidAll([wire.StreetNumberLow, wire.StreetPrefix, wire.StreetName, wire.StreetType, wire.StreetSuffix]).join(' ');
  const inside = (wire.AddressExtendedInformation ?? []).map(({ Type, Low, High }) => saidAll([Type, saidAll([Low, High]).join('-')]).join(' '));
  return filled({
    lines: saidAll([street, wire.BuildingName, ...inside]),
    district: said(wire.PoliticalDivision3),
    city: said(wire.PoliticalDivision2),
    state: said(wire.PoliticalDivision1),
    postalCode: saidAll([wire.PostcodePrimaryLow, wire.PostcodeExtendedLow]).join('-') || null,
    country: said(wire.CountryCode),
    residential: wire.ResidentialAddressIndicator !== undefined,
  });
}

function filled(address: Address): Address | null {
  const { lines, district, city, state, postalCode, country, residential } = address;
  const something = lines.length > 0 || residential === true || [district, city, state, postalCode, country].some((part) => part !== null);
  return something ? address : null;
}
