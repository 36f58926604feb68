import type { TrackActivity, TrackMilestone, TrackPackage, TrackShipment, TrackStatus } from '../wire/tracking.js';
import { trackAddress, type Address } from './address.js';
import type { Measure, Money } from './amount.js';
import { said, saidAll, type Fields } from './fields.js';
import type { Day, Instant, Moment, TimeOfDay } from './moment.js';
import { toProof, type Proof } from './proof.js';

/** Where a package stands, by UPS's one-letter status types; `unknown` keeps what UPS adds tomorrow. */
export type PackageState = 'registered' | 'moving' | 'delivered' | 'exception' | 'voided' | 'unknown';

/** UPS's own words for a status. Codes are kept as they come; texts follow the locale and are no key to anything. */
export interface StatusWords {
  /** D, I, M, MV, X, … */
  readonly type: string | null;
  /** The two-letter code of a scan. */
  readonly scanCode: string | null;
  /** The three-digit code; it says more than the type. */
  readonly statusCode: string | null;
  readonly text: string | null;
  readonly plainText: string | null;
}

/** One scan. `at` is the instant when UPS gave one; `localTime` is what the place's clock showed, `YYYY-MM-DD HH:MM:SS`. */
export interface Scan {
  readonly at: Instant | null;
  readonly localTime: string | null;
  readonly place: string | null;
  /** Words to show: UPS's, or our own where it gave none. `status` has what UPS said. */
  readonly description: string;
  readonly moment: Moment;
  readonly address: Address | null;
  /** UPS's number of the site (SLIC). */
  readonly site: string | null;
  readonly status: StatusWords;
  /** False for what was only booked, without the package in anybody's hands; null where UPS does not say. */
  readonly physical: boolean | null;
}

/** A day of delivery by its kind: `SDD` scheduled, `RDD` rescheduled, `DEL` delivered. */
export interface DeliveryDay {
  readonly kind: string | null;
  readonly day: Day | null;
}

/** `EOD` end of day, `CMT` commit time, `EDW`, `CDW`, `IDW` windows, `DEL` delivered. Local to the destination. */
export interface DeliveryTime {
  readonly kind: string | null;
  readonly from: TimeOfDay | null;
  readonly to: TimeOfDay | null;
}

export interface Milestone {
  readonly category: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly current: boolean | null;
  readonly state: string | null;
  readonly subCategory: string | null;
  /** The scan that brought it about. */
  readonly scan: Scan | null;
}

/** Something with a number, by UPS's word for what it is. */
export interface NamedNumber {
  readonly kind: string | null;
  readonly number: string;
}

export interface TrackedPackage {
  readonly trackingNumber: string;
  readonly state: PackageState;
  /** UPS's own status type (D, I, M, X, …) and three-digit status code, where it gave them. The code says more than the type. */
  readonly statusType: string | null;
  readonly statusCode: string | null;
  /** Words to show: UPS's, or our own where it gave none. `currentStatus` has what UPS said. */
  readonly description: string;
  readonly service: string | null;
  /** UPS's word for the delivery day, `YYYY-MM-DD`: done, rescheduled or scheduled, in this order. */
  readonly deliveryDay: Day | null;
  /** Newest first. */
  readonly scans: readonly Scan[];
  readonly currentStatus: StatusWords | null;
  readonly shipment: { readonly inquiryNumber: string | null; readonly relations: readonly string[]; readonly pickupDay: Day | null };
  /** How many packages the shipment has; the answer may hold fewer. */
  readonly packageCount: number | null;
  readonly deliveryDays: readonly DeliveryDay[];
  readonly deliveryTime: DeliveryTime | null;
  /** UPS's three-digit service code, which is not the two-character one of Rating. */
  readonly serviceCode: string | null;
  readonly serviceLevel: string | null;
  readonly weight: Measure | null;
  readonly dimensions: { readonly length: Measure | null; readonly width: Measure | null; readonly height: Measure | null } | null;
  readonly references: readonly NamedNumber[];
  readonly alternateNumbers: readonly NamedNumber[];
  readonly extraServices: readonly string[];
  readonly attributes: readonly string[];
  readonly addresses: readonly { readonly kind: string | null; readonly name: string | null; readonly attention: string | null; readonly address: Address | null }[];
  /** The last day on which an access point hands it out. */
  readonly pickUpBy: Day | null;
  readonly payments: readonly {
    readonly kind: string | null; readonly amount: Money | null; readonly id: string | null; readonly paid: boolean | null; readonly method: string | null;
  }[];
  readonly milestones: readonly Milestone[];
  readonly suppressed: readonly string[];
  readonly smart: boolean | null;
  /** `O` open, `C` closed, in UPS's customer information exchange. */
  readonly exchangeStatus: string | null;
  readonly proof: Proof | null;
}

