import type { Random } from './random.js';

/** How UPS happens to write one parcel down: the same parcel is always written alike. */
export interface Quirks {
  /** `currentStatus` has no type, and the three digits in `code` (UPS-API/api-documentation#236). */
  readonly sparseStatus: boolean;
  /** Lists of one are the one text itself, as in UPS's examples. */
  readonly singleTexts: boolean;
  /** GMT date and time: `20260331` `15:44:34`, the older `2026-03-31` `154434`, the example's `74700` without its zero, or none (#38, #99). */
  readonly gmt: 'colons' | 'dashed' | 'digits' | 'none';
  /** Answers of before May 2026 do not say which scans are only booked. */
  readonly logicalScan: boolean;
  /** The label has no date and no time. */
  readonly undatedLabel: boolean;
  /** The shipment has a pickup date, which UPS's file does not know (#187). */
  readonly pickupDate: boolean;
  /** The photo's container is there before any delivery (#236). */
  readonly earlyPhoto: boolean;
  /** UPS.com is asked to hide the details. */
  readonly suppressed: boolean;
  /** When letter and signature of the delivery can be had: with it, a day later, or never. */
  readonly proof: 'prompt' | 'late' | 'never';
}

/** How most are written: nothing odd but what UPS always does. */
export const plainQuirks: Quirks = {
  sparseStatus: false, singleTexts: false, gmt: 'colons', logicalScan: true, undatedLabel: false, pickupDate: false, earlyPhoto: false, suppressed: false,
  proof: 'prompt',
};

/** `postal`: the post office's parcels never have GMT times. */
export function drawQuirks(random: Random, postal: boolean): Quirks {
  const gmt = postal ? 100 : random.integer(1, 100);
  const proof = random.integer(1, 100);
  return {
    sparseStatus: random.chance(400),
    singleTexts: random.chance(100),
    gmt: gmt <= 80 ? 'colons' : gmt <= 88 ? 'dashed' : gmt <= 95 ? 'digits' : 'none',
    logicalScan: random.chance(850),
    undatedLabel: random.chance(50),
    pickupDate: random.chance(200),
    earlyPhoto: random.chance(300),
    suppressed: random.chance(20),
    proof: proof <= 80 ? 'prompt' : proof <= 95 ? 'late' : 'never',
  };
}
