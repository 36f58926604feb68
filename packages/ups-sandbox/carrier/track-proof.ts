import type { TrackDeliveryInformation, TrackPackage } from '@wayleave/ups-api/wire';
import { handoverOf } from '../world/handover.js';
import type { Parcel, ParcelState } from '../world/parcel.js';
import type { Scan } from '../world/scan.js';
import { localTime } from '../world/zone-time.js';
import { doorstepPicture, signaturePicture } from './picture.js';
import { isRelated } from './relation.js';
import type { Wanted } from './track-package.js';

const lateMs = 26 * 3_600_000;
const proven = new Set(['011', '026', '034']);

/**
 * What is told of a delivery. Place and receiver come after it; the photo's container can be there before (UPS-API/
 * api-documentation#236). Signature, letter and photo are for callers whose account has to do with the parcel (#57), and
 * some come late or never.
 */
export function deliveryInformation(state: ParcelState, wanted: Wanted): Pick<TrackPackage, 'deliveryInformation'> {
  const { parcel, delivery, past, nowMs } = state;
  if (!delivery) {
    const early = parcel.quirks.earlyPhoto && past.length > 6;
    return early ? { deliveryInformation: { deliveryPhoto: { isNonPostalCodeCountry: false, photoCaptureInd: 'N', photoDispositionCode: 'U' } } } : {};
  }
  const { proof } = parcel.quirks;
  const ready = proof !== 'never' && nowMs >= delivery.reportedMs + (proof === 'late' ? lateMs : 0);
  const shown = ready && proven.has(delivery.happening.statusCode) && isRelated(parcel, wanted.caller);
  const { leftAt, receivedBy, signed, photo } = handoverOf(parcel, delivery);
  const bytes = (picture: Buffer) => picture.toString('base64');
  return {
    deliveryInformation: {
      location: leftAt,
      receivedBy,
      ...(wanted.signature && shown && signed ? { signature: { image: bytes(signaturePicture(parcel.trackingNumber)) } } : {}),
      ...(wanted.proof && shown ? { pod: { content: bytes(Buffer.from(letter(parcel, delivery))) } } : {}),
      deliveryPhoto: photoAnswer(parcel.trackingNumber, photo, shown),
    },
  };
}

/** `Y` and `V` without a photo: it was taken, and is not for this caller (UPS-API/api-documentation#39). */
function photoAnswer(trackingNumber: string, photo: Parcel['photo'], shown: boolean): NonNullable<TrackDeliveryInformation['deliveryPhoto']> {
  const marks = { isNonPostalCodeCountry: false, photoCaptureInd: photo === 'U' ? 'N' : 'Y', photoDispositionCode: photo };
  return photo === 'V' && shown ? { ...marks, photo: doorstepPicture(trackingNumber).toString('base64') } : marks;
}

/** UPS's letter has a broken tag, a stray one and a picture that is nowhere (UPS-API/api-documentation#76, #154). So has this. */
function letter(parcel: Parcel, delivery: Scan): string {
  const { date, time } = localTime(delivery.atMs, delivery.place.zone);
  const { city, state, country } = delivery.place;
  const { leftAt, receivedBy } = handoverOf(parcel, delivery);
  const row = (name: string, value: string) => `<tr><td><b>${name}</b></td><td>${escaped(value)}</span></td></tr>`;
  return `<html><head><mets http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Proof of Delivery</title></head><body>
<img src="./ups_logo.gif" alt="">
<h1>Proof of Delivery</h1><p>Dear Customer,<br>This notice serves as proof of delivery for the shipment listed below.
<table>${row('Tracking Number', parcel.trackingNumber)}${row('Service', parcel.service.description)}${row('Weight', `${parcel.weightPounds} LBS`)}
${row('Delivered On', `${date.slice(4, 6)}/${date.slice(6)}/${date.slice(0, 4)} ${time.slice(0, 2)}:${time.slice(2, 4)}`)}
${row('Delivered To', `${city}, ${state}, ${country}`)}
${row('Received By', receivedBy)}${row('Left At', leftAt)}</table></body></html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
