import type { Place } from './place.js';

/** What can happen to a parcel, in UPS's codes. UPS ends many descriptions with a space. */
export interface Happening {
  /** D delivered, I in transit, M billing information received, MV voided, X exception. */
  readonly type: 'D' | 'I' | 'M' | 'MV' | 'X';
  readonly code: string;
  readonly statusCode: string;
  readonly description: string;
  readonly simplified: string;
  /** Known from data only: nobody held the parcel. */
  readonly logical?: true;
}

export const happenings = {
  label: { type: 'M', code: 'MP', statusCode: '003', description: 'Shipper created a label, UPS has not received the package yet. ', simplified: 'Label Created', logical: true },
  voided: { type: 'MV', code: 'VP', statusCode: '002', description: 'Shipment information voided. ', simplified: 'Shipment Voided', logical: true },
  pickedUp: { type: 'I', code: 'PU', statusCode: '038', description: 'Pickup Scan ', simplified: 'We Have Your Package' },
  origin: { type: 'I', code: 'OR', statusCode: '005', description: 'Origin Scan ', simplified: 'On the Way' },
  arrived: { type: 'I', code: 'AR', statusCode: '005', description: 'Arrived at Facility', simplified: 'On the Way' },
  departed: { type: 'I', code: 'DP', statusCode: '005', description: 'Departed from Facility', simplified: 'On the Way' },
  processing: { type: 'I', code: 'YP', statusCode: '071', description: 'Processing at UPS Facility', simplified: 'Preparing for Delivery' },
  loaded: { type: 'I', code: 'OF', statusCode: '072', description: 'Loaded on Delivery Vehicle ', simplified: 'Loaded on Delivery Vehicle' },
  outForDelivery: { type: 'I', code: 'OT', statusCode: '021', description: 'Out For Delivery Today', simplified: 'Out for Delivery' },
  delayed: { type: 'X', code: 'DJ', statusCode: '048', description: 'Severe weather conditions have delayed delivery. ', simplified: 'Delay' },
  notHome: { type: 'X', code: '48', statusCode: '013', description: 'The receiver was not available for delivery. We will make a second attempt the next business day. ', simplified: 'Delivery Attempted' },
  held: { type: 'I', code: 'ZP', statusCode: '017', description: 'Delivered to UPS Access Point, awaiting pickup. ', simplified: 'Ready for Customer Pickup' },
  returning: { type: 'X', code: 'RS', statusCode: '034', description: 'The receiver did not want the package and refused delivery. It is being returned to the sender. ', simplified: 'Returning to Sender' },
  delivered: { type: 'D', code: 'FS', statusCode: '011', description: 'DELIVERED ', simplified: 'Delivered' },
  deliveredToPerson: { type: 'D', code: 'F4', statusCode: '011', description: 'DELIVERED ', simplified: 'Delivered' },
} as const satisfies Record<string, Happening>;

/** Something that happened, or will happen, to a parcel. */
export interface Scan {
  readonly at: Date;
  readonly place: Place;
  readonly happening: Happening;
}
