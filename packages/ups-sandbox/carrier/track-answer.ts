import { trackingNotFound, type TrackActivity, type TrackAddress, type TrackPackage, type TrackResponse, type TrackStatus } from '@wayleave/ups-api/wire';
import type { ParcelState } from '../world/parcel.js';
import { dayDigits } from '../world/calendar.js';
import type { Place } from '../world/place.js';
import type { Scan } from '../world/scan.js';
import { localTime } from '../world/zone-time.js';

/** An unknown number, as UPS answers it: 200, a warning, and no package. */
export function notFoundAnswer(inquiryNumber: string): TrackResponse {
  return {
    trackResponse: {
      shipment: [{ inquiryNumber, warnings: [{ code: trackingNotFound, message: 'Tracking Information Not Found' }] }],
    },
  };
}

/** The body of GET /api/track/v1/details for a parcel (Tracking.yaml, TrackApiResponse). */
export function trackAnswer(inquiryNumber: string, state: ParcelState): TrackResponse {
  return { trackResponse: { shipment: [{ inquiryNumber, package: [packageAnswer(state)] }] } };
}

function packageAnswer(state: ParcelState): TrackPackage {
  const { parcel, past } = state;
  const [newest] = past;
  return {
    trackingNumber: parcel.trackingNumber,
    packageCount: parcel.shipment.size,
    ...(newest ? { currentStatus: currentStatus(newest, parcel.quirks.sparseStatus) } : {}),
    ...(newest ? { statusCode: newest.happening.statusCode, statusDescription: newest.happening.simplified } : {}),
    deliveryDate: deliveryDates(state),
    ...deliveryTime(state),
    activity: past.map(activity),
    ...deliveryInformation(state),
    isSmartPackage: false,
    packageAddress: [
      { type: 'ORIGIN', name: parcel.shipper.name, address: address(parcel.origin) },
      { type: 'DESTINATION', name: parcel.consignee.name, address: address(parcel.destination) },
    ],
    referenceNumber: parcel.references.map(({ level, value }) => ({ type: level, number: value })),
    service: { code: parcel.service.code, levelCode: parcel.service.levelCode, description: parcel.service.description },
    weight: { weight: parcel.weightPounds, unitOfMeasurement: 'LBS' },
  };
}

function currentStatus({ happening }: Scan, sparse: boolean): TrackStatus {
  if (sparse) return { code: happening.statusCode, description: happening.simplified };
  const { type, code, statusCode, description, simplified } = happening;
  return { type, code, statusCode, description, simplifiedTextDescription: simplified };
}

function activity({ atMs, place, happening }: Scan): TrackActivity {
  const local = localTime(atMs, place.zone);
  const iso = new Date(atMs).toISOString();
  const { type, code, statusCode, description, simplified } = happening;
  return {
    date: local.date,
    time: local.time,
    gmtDate: iso.slice(0, 10).replaceAll('-', ''),
    gmtTime: iso.slice(11, 19),
    gmtOffset: local.offset,
    location: { slic: place.slic, address: address(place) },
    status: { type, code, statusCode, description, simplifiedTextDescription: simplified },
    logicalScan: happening.logical ?? false,
  };
}

function address({ city, state, country }: Place): TrackAddress {
  return { city, ...(state === '' ? {} : { stateProvince: state }), postalCode: '', country, countryCode: country };
}

/** SDD is the first promise; RDD takes its place when there is a later one; DEL the day it was delivered. UPS gives them without a zone. */
function deliveryDates({ promisedDay, rescheduled, delivery }: ParcelState): { type: string; date: string }[] {
  if (delivery) return [{ type: 'DEL', date: localTime(delivery.atMs, delivery.place.zone).date }];
  return promisedDay === null ? [] : [{ type: rescheduled ? 'RDD' : 'SDD', date: dayDigits(promisedDay) }];
}

function deliveryTime({ promisedDay, delivery }: ParcelState): { deliveryTime?: NonNullable<TrackPackage['deliveryTime']> } {
  if (delivery) return { deliveryTime: { type: 'DEL', endTime: localTime(delivery.atMs, delivery.place.zone).time } };
  return promisedDay === null ? {} : { deliveryTime: { type: 'EOD' } };
}

/** UPS sends the photo's container before there is anything to see, and the place and receiver only after delivery. */
function deliveryInformation({ parcel, delivery, past }: ParcelState): Pick<TrackPackage, 'deliveryInformation'> {
  const deliveryPhoto = { isNonPostalCodeCountry: false, photoCaptureInd: 'N', photoDispositionCode: 'U' } as const;
  if (!delivery) return past.length > 6 ? { deliveryInformation: { deliveryPhoto } } : {};
  return { deliveryInformation: { location: parcel.leftAt, receivedBy: parcel.receivedBy, deliveryPhoto } };
}
