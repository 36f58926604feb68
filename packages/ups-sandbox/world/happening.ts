/** What can happen to a parcel, in UPS's codes. UPS ends many descriptions with a space. */
export interface Happening {
  /**
   * D delivered (also into an access point, also back to the shipper), I in transit, M billing information received,
   * MV voided, X exception, DO, W and DD the stations of freight, NA what UPS itself does not say.
   */
  readonly type: 'D' | 'I' | 'M' | 'MV' | 'X' | 'DO' | 'W' | 'DD' | 'NA';
  readonly code: string;
  /** The three digits; empty where UPS gives none. */
  readonly statusCode: string;
  readonly description: string;
  readonly simplified: string;
  /** Known from data only: nobody held the parcel. */
  readonly logical?: true;
}

export const happenings = {
  label: { type: 'M', code: 'MP', statusCode: '003', description: 'Shipper created a label, UPS has not received the package yet. ', simplified: 'Label Created', logical: true },
  voided: { type: 'MV', code: 'VP', statusCode: '007', description: 'Shipment information voided. ', simplified: 'Shipment Voided', logical: true },
  pickedUp: { type: 'I', code: 'PU', statusCode: '038', description: 'Pickup Scan ', simplified: 'We Have Your Package' },
  origin: { type: 'I', code: 'OR', statusCode: '005', description: 'Origin Scan ', simplified: 'On the Way' },
  arrived: { type: 'I', code: 'AR', statusCode: '005', description: 'Arrived at Facility', simplified: 'On the Way' },
  departed: { type: 'I', code: 'DP', statusCode: '005', description: 'Departed from Facility', simplified: 'On the Way' },
  processing: { type: 'I', code: 'YP', statusCode: '071', description: 'Processing at UPS Facility', simplified: 'Preparing for Delivery' },
  loaded: { type: 'I', code: 'OF', statusCode: '072', description: 'Loaded on Delivery Vehicle ', simplified: 'Loaded on Delivery Vehicle' },
  outForDelivery: { type: 'I', code: 'OT', statusCode: '021', description: 'Out For Delivery Today', simplified: 'Out for Delivery' },
  customs: { type: 'I', code: 'CC', statusCode: '012', description: 'Your package is at the clearing agency. ', simplified: 'Clearance in Progress' },
  cleared: { type: 'I', code: 'SR', statusCode: '014', description: 'Your package was released by the clearing agency. ', simplified: 'Cleared Customs' },
  weather: { type: 'X', code: 'DJ', statusCode: '051', description: 'Severe weather conditions have delayed delivery. ', simplified: 'Delay' },
  lateTrailer: { type: 'X', code: 'LT', statusCode: '048', description: 'A late trailer arrival has caused a delay. ', simplified: 'Delay' },
  address: { type: 'X', code: 'AD', statusCode: '050', description: 'The street number is incorrect. We are looking for the right one. ', simplified: 'Action Required' },
  rescheduled: { type: 'X', code: 'RQ', statusCode: '055', description: 'The receiver asked for delivery on another day. ', simplified: 'Rescheduled' },
  notHome: { type: 'X', code: '48', statusCode: '022', description: 'The receiver was not available for delivery. We will make a second attempt the next business day. ', simplified: 'Delivery Attempted' },
  notHomeAgain: { type: 'X', code: '49', statusCode: '023', description: 'The receiver was not available for delivery. We will make a final attempt the next business day. ', simplified: 'Delivery Attempted' },
  atAccessPoint: { type: 'D', code: 'ZP', statusCode: '040', description: 'Delivered to UPS Access Point, awaiting pickup. ', simplified: 'Ready for Customer Pickup' },
  held: { type: 'I', code: 'HC', statusCode: '017', description: 'Held for pickup by the receiver. ', simplified: 'Ready for Customer Pickup' },
  unclaimed: { type: 'X', code: 'UC', statusCode: '069', description: 'The receiver did not collect the package. ', simplified: 'Unclaimed' },
  refused: { type: 'X', code: 'RF', statusCode: '064', description: 'The receiver did not want the package and refused delivery. ', simplified: 'Refused' },
  returning: { type: 'X', code: 'RS', statusCode: '035', description: 'The package is being returned to the sender. ', simplified: 'Returning to Sender' },
  returned: { type: 'D', code: 'RT', statusCode: '034', description: 'RETURNED TO SENDER ', simplified: 'Returned to Sender' },
  damaged: { type: 'X', code: 'DM', statusCode: '059', description: 'The contents were damaged and have been discarded. We will notify the sender. ', simplified: 'Damaged' },
  lost: { type: 'X', code: 'LO', statusCode: '068', description: 'We cannot find the package. A search has begun. ', simplified: 'Under Investigation' },
  wrongDoor: { type: 'X', code: 'MD', statusCode: '013', description: 'The package was left at another address. We will collect it and deliver again. ', simplified: 'Exception' },
  toPost: { type: 'I', code: 'PO', statusCode: '025', description: 'Transferred to the local post office for delivery. ', simplified: 'On the Way' },
  deliveredByPost: { type: 'D', code: 'PD', statusCode: '026', description: 'DELIVERED BY LOCAL POST OFFICE ', simplified: 'Delivered' },
  freightOrigin: { type: 'DO', code: 'FO', statusCode: '', description: 'At the origin freight station. ', simplified: 'On the Way' },
  freightWarehouse: { type: 'W', code: 'WH', statusCode: '', description: 'In the warehouse. ', simplified: 'On the Way' },
  freightDestination: { type: 'DD', code: 'FD', statusCode: '', description: 'At the destination freight station. ', simplified: 'On the Way' },
  unheardOf: { type: 'NA', code: 'QZ', statusCode: '099', description: 'Event Q7 ', simplified: 'Status Not Available' },
  delivered: { type: 'D', code: 'FS', statusCode: '011', description: 'DELIVERED ', simplified: 'Delivered' },
  deliveredToPerson: { type: 'D', code: 'F4', statusCode: '011', description: 'DELIVERED ', simplified: 'Delivered' },
} as const satisfies Record<string, Happening>;
