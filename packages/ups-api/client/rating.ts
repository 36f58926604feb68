import { upsPaths, type RateOption } from '../wire/paths.js';
import { notQualifiedForNegotiatedRates, RateResponse, type RateRequest } from '../wire/rating.js';
import { UpsRefused } from './errors.js';
import { dayDigits, timeDigits, type Day, type TimeOfDay } from './moment.js';
import { MustFields } from './must-fields.js';
import { toAlerts, toRatedShipment, type RateAlertText, type RatedShipmentAnswer } from './rated-shipment.js';
import { readAnswer } from './read.js';
import { jsonRequest, type CallNames } from './request.js';
import type { UnreadField } from './fields.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** An address to rate from or to. Up to three `lines`; the state or province is UPS's two-letter code. */
export interface RateAddress {
  readonly lines?: readonly string[];
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country: string;
  readonly residential?: boolean;
}

export interface RateParty {
  readonly name?: string;
  readonly address: RateAddress;
}

/** One package; amounts are decimal texts. `packaging` is UPS's code, `02` the customer's own. */
export interface RatePackage {
  readonly packaging?: string;
  readonly weight: { readonly value: string; readonly unit: 'LBS' | 'KGS' };
  readonly dimensions?: { readonly length: string; readonly width: string; readonly height: string; readonly unit: 'IN' | 'CM' };
}

export interface RateParameters extends CallNames {
  readonly option: RateOption;
  /** `account` is needed for negotiated rates, which are asked for when it is there. */
  readonly shipper: RateParty & { readonly account?: string };
  readonly shipTo: RateParty;
  readonly shipFrom?: RateParty;
  readonly packages: readonly RatePackage[];
  /** UPS's two-character code, `03` Ground; for the options that rate one service. */
  readonly service?: string;
  /** Handing over to UPS; for the options with time in transit. `02` documents, `03` other goods. */
  readonly pickup?: { readonly day: Day; readonly time?: TimeOfDay; readonly billType?: '02' | '03' };
  readonly context?: string;
}

export interface RateAnswer {
  readonly shipments: readonly RatedShipmentAnswer[];
  readonly alerts: readonly RateAlertText[];
  /** UPS says (alert 120900) that the token's user may not have this account's negotiated rates: usually, that the account is not theirs. */
  readonly notQualifiedForNegotiatedRates: boolean;
  readonly unread: readonly UnreadField[];
}

/** POST /api/rating/v2409/{option}. With an account the shipper pays and negotiated rates are asked for. */
export function rateRequest(parameters: RateParameters): UpsRequest {
  const { option, shipper, shipTo, shipFrom, packages, service, pickup, context } = parameters;
  const body: RateRequest = {
    RateRequest: {
      Request: context === undefined ? {} : { TransactionReference: { CustomerContext: context } },
      Shipment: {
        Shipper: { ...party(shipper), ...(shipper.account === undefined ? {} : { ShipperNumber: shipper.account }) },
        ShipTo: party(shipTo),
        ...(shipFrom === undefined ? {} : { ShipFrom: party(shipFrom) }),
        ...(shipper.account === undefined ? {} : {
          PaymentDetails: { ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: shipper.account } }] },
          ShipmentRatingOptions: { NegotiatedRatesIndicator: 'Y' },
        }),
        ...(service === undefined ? {} : { Service: { Code: service } }),
        Package: packages.map(toPackage),
        ...(pickup === undefined ? {} : {
          DeliveryTimeInformation: {
            PackageBillType: pickup.billType ?? '03',
            Pickup: { Date: dayDigits(pickup.day), ...(pickup.time === undefined ? {} : { Time: timeDigits(pickup.time) }) },
          },
        }),
      },
    },
  };
  return jsonRequest(`${upsPaths.rating}/${option}`, parameters, body);
}

/** Reads the answer to any of the four options. Throws UpsThrottled, UpsRefused, UpsUnreadable (also where a price cannot be read). */
export function readRateResponse(response: UpsResponse): RateAnswer {
  const { Response, RatedShipment } = readAnswer(RateResponse, response, 'rating').RateResponse;
  const alerts = toAlerts(Response.Alert);
  if (Response.ResponseStatus.Code.trim() !== '1') {
    throw new UpsRefused('rating', response.status, alerts.map(({ code, text }) => ({ code, message: text ?? '' })));
  }
  const unread: UnreadField[] = [];
  const fields = new MustFields('/RateResponse', unread, 'rating', response.status);
  const shipments = RatedShipment.map((shipment, index) => toRatedShipment(shipment, fields.in('RatedShipment', index)));
  const everyAlert = [alerts, ...shipments.map((shipment) => shipment.alerts)].flat();
  return { shipments, alerts, notQualifiedForNegotiatedRates: everyAlert.some(({ code }) => code === notQualifiedForNegotiatedRates), unread };
}

function party({ name, address }: RateParty) {
  return {
    ...(name === undefined ? {} : { Name: name }),
    Address: {
      AddressLine: [...(address.lines ?? [])],
      ...(address.city === undefined ? {} : { City: address.city }),
      ...(address.state === undefined ? {} : { StateProvinceCode: address.state }),
      ...(address.postalCode === undefined ? {} : { PostalCode: address.postalCode }),
      CountryCode: address.country,
      ...(address.residential === true ? { ResidentialAddressIndicator: 'Y' } : {}),
    },
  };
}

const unitTexts = { LBS: 'Pounds', KGS: 'Kilograms', IN: 'Inches', CM: 'Centimeters' } as const;

function toPackage({ packaging = '02', weight, dimensions }: RatePackage) {
  return {
    PackagingType: { Code: packaging },
    ...(dimensions === undefined ? {} : {
      Dimensions: { UnitOfMeasurement: unit(dimensions.unit), Length: dimensions.length, Width: dimensions.width, Height: dimensions.height },
    }),
    PackageWeight: { UnitOfMeasurement: unit(weight.unit), Weight: weight.value },
  };
}

function unit(code: keyof typeof unitTexts) {
  return { Code: code, Description: unitTexts[code] };
}
