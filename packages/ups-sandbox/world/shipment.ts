import { labelledOn, type Account } from './account.js';
import { seededRandom, seedOf } from './random.js';
import type { Slot } from './serial.js';

/** Slots of one day in a row that are one shipment. */
export interface ShipmentSlots {
  readonly day: number;
  readonly firstIndex: number;
  readonly size: number;
}

/** Slots are shared out to shipments in blocks, so that one is found without counting from the first of the day. */
const blockSize = 60;

/** The shipment that a slot belongs to: mostly it alone, sometimes a few, now and then a whole pallet. */
export function shipmentOf(seed: number, account: Account, { day, index }: Slot): ShipmentSlots {
  const blockStart = index - index % blockSize;
  const blockEnd = Math.min(blockStart + blockSize, labelledOn(account, day));
  const random = seededRandom(seedOf(seed, 'shipments', account.number, day, blockStart));
  let firstIndex = blockStart;
  for (;;) {
    const draw = account.courier ? 1 : random.integer(1, 1_000);
    const wanted = draw <= 880 ? 1 : draw <= 950 ? 2 : draw <= 990 ? random.integer(3, 8) : draw <= 998 ? random.integer(9, 30) : blockSize;
    const size = Math.min(wanted, blockEnd - firstIndex);
    if (index < firstIndex + size) return { day, firstIndex, size };
    firstIndex += size;
  }
}
