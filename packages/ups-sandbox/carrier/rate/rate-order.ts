import { UpsRefusal } from '../../ups-refusal.js';
import { dayOf } from '../../world/calendar.js';
import type { Place } from '../../world/place.js';
import { BodyPart } from './body.js';
import { isServiceCode } from './offer.js';
import type { RatedParcel } from './tariff.js';
import { placeOf } from './where.js';

/** A package, with its weight as it was given, which the answer repeats, and the unit in which that counts. */
export interface OrderedParcel extends RatedParcel {
  readonly weight: string;
  readonly billedIn: 'LBS' | 'KGS';
}

/** What a Rating call asks for, understood. */
export interface RateOrder {
  readonly from: Place;
  readonly to: Place;
  readonly residential: boolean;
  readonly parcels: readonly OrderedParcel[];
  /** Null: all services. */
  readonly service: string | null;
  /** The account whose negotiated rates are asked for. */
  readonly negotiatedFor: string | null;
  /** The account that is to pay; null when nothing was said. */
  readonly payer: string | null;
  /** When it is handed over; null: no time in transit is asked for. */
  readonly pickup: { readonly day: number; readonly minute: number; readonly billType: string } | null;
  readonly context: string | null;
}

const poundsPer = { LBS: 1, KGS: 2.204_62, OZS: 1 / 16 } as const;
const inchesPerCentimeter = 0.393_701;
const mostPounds = 150;
const mostPackages = 200;
const noon = 12 * 60;

/**
 * Reads the body of a Rating call (Rating.yaml, RateRequest). `today` is the day on which pickups are that say no day.
 * Throws UpsRefusal (400) in UPS's words: 111212 where nobody delivers, 111549 where customs would want a value.
 */
export function readRateOrder(body: unknown, options: { all: boolean; transit: boolean; today: number }): RateOrder {
  const request = new BodyPart(body, '').requiredPart('RateRequest');
  const shipment = request.requiredPart('Shipment');
  const shipper = shipment.requiredPart('Shipper');
  const shipTo = shipment.requiredPart('ShipTo').requiredPart('Address');
  const from = placeAt((shipment.part('ShipFrom') ?? shipper).requiredPart('Address'));
  const to = placeAt(shipTo);
  if (!from || !to) throw unavailable();
  const packages = shipment.parts('Package');
  if (packages.length === 0) shipment.requiredPart('Package');
  if (packages.length > mostPackages) throw new UpsRefusal(400, '20008', 'The field, /RateRequest/Shipment/Package, contains invalid data.');
  const pickup = options.transit ? readPickup(shipment.part('DeliveryTimeInformation'), options.today) : null;
  if (pickup && from.country !== to.country && pickup.billType !== '02' && !shipment.has('InvoiceLineTotal')) throw new UpsRefusal(400, '111549', 'Invalid Shipment Contents Value.');
  const wantsNegotiated = shipment.part('ShipmentRatingOptions')?.has('NegotiatedRatesIndicator') ?? false;
  const shipperNumber = shipper.text('ShipperNumber').toUpperCase();
  if (shipperNumber !== '' && !isAccount(shipperNumber)) throw new UpsRefusal(400, '120100', 'Missing or invalid shipper number');
  return {
    from, to, pickup,
    residential: shipTo.has('ResidentialAddressIndicator'),
    parcels: packages.map(readParcel),
    service: options.all ? null : readService(shipment.requiredPart('Service')),
    negotiatedFor: wantsNegotiated && shipperNumber !== '' ? shipperNumber : null,
    payer: readPayer(shipment.part('PaymentDetails')),
    context: request.part('Request')?.part('TransactionReference')?.text('CustomerContext') || null,
  };
}

/** 111212: there is no such service between these places. */
export function unavailable(): UpsRefusal {
  return new UpsRefusal(400, '111212', 'The requested service is unavailable between the selected locations.');
}

/** What UPS answers a user without any account who wants to pay with one (UPS-API/api-documentation#115). */
export function noPayer(): UpsRefusal {
  return new UpsRefusal(400, '120100', 'Missing or Invalid account number for Payment Details');
}

function placeAt(address: BodyPart): Place | null {
  return placeOf({
    country: address.requiredText('CountryCode').toUpperCase(), state: address.text('StateProvinceCode').toUpperCase(), postalCode: address.text('PostalCode').toUpperCase(),
  });
}

function readParcel(part: BodyPart): OrderedParcel {
  if (!part.has('PackagingType')) part.requiredPart('Packaging').requiredText('Code');
  const { weight, pounds, billedIn } = readWeight(part.part('PackageWeight'));
  if (pounds > mostPounds) throw new UpsRefusal(400, '111035', `The maximum per package weight for the selected service from the selected country is ${mostPounds} pounds.`);
  const size = part.part('Dimensions');
  const perUnit = size?.requiredPart('UnitOfMeasurement').word('Code', ['IN', 'CM']) === 'CM' ? inchesPerCentimeter : 1;
  const inches = size && [size.positive('Length') * perUnit, size.positive('Width') * perUnit, size.positive('Height') * perUnit] as const;
  return { pounds, inches, weight, billedIn };
}

/** UPS's file lets a package have none. */
function readWeight(part: BodyPart | null): Pick<OrderedParcel, 'weight' | 'pounds' | 'billedIn'> {
  if (part === null) return { weight: '0.0', pounds: 0, billedIn: 'LBS' };
  const unit = part.requiredPart('UnitOfMeasurement').word('Code', ['LBS', 'KGS', 'OZS']);
  return { weight: part.text('Weight'), pounds: part.positive('Weight') * poundsPer[unit], billedIn: unit === 'KGS' ? 'KGS' : 'LBS' };
}

function readService(part: BodyPart): string {
  const code = part.requiredText('Code');
  return isServiceCode(code) ? code : part.refuse('Code');
}

/** Who pays for the transport (type 01; 02 is duties). A consignee who pays on delivery has no account to name. */
function readPayer(part: BodyPart | null): string | null {
  const charge = part?.parts('ShipmentCharge').find((each) => each.requiredText('Type') === '01');
  if (!charge || charge.has('ConsigneeBilledIndicator')) return null;
  const payer = charge.part('BillShipper') ?? charge.part('BillReceiver') ?? charge.part('BillThirdParty');
  const account = payer?.text('AccountNumber').toUpperCase() ?? '';
  if (!isAccount(account)) throw noPayer();
  return account;
}

function readPickup(part: BodyPart | null, today: number): RateOrder['pickup'] {
  if (!part) return { day: today, minute: noon, billType: '03' };
  const pickup = part.part('Pickup');
  const digits = pickup?.text('Date') ?? '';
  const day = digits === '' ? today : dayOf(digits);
  const time = pickup?.text('Time') ?? '';
  const minute = time === '' ? noon : minuteOf(time);
  if (day === null) return pickup?.refuse('Date') ?? null;
  if (minute === null) return pickup?.refuse('Time') ?? null;
  return { day, minute, billType: part.text('PackageBillType') || '03' };
}

/** The minute of the day of `HHMM` or `HHMMSS`; null when no clock shows it. */
export function minuteOf(digits: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d)?$/.exec(digits) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}

function isAccount(text: string): boolean {
  return /^[0-9A-Z]{6}$/.test(text);
}
