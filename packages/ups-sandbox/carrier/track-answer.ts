import { trackingNotFound, type TrackResponse, type TrackShipment } from '@wayleave/ups-api/wire';
import { dayDigits } from '../world/calendar.js';
import type { ParcelState } from '../world/parcel.js';
import type { Caller } from './caller.js';
import { relationsTo } from './relation.js';
import { single } from './single.js';
import { packageAnswer, type Wanted } from './track-package.js';

/** An unknown number, as UPS answers it: 200, a warning, and no package. */
export function notFoundAnswer(inquiryNumber: string): TrackResponse {
  return {
    trackResponse: {
      shipment: [{ inquiryNumber, warnings: [{ code: trackingNotFound, message: 'Tracking Information Not Found' }] }],
    },
  };
}

/**
 * The body of a Track answer about packages of one shipment (Tracking.yaml, TrackApiResponse): all that were asked for,
 * of `packageCount` that there are.
 */
export function shipmentAnswer(inquiryNumber: string, states: readonly ParcelState[], packageCount: number, wanted: Wanted): TrackShipment {
  const [first] = states;
  return {
    inquiryNumber,
    ...(first ? aboutShipment(first, wanted.caller) : {}),
    package: states.map((state) => packageAnswer(state, packageCount, wanted)),
  };
}

/** Relations are told to people only, not to applications on their own. */
function aboutShipment({ parcel }: ParcelState, caller: Caller): Pick<TrackShipment, 'userRelation' | 'pickupDate'> {
  const relations = relationsTo(parcel, caller);
  return {
    ...(caller.kind === 'profile' && relations.length > 0 ? { userRelation: parcel.quirks.singleTexts ? single(relations) : relations } : {}),
    ...(parcel.quirks.pickupDate ? { pickupDate: dayDigits(parcel.pickupDay) } : {}),
  };
}