/** Our package from UPS's; `fields` are those of the package, `shipmentFields` those of the shipment around it. */
export function toPackage(wire: TrackPackage, shipment: TrackShipment, fields: Fields, pickupDay: Day | null): TrackedPackage {
  const scans = fields.each(wire.activity, 'activity', toScan);
  const newest = wire.activity?.[0]?.status;
  const status = wire.currentStatus ?? newest;
  const type = said(wire.currentStatus?.type) ?? said(newest?.type);
  const deliveryDays = fields.each(wire.deliveryDate, 'deliveryDate', (entry, at) => ({ kind: said(entry.type), day: at.day(entry, 'date') }));
  return {
    trackingNumber: wire.trackingNumber.trim(),
    state: stateOf(type),
    statusType: type,
    statusCode: threeDigitCode(wire),
    description: said(status?.simplifiedTextDescription) ?? said(status?.description) ?? said(wire.statusDescription) ?? scans[0]?.description ?? 'No status given',
    service: said(wire.service?.description),
    deliveryDay: ['DEL', 'RDD', 'SDD'].map((wanted) => deliveryDays.find(({ kind }) => kind === wanted)?.day).find((day) => day) ?? null,
    scans,
    currentStatus: currentStatus(wire),
    shipment: { inquiryNumber: said(shipment.inquiryNumber), relations: saidAll(shipment.userRelation), pickupDay },
    packageCount: wire.packageCount ?? null,
    deliveryDays,
    deliveryTime: wire.deliveryTime === undefined ? null : {
      kind: said(wire.deliveryTime.type),
      from: fields.in('deliveryTime').time(wire.deliveryTime, 'startTime'),
      to: fields.in('deliveryTime').time(wire.deliveryTime, 'endTime'),
    },
    serviceCode: said(wire.service?.code),
    serviceLevel: said(wire.service?.levelCode),
    weight: fields.in('weight').measure(wire.weight, 'weight', wire.weight?.unitOfMeasurement),
    dimensions: toDimensions(wire.dimension, fields.in('dimension')),
    references: numbers(wire.referenceNumber),
    alternateNumbers: numbers(wire.alternateTrackingNumber),
    extraServices: saidAll(wire.additionalServices),
    attributes: saidAll(wire.additionalAttributes),
    addresses: (wire.packageAddress ?? []).map(({ type, name, attentionName, address }) => ({
      kind: said(type), name: said(name), attention: said(attentionName), address: trackAddress(address),
    })),
    pickUpBy: fields.in('accessPointInformation').day(wire.accessPointInformation, 'pickupByDate'),
    payments: fields.each(wire.paymentInformation, 'paymentInformation', (payment, at) => ({
      kind: said(payment.type), amount: at.money(payment, 'amount', 'currency'), id: said(payment.id), paid: payment.paid ?? null, method: said(payment.paymentMethod),
    })),
    milestones: fields.each(wire.milestones, 'milestones', (milestone, at) => toMilestone(milestone, scans, at)),
    suppressed: saidAll(wire.suppressionIndicators),
    smart: wire.isSmartPackage ?? null,
    exchangeStatus: said(wire.ucixStatus),
    proof: toProof(wire.deliveryInformation, fields.in('deliveryInformation')),
  };
}

