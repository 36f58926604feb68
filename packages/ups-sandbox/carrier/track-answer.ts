import { trackingNotFound, type TrackActivity, type TrackAddress, type TrackPackage, type TrackResponse, type TrackStatus } from '@wayleave/ups-api/wire';
import type { ParcelState } from '../world/parcel.js';
import { localTime, type Place } from '../world/place.js';
import type { Scan } from '../world/scan.js';

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
    packageCount: 1,
    ...(newest ? { currentStatus: currentStatus(newest, parcel.sparseStatus) } : {}),
    ...(newest ? { statusCode: newest.happening.statusCode, statusDescription: newest.happening.simplified } : {}),
    deliveryDate: deliveryDates(state),
    ...deliveryTime(state),
    activity: past.map(activity),
    ...deliveryInformation(state),
    isSmartPackage: false,
    packageAddress: [
      { type: 'ORIGIN', name: parcel.shipper, address: address(parcel.origin) },
      { type: 'DESTINATION', name: parcel.consignee, address: address(parcel.destination) },
    ],
    referenceNumber: [{ type: 'SHIPMENT', number: parcel.reference }],
    service: parcel.service,
    weight: { weight: parcel.weightPounds, unitOfMeasurement: 'LBS' },
  };
}

function currentStatus({ happening }: Scan, sparse: boolean): TrackStatus {
  if (sparse) return { code: happening.statusCode, description: happening.simplified };
  const { type, code, statusCode, description, simplified } = happening;
  return { type, code, statusCode, description, simplifiedTextDescription: simplified };
}

function activity({ at, place, happening }: Scan): TrackActivity {
  const local = localTime(at, place.zone);
  const iso = at.toISOString();
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

/** SDD is the first promise, RDD a later one, DEL the day it was delivered; UPS gives them without a zone. */
function deliveryDates({ parcel, deliveryAt, delivered }: ParcelState): { type: string; date: string }[] {
  const { zone } = parcel.destination;
  const promised = localTime(parcel.promisedFor, zone).date;
  if (deliveryAt === null) return [];
  const actual = localTime(deliveryAt, zone).date;
  if (delivered) return [{ type: 'DEL', date: actual }];
  return [{ type: 'SDD', date: promised }, ...(actual === promised ? [] : [{ type: 'RDD', date: actual }])];
}

function deliveryTime({ parcel, deliveryAt, delivered }: ParcelState): { deliveryTime?: NonNullable<TrackPackage['deliveryTime']> } {
  if (deliveryAt === null) return {};
  if (delivered) return { deliveryTime: { type: 'DEL', endTime: localTime(deliveryAt, parcel.destination.zone).time } };
  return { deliveryTime: { type: 'EOD' } };
}

/** UPS sends the photo's container before there is anything to see, and the place and receiver only after delivery. */
function deliveryInformation({ parcel, delivered, past }: ParcelState): Pick<TrackPackage, 'deliveryInformation'> {
  const deliveryPhoto = { isNonPostalCodeCountry: false, photoCaptureInd: 'N', photoDispositionCode: 'U' } as const;
  if (!delivered) return past.length > 6 ? { deliveryInformation: { deliveryPhoto } } : {};
  return { deliveryInformation: { location: parcel.leftAt, receivedBy: parcel.consignee.toUpperCase(), deliveryPhoto } };
}
