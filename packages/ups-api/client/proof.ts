import type { TrackDeliveryInformation } from '../wire/tracking.js';
import { said, type Fields } from './fields.js';

/**
 * What UPS shows of a delivery. It can be there before the delivery: that a package is delivered is said by its status,
 * never by this. Images and letter are given only to users whose account has to do with the package.
 */
export interface Proof {
  /** A name, a role, or null. */
  readonly receivedBy: string | null;
  /** Where the package was left, for instance "Front Door". */
  readonly leftAt: string | null;
  /** The signature's image as UPS sent it. */
  readonly signature: Buffer | null;
  /** UPS's letter: HTML with broken tags and relative images. To be kept, not shown. */
  readonly letter: Buffer | null;
  readonly photo: DeliveryPhoto | null;
}

export interface DeliveryPhoto {
  readonly image: Buffer | null;
  /** Whether a photo was taken; UPS may keep it from us. */
  readonly taken: boolean | null;
  /** UPS's code: `V` can be seen, `N` cannot, `U` is not stored. */
  readonly disposition: string | null;
  readonly countryWithoutPostalCodes: boolean | null;
}

const yesOrNo: ReadonlyMap<string, boolean> = new Map([['Y', true], ['N', false]]);

/** The proof of one package; null when UPS sent none. */
export function toProof(wire: TrackDeliveryInformation | undefined, fields: Fields): Proof | null {
  if (wire === undefined) return null;
  const { deliveryPhoto } = wire;
  const photo = fields.in('deliveryPhoto');
  return {
    receivedBy: said(wire.receivedBy),
    leftAt: said(wire.location),
    signature: fields.in('signature').bytes(wire.signature, 'image'),
    letter: fields.in('pod').bytes(wire.pod, 'content'),
    photo: deliveryPhoto === undefined ? null : {
      image: photo.bytes(deliveryPhoto, 'photo'),
      taken: photo.word(deliveryPhoto, 'photoCaptureInd', yesOrNo),
      disposition: said(deliveryPhoto.photoDispositionCode),
      countryWithoutPostalCodes: deliveryPhoto.isNonPostalCodeCountry ?? null,
    },
  };
}
