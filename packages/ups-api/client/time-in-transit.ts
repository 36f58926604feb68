import { upsPaths } from '../wire/paths.js';
import { TimeInTransitResponse, type TimeInTransitRequest, type TransitCandidate, type TransitService } from '../wire/time-in-transit.js';
import type { Measure, Money } from './amount.js';
import { UpsUnreadable } from './errors.js';
import { Fields, said, saidAll, type UnreadField } from './fields.js';
import type { Day, TimeOfDay } from './moment.js';
import { readAnswer } from './read.js';
import { jsonRequest, type CallNames } from './request.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** One end of a lane. */
export interface TransitPlace {
  readonly country: string;
  readonly state?: string;
  readonly city?: string;
  readonly town?: string;
  readonly postalCode?: string;
}

export interface TransitParameters extends CallNames {
  readonly origin: TransitPlace;
  readonly destination: TransitPlace;
  /** From 35 days ago to 60 days ahead; UPS's default is today. */
  readonly shipDay?: Day;
  readonly shipTime?: TimeOfDay;
  readonly residential?: boolean;
  /** `02` documents, `03` other goods, `04` pallet; needed across borders. */
  readonly billType?: '02' | '03' | '04';
  /** Needed across borders; at most 150 LBS or 70 KGS. */
  readonly weight?: { readonly value: number; readonly unit: 'LBS' | 'KGS' };
  readonly contents?: { readonly value: number; readonly currency: string };
  readonly packages?: number;
}

/** One service over the lane. Days and times are those of the destination, or with `pickup` of the origin. */
export interface TransitTime {
  /** UPS's code: `1DA`, `GND`, or two digits across borders. */
  readonly service: string;
  readonly serviceText: string | null;
  readonly shipDay: Day | null;
  readonly deliveryDay: Day | null;
  readonly commitTime: TimeOfDay | null;
  readonly deliveryTime: TimeOfDay | null;
  readonly dayOfWeek: string | null;
  readonly guaranteed: boolean | null;
  readonly businessDays: number | null;
  readonly totalDays: number | null;
  readonly restDays: number | null;
  readonly holidays: number | null;
  readonly customsDays: number | null;
  readonly pickupDay: Day | null;
  readonly pickupTime: TimeOfDay | null;
  readonly callBy: TimeOfDay | null;
  readonly saturdayDelivery: { readonly day: Day | null; readonly time: TimeOfDay | null; readonly possible: boolean | null };
  readonly saturdayPickup: boolean | null;
  readonly shipDayMoved: boolean | null;
  readonly proofDay: Day | null;
  readonly proofDays: number | null;
  readonly remarks: string | null;
}

export interface TransitLanePlace {
  readonly country: string | null;
  readonly countryName: string | null;
  readonly state: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly postalCodeFrom: string | null;
  readonly postalCodeTo: string | null;
}

/** A place that an address could have meant. */
export interface TransitChoice extends TransitLanePlace {
  readonly town: string | null;
}

/** Times over a lane, or, where an address fits several places, the places to choose from. */
export type TransitAnswer =
  | {
      readonly kind: 'times';
      readonly shipDay: Day | null;
      readonly shipTime: TimeOfDay | null;
      readonly serviceLevel: string | null;
      readonly billType: string | null;
      readonly dutyType: string | null;
      readonly residential: boolean | null;
      /** UPS guarantees nothing in this season, whatever a service says. Null: not said. */
      readonly guaranteeSuspended: boolean | null;
      readonly origin: TransitLanePlace;
      readonly destination: TransitLanePlace;
      readonly weight: Measure | null;
      readonly contents: Money | null;
      readonly services: readonly TransitTime[];
      readonly invalid: InvalidFields;
      readonly unread: readonly UnreadField[];
    }
  | { readonly kind: 'choose'; readonly origins: readonly TransitChoice[]; readonly destinations: readonly TransitChoice[]; readonly invalid: InvalidFields };

/** What UPS did not like in the request, by its own names and codes. */
export interface InvalidFields {
  readonly fields: readonly string[];
  readonly codes: readonly string[];
}

/** POST /api/shipments/v1/transittimes. */
export function transitRequest(parameters: TransitParameters): UpsRequest {
  const { origin, destination, shipDay, shipTime, residential, billType, weight, contents, packages } = parameters;
  const body: TimeInTransitRequest = {
    originCountryCode: origin.country,
    ...given('originStateProvince', origin.state), ...given('originCityName', origin.city), ...given('originTownName', origin.town),
    ...given('originPostalCode', origin.postalCode),
    destinationCountryCode: destination.country,
    ...given('destinationStateProvince', destination.state), ...given('destinationCityName', destination.city),
    ...given('destinationTownName', destination.town), ...given('destinationPostalCode', destination.postalCode),
    ...given('residentialIndicator', residential === undefined ? undefined : residential ? '01' : '02'),
    ...given('shipDate', shipDay), ...given('shipTime', shipTime), ...given('billType', billType),
    ...given('weight', weight?.value), ...given('weightUnitOfMeasure', weight?.unit),
    ...given('shipmentContentsValue', contents?.value), ...given('shipmentContentsCurrencyCode', contents?.currency),
    ...given('numberOfPackages', packages),
  };
  return jsonRequest(upsPaths.timeInTransit, parameters, body);
}

