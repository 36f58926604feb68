import type { JourneyKind } from './journey-kind.js';
import type { Party } from './party.js';
import type { Place } from './place.js';
import type { Quirks } from './quirks.js';
import type { ReturnService } from './return-service.js';
import type { Scan } from './scan.js';
import type { Service } from './service.js';

/** A number that the shipper gave; `code` is Quantum View's word for what it is (`PO`, `IK`), which Track does not tell. */
export interface Reference {
  readonly level: 'SHIPMENT' | 'PACKAGE';
  readonly code: string;
  readonly value: string;
}

/** The shipment that a parcel belongs to: `size` parcels, this one at `position` (from 0), named after its first. */
export interface ShipmentPlace {
  readonly leadTrackingNumber: string;
  readonly size: number;
  readonly position: number;
}

/** What a day of delivery was first promised to be; days since 1970, minutes from midnight, local to the destination. */
export interface FirstPromise {
  readonly day: number;
  /** The committed minute of an express service, or null for the end of the day. */
  readonly byMinute: number | null;
}

/** One parcel of the world with its whole journey, past and future. */
export interface Parcel {
  readonly trackingNumber: string;
  /** The shipper account, its first six characters after `1Z`. */
  readonly account: string;
  readonly kind: JourneyKind;
  readonly shipment: ShipmentPlace;
  /** The day of its label, in days since 1970, local to the origin. */
  readonly labelDay: number;
  /** The day of its pickup, planned where it never came to it. */
  readonly pickupDay: number;
  readonly service: Service;
  readonly weightPounds: string;
  /** Inches: length, width, height. */
  readonly dimensions: readonly [number, number, number];
  readonly references: readonly Reference[];
  readonly shipper: Party;
  /** Who hands it over: the shipper, but for returns. */
  readonly sender: Party;
  readonly consignee: Party;
  /** Who pays: `01` shipper, `02` receiver, `03` a third party. */
  readonly billTo: { readonly option: '01' | '02' | '03'; readonly account: string };
  readonly origin: Place;
  readonly destination: Place;
  /** Oldest first by when they happened; two reports of the same scan stand beside each other. */
  readonly scans: readonly Scan[];
  readonly promise: FirstPromise;
  /** Where it is left, in UPS's words. */
  readonly leftAt: string;
  /** Who took it: a name, a role such as `DRIVER RELEASE`, or nothing. */
  readonly receivedBy: string;
  readonly signed: boolean;
  /** UPS's code for the photo of the delivery: V can be seen, N cannot, U was not taken. */
  readonly photo: 'V' | 'N' | 'U';
  readonly accessPoint: { readonly id: string; readonly name: string; readonly pickUpBy: number } | null;
  /** Collected on delivery, in dollars and cents, or null. */
  readonly cashOnDelivery: string | null;
  /** The number under which the post office delivers it, or null. */
  readonly postalNumber: string | null;
  /** The shipper labelled it to get it back from `sender`, by this service; null for what it sends itself. */
  readonly returnService: ReturnService | null;
  /** UPS takes the commercial invoice off before it delivers. */
  readonly invoiceRemoval: boolean;
  /** Mail to the receiver comes back. */
  readonly mailFails: boolean;
  readonly quirks: Quirks;
}

/** A parcel as UPS's systems know it at an instant. */
export interface ParcelState {
  readonly parcel: Parcel;
  /** The instant, in milliseconds since 1970. */
  readonly nowMs: number;
  /** What was reported by then, newest first by when it happened; never empty. */
  readonly past: readonly Scan[];
  /** The day that is promised now; null when nothing will be delivered. */
  readonly promisedDay: number | null;
  readonly rescheduled: boolean;
  /** The scan by which it counts as delivered, into an access point and back to the shipper included; or null. */
  readonly delivery: Scan | null;
}

/** What UPS's systems know of a parcel at an instant, or null while they have not heard of it. */
export function parcelState(parcel: Parcel, now: Date | number): ParcelState | null {
  const nowMs = Number(now);
  const past = parcel.scans.filter(({ reportedMs }) => reportedMs <= nowMs).reverse();
  const [newest] = past;
  if (!newest) return null;
  const change = past.find(({ rescheduledTo }) => rescheduledTo !== undefined);
  const ended = newest.happening.type === 'MV' || newest.happening.statusCode === '059';
  return {
    parcel,
    nowMs,
    past,
    promisedDay: ended ? null : change?.rescheduledTo ?? parcel.promise.day,
    rescheduled: change !== undefined,
    delivery: newest.happening.type === 'D' ? newest : null,
  };
}
