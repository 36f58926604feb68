import type { TrackAlertEvent } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import { handoverOf } from '../../world/handover.js';
import type { Report } from '../../world/world.js';
import { localTime } from '../../world/zone-time.js';
import { doorstepPicture } from '../picture.js';
import { promisedDay } from '../promised-day.js';
import { isRelated } from '../relation.js';
import type { EventKind } from './alert-request.js';
import type { AlertSubscription } from './alert-subscription-store.js';

/** Track Alert's types of event; freight and what UPS itself does not say count as in progress. */
type EventType = 'D' | 'I' | 'M' | 'MV' | 'U' | 'X';

/** Which types each kind of event includes (UPSTrackAlert.yaml, EventPreferences). */
const typesOf: Readonly<Record<EventKind, readonly EventType[]>> = { D: ['D', 'U'], I: ['I'], M: ['M', 'MV'], X: ['X', 'U'] };

/** The event of a report as a subscription has it; null when it has not asked for its kind. */
export function alertEvent({ parcel, scan }: Report, { enhanced, eventKinds, accounts }: Pick<AlertSubscription, 'enhanced' | 'eventKinds' | 'accounts'>): TrackAlertEvent | null {
  const { happening, place } = scan;
  const type = typeOf(scan);
  if (eventKinds !== null && !eventKinds.some((kind) => typesOf[kind].includes(type))) return null;
  const local = localTime(scan.atMs, place.zone);
  const gmt = localTime(scan.atMs, 'UTC');
  const delivered = type === 'D' && happening.code !== 'ZP';
  const promised = promisedDay(parcel, scan);
  return {
    trackingNumber: parcel.trackingNumber,
    localActivityDate: local.date, localActivityTime: local.time,
    gmtActivityDate: gmt.date, gmtActivityTime: gmt.time, gmtOffset: local.offset.replace(':', '.'),
    activityLocation: {
      city: scan.cityMissing ? '' : place.city, stateProvince: place.state, postalCode: delivered ? place.postalCode : '', country: place.country,
    },
    activityStatus: { type, code: happening.code, description: happening.description.trim(), descriptionCode: happening.statusCode },
    scheduledDeliveryDate: dayDigits(promised),
    actualDeliveryDate: delivered ? local.date : '', actualDeliveryTime: delivered ? local.time : '',
    ...deliveryTime(promised === parcel.promise.day ? parcel.promise.byMinute : null, delivered),
    ...(enhanced ? proof(parcel, scan, delivered && isRelated(parcel, { accounts })) : {}),
  };
}

function typeOf({ happening: { type, code } }: Report['scan']): EventType {
  if (code === 'RQ') return 'U';
  return type === 'D' || type === 'M' || type === 'MV' || type === 'X' ? type : 'I';
}

function deliveryTime(byMinute: number | null, delivered: boolean) {
  const none = { deliveryStartTime: '', deliveryEndTime: '' };
  if (delivered) return { ...none, deliveryTimeDescription: '' };
  if (byMinute === null) return { ...none, deliveryTimeDescription: 'end of day' };
  const hours = String(Math.floor(byMinute / 60)).padStart(2, '0');
  return { deliveryStartTime: '', deliveryEndTime: `${hours}${String(byMinute % 60).padStart(2, '0')}00`, deliveryTimeDescription: 'committed time' };
}

/** What only enhanced subscriptions have, and only of parcels that their accounts have to do with. A photo that comes late is not told of. */
function proof(parcel: Report['parcel'], scan: Report['scan'], shown: boolean) {
  const { receivedBy, photo } = handoverOf(parcel, scan);
  const seen = shown && photo === 'V' && parcel.quirks.proof === 'prompt';
  return { deliveryPhoto: seen ? doorstepPicture(parcel.trackingNumber).toString('base64') : '', receivedBy: shown ? receivedBy : '' };
}
