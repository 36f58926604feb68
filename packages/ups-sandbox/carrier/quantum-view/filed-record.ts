import type { QuantumDelivery, QuantumException, QuantumGeneric, QuantumManifest, QuantumOrigin } from '@wayleave/ups-api/wire';
import type { Parcel } from '../../world/parcel.js';
import type { Scan } from '../../world/scan.js';
import { promisedDay } from '../promised-day.js';
import { deliveryRecord, exceptionRecord, genericRecord, originRecord } from './activity-record.js';
import { manifestRecord } from './manifest-record.js';

/** A record with the list of its file that it belongs to. */
export type FiledRecord =
  | { readonly list: 'Manifest'; readonly record: QuantumManifest }
  | { readonly list: 'Origin'; readonly record: QuantumOrigin }
  | { readonly list: 'Exception'; readonly record: QuantumException }
  | { readonly list: 'Delivery'; readonly record: QuantumDelivery }
  | { readonly list: 'Generic'; readonly record: QuantumGeneric };

/** Records other than manifests have room for no other number. */
const packageNumber = /^1Z[0-9A-Z]{16}$/;

/** UPS's types of generic activity (QuantumView.yaml) by the scans that they stand for. */
const genericTypes: Readonly<Record<string, string>> = {
  VP: 'VM', RS: 'UR', YP: 'DS', DP: 'AG', OF: 'OD', OT: 'OT', HC: 'RP', PO: 'PS', RQ: 'SD',
};
/** Those that tell a day of delivery. */
const datedTypes: ReadonlySet<string> = new Set(['DS', 'OD', 'SD', 'UD']);
/** Delays without anybody's wish or fault at the door: UPS itself puts off the day that it had promised. */
const delays: ReadonlySet<string> = new Set(['DJ', 'LT']);

/** What Quantum View says about a scan, its own record first; nothing for what Track alone knows. */
export function filedRecords(parcel: Parcel, scan: Scan): FiledRecord[] {
  const own = ownRecord(parcel, scan);
  if (own === null) return [];
  const { code } = scan.happening;
  if (delays.has(code)) return [own, generic(parcel, scan, 'UD')];
  const notice = parcel.mailFails ? noticeOf(parcel, scan) : null;
  return notice === null ? [own] : [own, generic(parcel, scan, 'FN', notice)];
}

/** Which notice about an access point a scan makes UPS send (QuantumView.yaml, FailureNotificationCode); null for none. */
function noticeOf({ accessPoint }: Parcel, { happening: { code } }: Scan): string | null {
  if (accessPoint === null) return null;
  return code === 'ZP' ? '01' : code === 'RS' ? '04' : null;
}

function ownRecord(parcel: Parcel, scan: Scan): FiledRecord | null {
  const { happening: { type, code } } = scan;
  if (type === 'M') return { list: 'Manifest', record: manifestRecord(parcel, scan) };
  if (!packageNumber.test(parcel.trackingNumber)) return null;
  if (isOrigin(parcel, scan)) return { list: 'Origin', record: originRecord(parcel, scan) };
  if (type === 'D') return { list: 'Delivery', record: deliveryRecord(parcel, scan) };
  const activityType = type === 'NA' ? code : genericTypes[code];
  if (activityType !== undefined) return generic(parcel, scan, activityType);
  if (code === 'SR' && parcel.invoiceRemoval) return generic(parcel, scan, 'IR');
  return type === 'X' ? { list: 'Exception', record: exceptionRecord(parcel, scan) } : null;
}

function generic(parcel: Parcel, scan: Scan, activityType: string, failedNotice?: string): FiledRecord {
  const day = datedTypes.has(activityType) ? { day: promisedDay(parcel, scan) } : {};
  const notice = failedNotice === undefined ? {} : { failedNotice };
  return { list: 'Generic', record: genericRecord(parcel, scan, activityType, { ...day, ...notice }) };
}

/** The first scan of a parcel that somebody held; both of its reports, where there are two. */
function isOrigin({ scans }: Parcel, scan: Scan): boolean {
  const first = scans.find(({ happening }) => happening.code === 'PU' || happening.code === 'OR');
  return first !== undefined && first.atMs === scan.atMs && first.happening === scan.happening;
}