function given<Name extends string, T>(name: Name, value: T | undefined): { [key in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: T };
}

/** Reads the answer. Throws UpsThrottled, UpsRefused, UpsUnreadable. */
export function readTransitResponse(response: UpsResponse): TransitAnswer {
  const wire = readAnswer(TimeInTransitResponse, response, 'time-in-transit');
  const { emsResponse: ems, validationList: validation } = wire;
  if (ems === undefined) return toChoice(wire, response.status);
  const unread: UnreadField[] = [];
  const fields = new Fields('/emsResponse', unread);
  return {
    kind: 'times',
    shipDay: fields.day(ems, 'shipDate'),
    shipTime: fields.time(ems, 'shipTime'),
    serviceLevel: said(ems.serviceLevel),
    billType: said(ems.billType),
    dutyType: said(ems.dutyType),
    residential: fields.word(ems, 'residentialIndicator', new Map([['01', true], ['02', false]])),
    guaranteeSuspended: ems.guaranteeSuspended ?? null,
    origin: {
      country: said(ems.originCountryCode), countryName: said(ems.originCountryName), state: said(ems.originStateProvince), city: said(ems.originCityName),
      postalCode: said(ems.originPostalCode), postalCodeFrom: said(ems.originPostalCodeLow), postalCodeTo: said(ems.originPostalCodeHigh),
    },
    destination: {
      country: said(ems.destinationCountryCode), countryName: said(ems.destinationCountryName), state: said(ems.destinationStateProvince),
      city: said(ems.destinationCityName), postalCode: said(ems.destinationPostalCode), postalCodeFrom: said(ems.destinationPostalCodeLow),
      postalCodeTo: said(ems.destinationPostalCodeHigh),
    },
    weight: fields.measure(ems, 'weight', ems.weightUnitOfMeasure),
    contents: fields.money(ems, 'shipmentContentsValue', 'shipmentContentsCurrencyCode'),
    services: fields.each(ems.services, 'services', toTime),
    invalid: toInvalid(validation),
    unread,
  };
}

type ChooseWire = Pick<TimeInTransitResponse, 'validationList' | 'originPickList' | 'destinationPickList'>;

function toChoice({ validationList, originPickList, destinationPickList }: ChooseWire, status: number): TransitAnswer {
  const origins = (originPickList ?? []).map(toPlaceChoice);
  const destinations = (destinationPickList ?? []).map(toPlaceChoice);
  const invalid = toInvalid(validationList);
  if (origins.length + destinations.length + invalid.fields.length + invalid.codes.length === 0) {
    throw new UpsUnreadable(status, 'is missing', { where: 'time-in-transit', field: '/emsResponse' });
  }
  return { kind: 'choose', origins, destinations, invalid };
}

function toInvalid(wire: TimeInTransitResponse['validationList']): InvalidFields {
  return { fields: saidAll(wire?.invalidFieldList), codes: saidAll(wire?.invalidFieldListCodes) };
}

function toPlaceChoice(wire: TransitCandidate): TransitChoice {
  return {
    country: said(wire.countryCode), countryName: said(wire.countryName), state: said(wire.stateProvince), city: said(wire.city), town: said(wire.town),
    postalCode: said(wire.postalCode), postalCodeFrom: said(wire.postalCodeLow), postalCodeTo: said(wire.postalCodeHigh),
  };
}

const oneOrZero: ReadonlyMap<string, boolean> = new Map([['1', true], ['0', false]]);

function toTime(wire: TransitService, fields: Fields): TransitTime {
  return {
    service: wire.serviceLevel.trim(),
    serviceText: said(wire.serviceLevelDescription),
    shipDay: fields.day(wire, 'shipDate'),
    deliveryDay: fields.day(wire, 'deliveryDate'),
    commitTime: fields.time(wire, 'commitTime'),
    deliveryTime: fields.time(wire, 'deliveryTime'),
    dayOfWeek: said(wire.deliveryDayOfWeek),
    guaranteed: fields.word(wire, 'guaranteeIndicator', oneOrZero),
    businessDays: wire.businessTransitDays ?? null,
    totalDays: wire.totalTransitDays ?? null,
    restDays: wire.restDaysCount ?? null,
    holidays: wire.holidayCount ?? null,
    customsDays: wire.delayCount ?? null,
    pickupDay: fields.day(wire, 'pickupDate'),
    pickupTime: fields.time(wire, 'pickupTime'),
    callBy: fields.time(wire, 'cstccutoffTime'),
    saturdayDelivery: {
      day: fields.day(wire, 'saturdayDeliveryDate'), time: fields.time(wire, 'saturdayDeliveryTime'), possible: fields.word(wire, 'saturdayDeliveryIndicator', oneOrZero),
    },
    saturdayPickup: fields.word(wire, 'saturdayPickupIndicator', oneOrZero),
    shipDayMoved: fields.word(wire, 'nextDayPickupIndicator', oneOrZero),
    proofDay: fields.day(wire, 'poddate'),
    proofDays: wire.poddays ?? null,
    remarks: said(wire.serviceRemarksText),
  };
}
