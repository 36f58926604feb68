import { labelledOn, type Account } from './account.js';

/** A parcel's place among those of its account: the day of its label and its number on that day. */
export interface Slot {
  readonly day: number;
  readonly index: number;
}

/** The seven digits of a slot. They come again after the account's cycle. */
export function serialOf(account: Account, { day, index }: Slot): number {
  return (day % account.cycleDays) * account.mostPerDay + index;
}

/** The newest slot on or before a day that a serial can stand for; null when no parcel has it. */
export function slotOf(account: Account, serial: number, lastDay: number): Slot | null {
  const index = serial % account.mostPerDay;
  const inCycle = Math.floor(serial / account.mostPerDay);
  if (inCycle >= account.cycleDays) return null;
  const day = lastDay - (((lastDay - inCycle) % account.cycleDays) + account.cycleDays) % account.cycleDays;
  return index < labelledOn(account, day) ? { day, index } : null;
}

/** The number that the shipper counts a slot by; it never comes again. */
export function orderOf(account: Account, { day, index }: Slot): number {
  return day * account.mostPerDay + index;
}

/** The slot of such a number on or before a day, or null: anybody can ask for days that no calendar has. */
export function slotOfOrder(account: Account, order: number, lastDay: number): Slot | null {
  const slot = { day: Math.floor(order / account.mostPerDay), index: order % account.mostPerDay };
  return slot.day <= lastDay && slot.index < labelledOn(account, slot.day) ? slot : null;
}
