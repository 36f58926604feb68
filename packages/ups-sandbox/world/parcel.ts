import type { Place } from './place.js';
import type { Scan } from './scan.js';

export interface Service {
  readonly code: string;
  readonly levelCode: string;
  readonly description: string;
}

export const services = {
  ground: { code: '518', levelCode: '003', description: 'UPS Ground' },
  secondDay: { code: '344', levelCode: '002', description: 'UPS 2nd Day Air' },
  nextDay: { code: '515', levelCode: '001', description: 'UPS Next Day Air' },
} as const satisfies Record<string, Service>;

/** One parcel of the world with its whole journey, past and future, oldest scan first. */
export interface Parcel {
  readonly trackingNumber: string;
  readonly service: Service;
  readonly weightPounds: string;
  readonly reference: string;
  readonly shipper: string;
  readonly consignee: string;
  readonly origin: Place;
  readonly destination: Place;
  readonly scans: readonly Scan[];
  /** The day first promised; what is delivered otherwise was rescheduled. */
  readonly promisedFor: Date;
  readonly leftAt: string;
  /** Whether its current status comes without a type and with the three digits in `code`, as UPS often answers. */
  readonly sparseStatus: boolean;
}

/** A parcel as it stands at an instant. */
export interface ParcelState {
  readonly parcel: Parcel;
  /** Newest first; never empty. */
  readonly past: readonly Scan[];
  /** When it will be, or was, delivered; null when it never is. */
  readonly deliveryAt: Date | null;
  readonly delivered: boolean;
}

/** The state of a parcel at an instant, or null while nobody has heard of it. */
export function parcelState(parcel: Parcel, now: Date): ParcelState | null {
  const past = parcel.scans.filter(({ at }) => at <= now).reverse();
  if (past.length === 0) return null;
  const delivery = parcel.scans.find(({ happening }) => happening.type === 'D');
  return { parcel, past, deliveryAt: delivery?.at ?? null, delivered: delivery !== undefined && delivery.at <= now };
}
