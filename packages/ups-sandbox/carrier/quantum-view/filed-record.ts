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
const datedTypes: ReadonlySet<string> = new Set(['DS', 'OD', 'SD']);

/** What Quantum View says about a scan; nothing for what Track alone knows. */
export function filedRecord(parcel: Parcel, scan: Scan): FiledRecord | null {
  const { happening: { type, code } } = scan;
  if (type === 'M') return { list: 'Manifest', record: manifestRecord(parcel, scan) };
  if (!packageNumber.test(parcel.trackingNumber)) return null;
  if (isOrigin(parcel, scan)) return { list: 'Origin', record: originRecord(parcel, scan) };
  if (type === 'D') return { list: 'Delivery', record: deliveryRecord(parcel, scan) };
  const generic = type === 'NA' ? code : genericTypes[code];
  if (generic !== undefined) {
    const day = datedTypes.has(generic) ? promisedDay(parcel, scan) : undefined;
    return { list: 'Generic', record: genericRecord(parcel, scan, generic, day) };
  }
  return type === 'X' ? { list: 'Exception', record: exceptionRecord(parcel, scan) } : null;
}

/** The first scan of a parcel that somebody held; both of its reports, where there are two. */
function isOrigin({ scans }: Parcel, scan: Scan): boolean {
  const first = scans.find(({ happening }) => happening.code === 'PU' || happening.code === 'OR');
  return first !== undefined && first.atMs === scan.atMs && first.happening === scan.happening;
}
