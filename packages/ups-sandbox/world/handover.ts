import type { Parcel } from './parcel.js';
import type { Scan } from './scan.js';

/** Where a scan of type D left a parcel, and with whom. */
export interface Handover {
  /** The receiver has it. */
  readonly ended: boolean;
  readonly leftAt: string;
  /** A name, a role, or nothing. */
  readonly receivedBy: string;
  readonly signed: boolean;
  readonly photo: Parcel['photo'];
}

const noProof = { ended: false, receivedBy: '', signed: false, photo: 'U' } as const;

/** Type D is not yet the receiver: a parcel can wait at an access point, come back to its shipper, or lie at another door. */
export function handoverOf({ kind, leftAt, receivedBy, signed, photo, accessPoint }: Parcel, { happening: { code } }: Scan): Handover {
  if (code === 'ZP') return { ...noProof, leftAt: accessPoint?.name ?? '' };
  if (code === 'RT') return { ...noProof, leftAt: 'Dock' };
  if (code === 'FS' && kind === 'wrongDoor') return { ...noProof, leftAt };
  return { ended: true, leftAt, receivedBy, signed, photo };
}
