import type { Address } from './address.js';
import type { Decimal, Measure, Money } from './amount.js';
import type { Day, Moment, TimeOfDay } from './moment.js';

/** A reference number; `code` is UPS's two letters for what the shipper called it. */
export interface Reference {
  readonly code: string | null;
  readonly value: string;
}

/** Who pays: `option` is `01` shipper, `02` consignee, `03` third party, `04` freight collect, `99` international. */
export interface BillTo {
  readonly option: string | null;
  readonly account: string | null;
}

export interface Contact {
  readonly name: string | null;
  readonly attention: string | null;
  readonly account: string | null;
  readonly phone: string | null;
  readonly fax: string | null;
  readonly mail: string | null;
  readonly taxNumber: string | null;
  /** The consignee's name, where the address has one of its own. */
  readonly consignee: string | null;
  readonly address: Address | null;
}

export interface Recipient extends Contact {
  /** The shipper's own number for the recipient. */
  readonly assignedNumber: string | null;
  readonly locationId: string | null;
  readonly receivingName: string | null;
}

/** A parcel of an announced shipment. Weight and sides have no unit in Quantum View; zeros are what UPS writes for "not measured". */
export interface AnnouncedPackage {
  readonly trackingNumber: string | null;
  readonly moments: readonly Moment[];
  readonly description: string | null;
  readonly weight: Measure | null;
  readonly dimensionalWeight: Measure | null;
  readonly dimensions: { readonly length: Decimal | null; readonly width: Decimal | null; readonly height: Decimal | null } | null;
  /** `1`, `2` oversize, `4` large. */
  readonly large: string | null;
  readonly references: readonly Reference[];
  readonly cashOnDelivery: { readonly kind: string | null; readonly amount: Money | null; readonly withShipping: boolean } | null;
  readonly insured: Money | null;
  readonly earliestDelivery: TimeOfDay | null;
  readonly hazard: string | null;
  readonly holdForPickup: boolean;
  readonly premiumCare: boolean;
}

/** A shipment as the shipper announced it: the source of the first promise, of accounts and of contacts. */
export interface ManifestRecord {
  readonly kind: 'manifest';
  readonly shipper: Contact | null;
  readonly shipTo: Recipient | null;
  readonly references: readonly Reference[];
  readonly serviceCode: string | null;
  readonly serviceText: string | null;
  readonly pickupDay: Day | null;
  /** What UPS promised first. */
  readonly scheduledDay: Day | null;
  readonly scheduledTime: TimeOfDay | null;
  readonly packages: readonly AnnouncedPackage[];
  readonly saturdayPickup: boolean;
  readonly saturdayDelivery: boolean;
  /** A return: its kind (`01` call tag … `08` returns on the web) and number. */
  readonly callTag: { readonly code: string | null; readonly number: string | null } | null;
  readonly customsValue: Money | null;
  readonly instructions: string | null;
  readonly chargeType: string | null;
  readonly billTo: BillTo | null;
  readonly consigneeBilled: boolean;
  readonly collectBilled: boolean;
  readonly postalTrackingNumber: string | null;
  readonly accessPoint: Contact | null;
  readonly leadTrackingNumber: string | null;
  /** What else UPS marks, by its own names, as given: `{ DocumentsOnly: '1', UPScarbonneutral: 'Y' }`. */
  readonly marks: Readonly<Record<string, string>>;
}

interface ActivityRecord {
  readonly trackingNumber: string;
  readonly account: string | null;
  /** Local to the place, and without a zone: Quantum View has none. */
  readonly moment: Moment;
  readonly packageReferences: readonly Reference[];
  readonly shipmentReferences: readonly Reference[];
  readonly billTo: BillTo | null;
}

/** UPS has the package for the first time. */
export interface OriginRecord extends ActivityRecord {
  readonly kind: 'origin';
  readonly place: Address | null;
  readonly scheduledDay: Day | null;
  readonly scheduledTime: TimeOfDay | null;
}

export interface CodedText {
  readonly code: string | null;
  readonly text: string | null;
}

/** An address with the name on it. */
export interface NamedAddress {
  readonly name: string | null;
  readonly address: Address | null;
}

export interface ExceptionRecord extends ActivityRecord {
  readonly kind: 'exception';
  readonly place: Address | null;
  readonly status: CodedText;
  readonly reason: CodedText;
  readonly resolution: CodedText | null;
  readonly rescheduledDay: Day | null;
  readonly rescheduledTime: TimeOfDay | null;
  readonly updatedAddress: NamedAddress | null;
  readonly accessPoint: string | null;
}

/** Delivered to the address; with an access point and a last pickup day it waits there instead. */
export interface DeliveryRecord extends ActivityRecord {
  readonly kind: 'delivery';
  readonly place: Address | null;
  readonly driverRelease: string | null;
  readonly deliveredTo: NamedAddress | null;
  readonly location: CodedText | null;
  readonly signedBy: string | null;
  readonly cashOnDelivery: Money | null;
  /** UPS states no format for it. */
  readonly lastPickupDay: Day | null;
  readonly accessPoint: string | null;
}

/** Anything else, by UPS's `activity`: VM void, UR undeliverable return, OD out for delivery, UD new delivery date, … */
export interface GenericRecord extends ActivityRecord {
  readonly kind: 'generic';
  readonly activity: string;
  readonly service: CodedText | null;
  /** With DS, UD and OD the new delivery day, with SD the day agreed with the recipient. */
  readonly rescheduledDay: Day | null;
  readonly shipTo: { readonly locationId: string | null; readonly name: string | null; readonly bookmark: string | null } | null;
  readonly failedNotification: { readonly mail: string | null; readonly code: string | null; readonly text: string | null } | null;
}

export type QuantumRecord = ManifestRecord | OriginRecord | ExceptionRecord | DeliveryRecord | GenericRecord;
