import { upsPaths } from '../wire/oauth.js';
import { TrackResponse, trackingNotFound, type TrackActivity, type TrackPackage, type TrackStatus } from '../wire/tracking.js';
import { readAnswer } from './read.js';
import type { UpsRequest, UpsResponse } from './transport.js';

/** Where a package stands, by UPS's one-letter status types; `unknown` keeps what UPS adds tomorrow. */
export type PackageState = 'registered' | 'moving' | 'delivered' | 'exception' | 'voided' | 'unknown';

/** One scan. `at` is the instant when UPS gave one; `localTime` is what the place's clock showed, `YYYY-MM-DD HH:MM:SS`. */
export interface Scan {
  readonly at: Date | null;
  readonly localTime: string | null;
  readonly place: string | null;
  readonly description: string;
}

export interface TrackedPackage {
  readonly trackingNumber: string;
  readonly state: PackageState;
  /** UPS's own status type (D, I, M, X, …) and three-digit status code, where it gave them. The code says more than the type. */
  readonly statusType: string | null;
  readonly statusCode: string | null;
  readonly description: string;
  readonly service: string | null;
  /** UPS's word for the delivery day, `YYYY-MM-DD`: done, rescheduled or scheduled, in this order. */
  readonly deliveryDay: string | null;
  /** Newest first. */
  readonly scans: readonly Scan[];
}

export type TrackAnswer = { readonly found: false } | { readonly found: true; readonly packages: readonly TrackedPackage[] };

/** GET /api/track/v1/details. `transId` is unique per request (at most 50 characters), `transactionSrc` names the caller. */
export function trackRequest(parameters: { inquiryNumber: string; transId: string; transactionSrc: string; locale?: string }): UpsRequest {
  return {
    method: 'GET',
    path: `${upsPaths.trackDetails}/${encodeURIComponent(parameters.inquiryNumber)}?locale=${encodeURIComponent(parameters.locale ?? 'en_US')}`,
    headers: { accept: 'application/json', transId: parameters.transId, transactionSrc: parameters.transactionSrc },
  };
}

/** The request with the grant's token on it. */
export function authorize(request: UpsRequest, accessToken: string): UpsRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } };
}

/** Reads a Track answer; 200 with warning TW0001 means not found. Throws UpsThrottled, UpsRefused, UpsUnreadable. */
export function readTrackResponse(response: UpsResponse): TrackAnswer {
  const { trackResponse } = readAnswer(TrackResponse, response, 'track');
  const packages = trackResponse.shipment.flatMap((shipment) => shipment.package ?? []);
  const notFound = trackResponse.shipment.some(({ warnings }) => warnings?.some(({ code }) => code === trackingNotFound));
  if (packages.length === 0 && notFound) return { found: false };
  return { found: true, packages: packages.map(toPackage) };
}

function toPackage(wire: TrackPackage): TrackedPackage {
  const scans = (wire.activity ?? []).map(toScan);
  const status = wire.currentStatus ?? wire.activity?.[0]?.status;
  const type = wire.currentStatus?.type ?? wire.activity?.[0]?.status?.type;
  return {
    trackingNumber: wire.trackingNumber,
    state: stateOf(type),
    statusType: tidy(type) ?? null,
    statusCode: threeDigitCode(wire),
    description: tidy(status?.simplifiedTextDescription ?? status?.description) ?? scans[0]?.description ?? 'No status given',
    service: tidy(wire.service?.description) ?? null,
    deliveryDay: ['DEL', 'RDD', 'SDD'].map((kind) => day(wire.deliveryDate?.find(({ type }) => type === kind)?.date)).find((found) => found !== null) ?? null,
    scans,
  };
}

/** In `currentStatus` the three digits often stand in `code`, beside no `statusCode`. */
function threeDigitCode({ currentStatus, activity }: TrackPackage): string | null {
  const candidates = [currentStatus?.statusCode, currentStatus?.code, activity?.[0]?.status?.statusCode];
  return candidates.map(tidy).find((code) => code !== undefined && /^\d{3}$/.test(code)) ?? null;
}

function stateOf(type: TrackStatus['type']): PackageState {
  switch (type?.trim()) {
    case 'D': return 'delivered';
    case 'I': case 'O': case 'P': case 'DO': case 'DD': case 'W': return 'moving';
    case 'M': return 'registered';
    case 'MV': return 'voided';
    case 'X': case 'RS': return 'exception';
    default: return 'unknown';
  }
}

function toScan(activity: TrackActivity): Scan {
  const localDay = day(activity.date);
  const localTime = timeOfDay(activity.time);
  const { city, stateProvince, countryCode, country } = activity.location?.address ?? {};
  return {
    at: instant(activity),
    localTime: localDay === null ? null : `${localDay}${localTime === null ? '' : ` ${localTime}`}`,
    place: [city, stateProvince, countryCode ?? country].map(tidy).filter((part) => part !== undefined).join(', ') || null,
    description: tidy(activity.status?.description) ?? 'Scan without a description',
  };
}

/** The gmt fields, else the local ones with their offset. UPS writes times as HHMMSS, HH:MM:SS or without a leading zero. */
function instant(activity: TrackActivity): Date | null {
  const gmtDay = day(activity.gmtDate);
  const gmtTime = timeOfDay(activity.gmtTime);
  if (gmtDay !== null && gmtTime !== null) return new Date(`${gmtDay}T${gmtTime}Z`);
  const localDay = day(activity.date);
  const localTime = timeOfDay(activity.time);
  const offset = /^([+-]\d{2})[:.]?(\d{2})$/.exec(activity.gmtOffset ?? '');
  if (localDay === null || localTime === null || !offset) return null;
  return new Date(`${localDay}T${localTime}${offset[1]}:${offset[2]}`);
}

function day(text: string | undefined): string | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text?.trim() ?? '');
  return parts && !Number.isNaN(Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}`)) ? `${parts[1]}-${parts[2]}-${parts[3]}` : null;
}

function timeOfDay(text: string | undefined): string | null {
  const digits = text?.replaceAll(':', '').trim() ?? '';
  const parts = /^(\d{2})(\d{2})(\d{2})$/.exec(/^\d{5}$/.test(digits) ? `0${digits}` : digits);
  if (!parts || Number(parts[1]) > 23 || Number(parts[2]) > 59 || Number(parts[3]) > 59) return null;
  return `${parts[1]}:${parts[2]}:${parts[3]}`;
}

function tidy(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
