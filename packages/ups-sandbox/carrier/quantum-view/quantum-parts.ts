import type { AddressArtifact, QuantumAddress, QuantumBillTo, QuantumReference, ScanPlace } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import type { Parcel, Reference } from '../../world/parcel.js';
import type { Party } from '../../world/party.js';
import type { Scan } from '../../world/scan.js';

/** UPS's longest name in a record. */
const longestName = 35;
/** `BLVD` has one letter more than there is room for. */
const longestStreetType = 3;

export function nameOf(name: string): string {
  return name.toUpperCase().slice(0, longestName);
}

/** A minute of the day as `HHMMSS`. */
export function minuteDigits(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}00`;
}

/** The day of delivery that was promised first, with its time where one was. */
export function firstPromise({ promise }: Parcel): { ScheduledDeliveryDate: string; ScheduledDeliveryTime?: string } {
  const time = promise.byMinute === null ? {} : { ScheduledDeliveryTime: minuteDigits(promise.byMinute) };
  return { ScheduledDeliveryDate: dayDigits(promise.day), ...time };
}

/** The references of a level, numbered from 1. */
export function references(parcel: Parcel, level: Reference['level']): QuantumReference[] {
  return parcel.references.filter((reference) => reference.level === level).map(({ code, value }, index) => ({
    Number: String(index + 1), Code: code, Value: value,
  }));
}

export function billTo({ billTo: { option, account } }: Parcel): QuantumBillTo {
  return { Option: option, Number: account };
}

export function lineAddress({ place, streetNumber, streetName, streetType }: Party, consignee?: string): QuantumAddress {
  return {
    ...(consignee === undefined ? {} : { ConsigneeName: consignee }),
    AddressLine1: `${streetNumber} ${streetName} ${streetType}`,
    City: place.city,
    ...stateOf(place.state, 'StateProvinceCode'),
    PostalCode: place.postalCode,
    CountryCode: place.country,
  };
}

export function artifact({ name, place, streetNumber, streetName, streetType, residential }: Party): AddressArtifact {
  return {
    ConsigneeName: nameOf(name),
    StreetNumberLow: streetNumber,
    StreetName: streetName,
    StreetType: streetType.slice(0, longestStreetType),
    PoliticalDivision2: place.city,
    ...stateOf(place.state, 'PoliticalDivision1'),
    CountryCode: place.country,
    PostcodePrimaryLow: place.postalCode,
    ...(residential ? { ResidentialAddressIndicator: '' } : {}),
  };
}

export function scanPlace({ place, cityMissing }: Scan): { AddressArtifactFormat: ScanPlace } {
  return {
    AddressArtifactFormat: {
      ...(cityMissing ? {} : { PoliticalDivision2: place.city }),
      ...stateOf(place.state, 'PoliticalDivision1'),
      CountryCode: place.country,
    },
  };
}

function stateOf<Name extends string>(state: string, name: Name): Partial<Record<Name, string>> {
  return state === '' ? {} : { [name]: state } as Partial<Record<Name, string>>;
}