/** In `currentStatus` the three digits often stand in `code`, beside no `statusCode`; some answers have them on the package. */
function threeDigitCode({ currentStatus, activity, statusCode }: TrackPackage): string | null {
  const candidates = [currentStatus?.statusCode, currentStatus?.code, statusCode, activity?.[0]?.status?.statusCode].map(said);
  return candidates.find((code) => code !== null && /^\d{3}$/.test(code)) ?? null;
}

/** Older answers have a code and a text on the package itself. */
function currentStatus({ currentStatus: status, statusCode, statusDescription }: TrackPackage): StatusWords | null {
  if (status === undefined && said(statusCode) === null && said(statusDescription) === null) return null;
  const words = toStatus(status ?? {});
  return { ...words, statusCode: words.statusCode ?? said(statusCode), text: words.text ?? said(statusDescription) };
}

function stateOf(type: string | null): PackageState {
  switch (type) {
    case 'D': return 'delivered';
    case 'I': case 'O': case 'P': case 'DO': case 'DD': case 'W': return 'moving';
    case 'M': return 'registered';
    case 'MV': return 'voided';
    case 'X': case 'RS': return 'exception';
    default: return 'unknown';
  }
}

function toScan(activity: TrackActivity, fields: Fields): Scan {
  const moment = fields.zonedMoment(activity, { day: 'date', time: 'time', gmtDay: 'gmtDate', gmtTime: 'gmtTime', offset: 'gmtOffset' });
  const address = trackAddress(activity.location?.address);
  return {
    at: moment.instant,
    localTime: moment.day === null ? null : `${moment.day}${moment.time === null ? '' : ` ${moment.time}`}`,
    place: [address?.city, address?.state, address?.country].filter((part) => part).join(', ') || null,
    description: said(activity.status?.description) ?? 'Scan without a description',
    moment,
    address,
    site: said(activity.location?.slic),
    status: toStatus(activity.status ?? {}),
    physical: activity.logicalScan === undefined ? null : !activity.logicalScan,
  };
}

function toStatus({ type, code, statusCode, description, simplifiedTextDescription }: TrackStatus): StatusWords {
  const short = said(code);
  const shortIsDigits = short !== null && /^\d{3}$/.test(short);
  return {
    type: said(type),
    scanCode: shortIsDigits ? null : short,
    statusCode: said(statusCode) ?? (shortIsDigits ? short : null),
    text: said(description),
    plainText: said(simplifiedTextDescription),
  };
}

function toMilestone(wire: TrackMilestone, scans: readonly Scan[], fields: Fields): Milestone {
  const index = fields.count(wire, 'linkedActivity');
  const scan = index === null ? null : (scans[index] ?? null);
  if (index !== null && scan === null) fields.note('linkedActivity', `an index below ${scans.length}`);
  return {
    category: said(wire.category), code: said(wire.code), text: said(wire.description), current: wire.current ?? null, state: said(wire.state),
    subCategory: said(wire.subMilestone?.category), scan,
  };
}

function toDimensions(wire: TrackPackage['dimension'], fields: Fields): TrackedPackage['dimensions'] {
  if (wire === undefined) return null;
  const side = (name: 'length' | 'width' | 'height') => fields.measure(wire, name, wire.unitOfDimension);
  return { length: side('length'), width: side('width'), height: side('height') };
}

function numbers(wire: readonly { type?: string; number?: string }[] | undefined): NamedNumber[] {
  return (wire ?? []).flatMap(({ type, number }) => {
    const named = said(number);
    return named === null ? [] : [{ kind: said(type), number: named }];
  });
}
