import { upsPaths } from '../wire/paths.js';
import { TrackResponse, trackingNotFound } from '../wire/tracking.js';
import { UpsRefused, UpsUnreadable, type UpsCall, type UpsErrorCode } from './errors.js';
import { Fields, said, type UnreadField } from './fields.js';
import { dayDigits, type Day } from './moment.js';
import { readAnswer } from './read.js';
import { getRequest, type CallNames } from './request.js';
import { toPackage, type TrackedPackage } from './tracked-package.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** UPS does not know the number now; it may later, and its website may already. Otherwise what it knows. */
export type TrackAnswer = { readonly found: false } | TrackFound;

export interface TrackFound {
  readonly found: true;
  readonly packages: readonly TrackedPackage[];
  readonly warnings: readonly UpsErrorCode[];
  /** Fields whose content could not be understood; empty in a sound answer. */
  readonly unread: readonly UnreadField[];
}

/** One page of a shipment's packages; `nextOffset` is where the next one begins, null after the last. */
export type ShipmentPage = { readonly found: false } | (TrackFound & { readonly nextOffset: number | null });

/** Only the first package of a shipment comes; `shipmentTrackRequest` gets them all. */
export interface TrackParameters extends CallNames {
  readonly inquiryNumber: string;
  readonly locale?: string;
  readonly returnSignature?: boolean;
  readonly returnMilestones?: boolean;
  readonly returnPod?: boolean;
}

/** GET /api/track/v1/details. `transId` is unique per request (at most 50 characters), `transactionSrc` names the caller. */
export function trackRequest(parameters: TrackParameters): UpsRequest {
  const { inquiryNumber, locale = 'en_US', returnSignature, returnMilestones, returnPod } = parameters;
  return getRequest(`${upsPaths.trackDetails}/${encodeURIComponent(inquiryNumber)}`, parameters, {
    locale, returnSignature: trueOnly(returnSignature), returnMilestones: trueOnly(returnMilestones), returnPOD: trueOnly(returnPod),
  });
}

export interface ReferenceTrackParameters extends CallNames {
  readonly referenceNumber: string;
  readonly locale?: string;
  /** Days of pickup; UPS's default is from two weeks ago until today. */
  readonly pickedUpFrom?: Day;
  readonly pickedUpTo?: Day;
  readonly account?: string;
  readonly destinationCountry?: string;
  readonly destinationPostalCode?: string;
  readonly kind?: 'SmallPackage' | 'fgv';
}

/** GET /api/track/v1/reference/details: packages by a reference that the shipper gave them. UPS states no format for its dates; they go as YYYYMMDD. */
export function referenceTrackRequest(parameters: ReferenceTrackParameters): UpsRequest {
  const { referenceNumber, locale = 'en_US', pickedUpFrom, pickedUpTo, account, destinationCountry, destinationPostalCode, kind } = parameters;
  return getRequest(`${upsPaths.trackReference}/${encodeURIComponent(referenceNumber)}`, parameters, {
    locale, fromPickUpDate: pickedUpFrom && dayDigits(pickedUpFrom), toPickUpDate: pickedUpTo && dayDigits(pickedUpTo),
    destCountry: destinationCountry, destZip: destinationPostalCode, shipperNum: account, refNumType: kind,
  });
}

/** GET /api/track/v1/shipment/details: all packages of a shipment, `count` (UPS's default is 50) from `offset` on. */
export function shipmentTrackRequest(parameters: CallNames & { inquiryNumber: string; locale?: string; offset?: number; count?: number }): UpsRequest {
  const { inquiryNumber, locale = 'en_US', offset = 0, count = 50 } = parameters;
  return getRequest(`${upsPaths.trackShipment}/${encodeURIComponent(inquiryNumber)}`, parameters, { locale, offset: String(offset), count: String(count) });
}

/** The request with the grant's token on it. */
export function authorize(request: UpsRequest, accessToken: string): UpsRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } };
}

/**
 * Reads the answer to `trackRequest`, or with `where` to `referenceTrackRequest`. Not found is 200 with warning TW0001, or
 * 404 with that code. Throws UpsThrottled, UpsRefused, UpsUnreadable.
 */
export function readTrackResponse(response: UpsResponse, where: UpsCall = 'track'): TrackAnswer {
  const wire = readFound(response, where);
  if (wire === null) return { found: false };
  const { shipment } = wire.trackResponse;
  const empty = shipment.findIndex((each) => each.package === undefined && (each.warnings ?? []).length === 0);
  if (empty >= 0) throw new UpsUnreadable(response.status, 'is missing', { where, field: `/trackResponse/shipment/${empty}/package` });
  const warnings = shipment.flatMap((each) => each.warnings ?? []).map(({ code, message }) => ({ code: said(code) ?? '', message: said(message) ?? '' }));
  const unread: UnreadField[] = [];
  const packages = new Fields('/trackResponse', unread).each(shipment, 'shipment', (each, fields) => {
    const pickupDay = fields.day(each, 'pickupDate');
    return fields.each(each.package, 'package', (pack, at) => toPackage(pack, each, at, pickupDay));
  }).flat();
  if (packages.length === 0 && warnings.some(({ code }) => code === trackingNotFound)) return { found: false };
  return { found: true, packages, warnings, unread };
}

/** Reads the answer to `shipmentTrackRequest` with the same `offset` and `count`. Throws as `readTrackResponse`. */
export function readShipmentTrackResponse(response: UpsResponse, { offset = 0, count = 50 }: { offset?: number; count?: number } = {}): ShipmentPage {
  const answer = readTrackResponse(response, 'track-shipment');
  if (!answer.found) return answer;
  const end = offset + answer.packages.length;
  const total = answer.packages.find(({ packageCount }) => packageCount !== null)?.packageCount ?? null;
  const more = answer.packages.length > 0 && (total === null ? answer.packages.length >= count : end < total);
  return { ...answer, nextOffset: more ? end : null };
}

function readFound(response: UpsResponse, where: UpsCall): TrackResponse | null {
  try {
    return readAnswer(TrackResponse, response, where);
  } catch (error) {
    if (error instanceof UpsRefused && error.status === 404 && error.codes.some(({ code }) => code === trackingNotFound)) return null;
    throw error;
  }
}

function trueOnly(wanted: boolean | undefined): string | undefined {
  return wanted === true ? 'true' : undefined;
}
