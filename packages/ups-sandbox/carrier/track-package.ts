import type { TrackActivity, TrackAddress, TrackPackage, TrackStatus } from '@wayleave/ups-api/wire';
import { dayDigits } from '../world/calendar.js';
import { handoverOf } from '../world/handover.js';
import type { Happening } from '../world/happening.js';
import type { Parcel, ParcelState } from '../world/parcel.js';
import type { Place } from '../world/place.js';
import type { Scan } from '../world/scan.js';
import { localTime } from '../world/zone-time.js';
import type { Caller } from './caller.js';
import { deliveryDates, deliveryTime } from './track-dates.js';
import { milestones } from './track-milestones.js';
import { deliveryInformation } from './track-proof.js';
import { single } from './single.js';
import { wordsFor } from './track-words.js';

/** Who asks, in which language, and for what beyond the scans. */
export interface Wanted {
  readonly caller: Caller;
  readonly locale: string;
  readonly signature: boolean;
  readonly milestones: boolean;
  readonly proof: boolean;
}

/** One package as Track shows it. */
export function packageAnswer(state: ParcelState, packageCount: number, wanted: Wanted): TrackPackage {
  const { parcel, past } = state;
  const { quirks, accessPoint } = parcel;
  const [newest] = past;
  const atAccessPoint = past.some(({ happening }) => happening.statusCode === '040');
  return {
    trackingNumber: parcel.trackingNumber,
    packageCount,
    ...(newest ? { currentStatus: currentStatus(newest.happening, quirks.sparseStatus, wanted.locale) } : {}),
    ...(newest ? { statusCode: newest.happening.statusCode, statusDescription: wordsFor(newest.happening, wanted.locale).simplified } : {}),
    deliveryDate: deliveryDates(state),
    ...deliveryTime(state),
    activity: past.map((scan) => activity(scan, parcel, wanted.locale)),
    ...deliveryInformation(state, wanted),
    ...(wanted.milestones ? { milestones: milestones(past) } : {}),
    isSmartPackage: false,
    packageAddress: [
      { type: 'ORIGIN', name: parcel.sender.name, address: { ...street(parcel.sender), ...address(parcel.origin) } },
      { type: 'DESTINATION', name: parcel.consignee.name, attentionName: parcel.consignee.attention, address: { ...street(parcel.consignee), ...address(parcel.destination), postalCode: parcel.destination.postalCode } },
    ],
    ...(accessPoint && atAccessPoint ? { accessPointInformation: { pickupByDate: dayDigits(accessPoint.pickUpBy) } } : {}),
    referenceNumber: parcel.references.map(({ level, value }) => ({ type: level, number: value })),
    ...(parcel.postalNumber === null ? {} : { alternateTrackingNumber: [{ type: 'USPS_PIC', number: parcel.postalNumber }] }),
    additionalServices: parcel.signed ? ['SIGNATURE_REQUIRED'] : [],
    ...(parcel.cashOnDelivery === null ? {} : {
      paymentInformation: [{ type: 'COD', amount: parcel.cashOnDelivery, currency: 'USD', id: `COD${parcel.trackingNumber.slice(-8)}`, paid: state.delivery !== null && handoverOf(parcel, state.delivery).ended, paymentMethod: 'C0' }],
    }),
    ...(quirks.suppressed ? { suppressionIndicators: quirks.singleTexts ? single(['DETAIL']) : ['DETAIL'] } : {}),
    service: { code: parcel.service.code, levelCode: parcel.service.levelCode, description: parcel.service.description },
    weight: { weight: parcel.weightPounds, unitOfMeasurement: 'LBS' },
    dimension: dimension(parcel),
    ucixStatus: state.delivery ? 'C' : 'O',
  };
}

/** Real answers have the three digits in `code` here, and the two letters in the activity (UPS-API/api-documentation#236). */
function currentStatus(happening: Happening, sparse: boolean, locale: string): TrackStatus {
  if (sparse) return { code: happening.statusCode || happening.code, description: wordsFor(happening, locale).simplified };
  return status(happening, locale);
}

function status(happening: Happening, locale: string): TrackStatus {
  const { description, simplified } = wordsFor(happening, locale);
  const { type, code, statusCode } = happening;
  return { type, code, ...(statusCode === '' ? {} : { statusCode }), description, simplifiedTextDescription: simplified };
}

function activity(scan: Scan, { quirks }: Parcel, locale: string): TrackActivity {
  const { place, happening, cityMissing } = scan;
  const undated = quirks.undatedLabel && happening.type === 'M';
  return {
    ...(undated ? {} : when(scan, quirks.gmt)),
    location: { slic: place.slic, address: cityMissing ? { country: place.country, countryCode: place.country } : address(place) },
    status: status(happening, locale),
    ...(quirks.logicalScan ? { logicalScan: happening.logical ?? false } : {}),
  };
}

/** Local date and time, and those of GMT as UPS happens to write them (UPS-API/api-documentation#38, #99). */
function when({ atMs, place }: Scan, style: Parcel['quirks']['gmt']): TrackActivity {
  const { date, time, offset } = localTime(atMs, place.zone);
  const iso = new Date(atMs).toISOString();
  const gmtDay = iso.slice(0, 10);
  const gmtTime = iso.slice(11, 19);
  switch (style) {
    case 'none': return { date, time };
    case 'colons': return { date, time, gmtDate: gmtDay.replaceAll('-', ''), gmtTime, gmtOffset: offset };
    case 'dashed': return { date, time, gmtDate: gmtDay, gmtTime: gmtTime.replaceAll(':', ''), gmtOffset: offset };
    case 'digits': return { date, time, gmtDate: gmtDay.replaceAll('-', ''), gmtTime: String(Number(gmtTime.replaceAll(':', ''))), gmtOffset: offset };
  }
}

/** The postal code of a scan is always empty (UPS-API/api-documentation#101). */
function address({ city, state, country }: Place): TrackAddress {
  return { city, ...(state === '' ? {} : { stateProvince: state }), postalCode: '', country, countryCode: country };
}

function street({ streetNumber, streetName, streetType }: Parcel['shipper']): TrackAddress {
  return { addressLine1: `${streetNumber} ${streetName} ${streetType}` };
}

function dimension({ dimensions: [length, width, height] }: Parcel): NonNullable<TrackPackage['dimension']> {
  return { length: `${length}.0`, width: `${width}.0`, height: `${height}.0`, unitOfDimension: 'IN' };
}
