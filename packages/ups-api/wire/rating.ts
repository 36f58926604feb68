import { Type, type Static } from 'typebox';
import { flag, list, part, text } from './shape.js';

const Coded = Type.Object({ Code: text, Description: text });
const Unit = Type.Object({ Code: Type.String(), Description: text });
const PostalAddress = Type.Object({
  AddressLine: Type.Array(Type.String(), { maxItems: 3 }), City: text, StateProvinceCode: text, PostalCode: text, CountryCode: Type.String(),
  ResidentialAddressIndicator: flag,
});
const Party = Type.Object({ Name: text, AttentionName: text, ShipperNumber: text, Address: PostalAddress });

/** The body of POST /api/rating/v2409/{Rate|Shop|Ratetimeintransit|Shoptimeintransit}, as far as we use it. */
export const RateRequest = Type.Object({
  RateRequest: Type.Object({
    Request: Type.Object({ TransactionReference: part(Type.Object({ CustomerContext: text })) }),
    Shipment: Type.Object({
      Shipper: Party,
      ShipTo: Party,
      ShipFrom: part(Party),
      PaymentDetails: part(Type.Object({
        ShipmentCharge: Type.Array(Type.Object({ Type: Type.String(), BillShipper: part(Type.Object({ AccountNumber: Type.String() })) })),
      })),
      Service: part(Unit),
      Package: Type.Array(Type.Object({
        PackagingType: Unit,
        Dimensions: part(Type.Object({ UnitOfMeasurement: Unit, Length: Type.String(), Width: Type.String(), Height: Type.String() })),
        PackageWeight: part(Type.Object({ UnitOfMeasurement: Unit, Weight: Type.String() })),
      })),
      ShipmentRatingOptions: part(Type.Object({ NegotiatedRatesIndicator: flag, RateChartIndicator: flag })),
      DeliveryTimeInformation: part(Type.Object({
        PackageBillType: Type.String(), Pickup: part(Type.Object({ Date: Type.String(), Time: text })),
      })),
    }),
  }),
});
export type RateRequest = Static<typeof RateRequest>;

/** Money is a decimal in a text, `"16.50"`. */
export const RateMoney = Type.Object({ CurrencyCode: Type.String({ pattern: '\\S' }), MonetaryValue: Type.String({ pattern: '\\S' }) });
export type RateMoney = Static<typeof RateMoney>;

export const RateAlert = Type.Object({ Code: Type.String(), Description: text });
export type RateAlert = Static<typeof RateAlert>;

export const ItemizedCharge = Type.Object({
  Code: Type.String(), Description: text, CurrencyCode: Type.String(), MonetaryValue: Type.String(), SubType: text,
});
export type ItemizedCharge = Static<typeof ItemizedCharge>;

export const RateWeight = Type.Object({ UnitOfMeasurement: part(Coded), Weight: text });
export type RateWeight = Static<typeof RateWeight>;

/** `BusinessDaysInTransit` and its neighbours are numbers in a text. Times are HHMMSS or HHMM. */
export const RateTransit = Type.Object({
  PickupDate: text,
  DocumentsOnlyIndicator: flag,
  PackageBillType: text,
  AutoDutyCode: text,
  Disclaimer: text,
  ServiceSummary: Type.Object({
    Service: part(Type.Object({ Description: text })),
    GuaranteedIndicator: flag,
    Disclaimer: text,
    EstimatedArrival: Type.Object({
      Arrival: part(Type.Object({ Date: text, Time: text })),
      BusinessDaysInTransit: text,
      Pickup: part(Type.Object({ Date: text, Time: text })),
      DayOfWeek: text,
      CustomerCenterCutoff: text,
      DelayCount: text,
      HolidayCount: text,
      RestDays: text,
      TotalTransitDays: text,
    }),
    SaturdayDelivery: text, SaturdayDeliveryDisclaimer: text, SundayDelivery: text, SundayDeliveryDisclaimer: text,
  }),
});
export type RateTransit = Static<typeof RateTransit>;

export const RatedPackage = Type.Object({
  BaseServiceCharge: part(RateMoney),
  TransportationCharges: part(RateMoney),
  ServiceOptionsCharges: part(RateMoney),
  TotalCharges: part(RateMoney),
  Weight: text,
  BillingWeight: part(RateWeight),
  ItemizedCharges: list(ItemizedCharge),
});
export type RatedPackage = Static<typeof RatedPackage>;

export const RatedShipment = Type.Object({
  Disclaimer: list(RateAlert),
  Service: Type.Object({ Code: Type.String({ pattern: '\\S' }), Description: text }),
  RateChart: text,
  Zone: text,
  RatedShipmentAlert: list(RateAlert),
  BillableWeightCalculationMethod: text,
  RatingMethod: text,
  BillingWeight: part(RateWeight),
  TransportationCharges: part(RateMoney),
  BaseServiceCharge: part(RateMoney),
  ItemizedCharges: list(ItemizedCharge),
  ServiceOptionsCharges: part(RateMoney),
  TotalCharges: RateMoney,
  TotalChargesWithTaxes: part(RateMoney),
  NegotiatedRateCharges: part(Type.Object({
    BaseServiceCharge: list(RateMoney), ItemizedCharges: list(ItemizedCharge), TotalCharge: RateMoney, TotalChargesWithTaxes: part(RateMoney),
  })),
  GuaranteedDelivery: part(Type.Object({ BusinessDaysInTransit: text, DeliveryByTime: text, ScheduledDeliveryDate: text })),
  TimeInTransit: part(RateTransit),
  RatedPackage: list(RatedPackage),
});
export type RatedShipment = Static<typeof RatedShipment>;

/** The answer; versions before v2409 collapse a single RatedShipment to an object. */
export const RateResponse = Type.Object({
  RateResponse: Type.Object({
    Response: Type.Object({
      ResponseStatus: Type.Object({ Code: Type.String(), Description: text }),
      Alert: list(RateAlert),
      TransactionReference: part(Type.Object({ CustomerContext: text })),
    }),
    RatedShipment: Type.Array(RatedShipment),
  }),
});
export type RateResponse = Static<typeof RateResponse>;

/** The alert that says: the user behind the token may not see this account's negotiated rates. */
export const notQualifiedForNegotiatedRates = '120900';
