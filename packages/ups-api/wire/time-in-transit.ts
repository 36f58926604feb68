import { Type, type Static } from 'typebox';
import { bool, integer, list, part, text } from './shape.js';

/** The body of POST /api/shipments/v1/transittimes. Unlike UPS's other APIs it has real numbers and booleans. */
export const TimeInTransitRequest = Type.Object({
  originCountryCode: Type.String(),
  originStateProvince: text, originCityName: text, originTownName: text, originPostalCode: text,
  destinationCountryCode: text, destinationStateProvince: text, destinationCityName: text, destinationTownName: text, destinationPostalCode: text,
  residentialIndicator: text,
  shipDate: text,
  shipTime: text,
  weight: Type.Optional(Type.Number()),
  weightUnitOfMeasure: text,
  shipmentContentsValue: Type.Optional(Type.Number()),
  shipmentContentsCurrencyCode: text,
  billType: text,
  avvFlag: bool,
  numberOfPackages: integer,
  maxList: integer,
});
export type TimeInTransitRequest = Static<typeof TimeInTransitRequest>;

/** One service of the answer. Days are `YYYY-MM-DD`, times `HH:MM:SS`, `guaranteeIndicator` is `"1"` or `"0"`. */
export const TransitService = Type.Object({
  serviceLevel: Type.String({ pattern: '\\S' }),
  serviceLevelDescription: text,
  shipDate: text, deliveryDate: text, commitTime: text, deliveryTime: text, deliveryDayOfWeek: text,
  saturdayDeliveryDate: text, saturdayDeliveryTime: text, saturdayDeliveryIndicator: text, saturdayPickupIndicator: text, nextDayPickupIndicator: text,
  serviceRemarksText: text,
  guaranteeIndicator: text,
  totalTransitDays: integer, businessTransitDays: integer, restDaysCount: integer, holidayCount: integer, delayCount: integer,
  pickupDate: text, pickupTime: text, cstccutoffTime: text,
  poddate: text, poddays: integer,
});
export type TransitService = Static<typeof TransitService>;

export const TransitCandidate = Type.Object({
  countryName: text, countryCode: text, stateProvince: text, city: text, town: text, postalCode: text, postalCodeLow: text, postalCodeHigh: text,
});
export type TransitCandidate = Static<typeof TransitCandidate>;

/** The answer: times, or candidates where an address fits several places. */
export const TimeInTransitResponse = Type.Object({
  validationList: part(Type.Object({
    invalidFieldList: list(Type.String()), invalidFieldListCodes: list(Type.String()), destinationAmbiguous: bool, originAmbiguous: bool,
  })),
  destinationPickList: list(TransitCandidate),
  originPickList: list(TransitCandidate),
  emsResponse: part(Type.Object({
    shipDate: text, shipTime: text, serviceLevel: text, billType: text, dutyType: text, residentialIndicator: text,
    destinationCountryName: text, destinationCountryCode: text, destinationPostalCode: text, destinationPostalCodeLow: text,
    destinationPostalCodeHigh: text, destinationStateProvince: text, destinationCityName: text,
    originCountryName: text, originCountryCode: text, originPostalCode: text, originPostalCodeLow: text,
    originPostalCodeHigh: text, originStateProvince: text, originCityName: text,
    weight: text, weightUnitOfMeasure: text, shipmentContentsValue: text, shipmentContentsCurrencyCode: text,
    guaranteeSuspended: bool,
    numberOfServices: integer,
    services: list(TransitService),
  })),
});
export type TimeInTransitResponse = Static<typeof TimeInTransitResponse>;
