import { accountOf, labelledOn, listedAccounts, type Account } from './account.js';
import { createDaySpans } from './day-spans.js';
import { lifeDays, longestLifeDays } from './journey-kind.js';
import { createParcelMaker } from './parcel-maker.js';
import type { Parcel } from './parcel.js';
import { sampleParcels } from './samples.js';
import type { Scan } from './scan.js';
import { slotOf, slotOfOrder, type Slot } from './serial.js';
import { shipmentOf } from './shipment.js';
import { localDay } from './zone-time.js';

/**
 * The parcels there are, were and will be. Nothing is stored: seed, account and day lead to a parcel by arithmetic, so a
 * world of ten million costs no more than one of a hundred, and new parcels are labelled on every business day for ever.
 *
 * Any six digits or capital letters are a shipper account with parcels of its own. The world does not know which of them
 * belong to anybody: who answers requests asks `accounts` and the profiles' accounts.
 */
export interface World {
  /** The accounts that are there from the beginning, by number. */
  readonly accounts: readonly string[];
  /** An account by its number of six digits or capital letters: who ships, from where and how much. */
  account(number: string): Account;
  /** Whether a parcel is a documented sample or of one of `accounts`, so that it is there whoever has a profile. */
  isListed(parcel: Parcel): boolean;
  /**
   * The parcel that bears a number at an instant; null when none does, not even in the future of that day. A number that
   * was given out again stands for its newest parcel. Parcels of any account are found, listed or not.
   */
  find(trackingNumber: string, at: Date): Parcel | null;
  /** The parcels that an account labels on a day (days since 1970, local to the account), in the order of their serials. */
  labelledOn(account: string, day: number): Iterable<Parcel>;
  /** All parcels of a parcel's shipment, itself included, the leading one first. */
  shipment(parcel: Parcel): readonly Parcel[];
  /** The parcels with a reference, of shipment or package, among those of some accounts. The same reference can stand for several. */
  withReference(reference: string, accounts: Iterable<string>): Parcel[];
  /**
   * What UPS's systems hear of an account's parcels from an instant (included) to another (excluded): by `reportedMs`,
   * not by when it happened. In no order but that of the labels; sort what is to be shown in one. Lazy: stop, or let
   * others work, between any two.
   */
  reports(account: string, window: { readonly from: Date; readonly to: Date }): Iterable<Report>;
  /** Parcels that were labelled by an instant: the documented samples, then the newest of the listed accounts, back to so many days ago. */
  parcels(at: Date, days?: number): Iterable<Parcel>;
}

/** One scan of one parcel at the moment in which it is told of. */
export interface Report {
  readonly parcel: Parcel;
  readonly scan: Scan;
}

export interface WorldOptions {
  /** When the documented samples set off; all else goes by the calendar. */
  readonly beginsAt: Date;
  readonly seed: number;
  /** About how many parcels the listed accounts have within the 120 days that Track shows. */
  readonly size: number;
}

/** For so many days Track answers what happened. */
export const trackKeptDays = 120;

const mostSpans = 2_000_000;

/** Makes the world: the same options give the same parcels. */
export function createWorld(options: WorldOptions): World {
  const { seed, size } = options;
  const samples = new Map(sampleParcels(options.beginsAt).map((parcel) => [parcel.trackingNumber, parcel]));
  const accounts = new Map<string, Account>();
  const account = (number: string): Account => {
    const known = accounts.get(number) ?? accountOf(number, size);
    if (accounts.size < 10_000) accounts.set(number, known);
    return known;
  };
  const maker = createParcelMaker(seed, account);
  const spans = createDaySpans(mostSpans);

  /** First and last report of each parcel of a day; those whose kind is over by `now` are left at zero. */
  function spansOf(owner: Account, day: number, longOnly: boolean): Float64Array {
    return spans.get(`${owner.number} ${day} ${longOnly}`, () => {
      const count = labelledOn(owner, day);
      const made = new Float64Array(count * 2);
      for (let index = 0; index < count; index += 1) {
        if (longOnly && lifeDays(maker.kindAt(owner, { day, index })) < longestLifeDays) continue;
        let first = Infinity;
        let last = -Infinity;
        for (const { reportedMs } of maker.make(owner, { day, index }).scans) {
          first = Math.min(first, reportedMs);
          last = Math.max(last, reportedMs);
        }
        made[index * 2] = first;
        made[index * 2 + 1] = last;
      }
      return made;
    });
  }

  function* reportedSlots(owner: Account, fromMs: number, toMs: number): Iterable<Slot> {
    const { zone } = owner.party.place;
    const lastDay = localDay(toMs, zone);
    const usual = localDay(fromMs, zone) - lifeDays('delivered');
    for (let day = localDay(fromMs, zone) - longestLifeDays; day <= lastDay; day += 1) {
      const times = spansOf(owner, day, day < usual);
      for (let index = 0; index * 2 < times.length; index += 1) {
        if ((times[index * 2] ?? 0) < toMs && (times[index * 2 + 1] ?? 0) >= fromMs) yield { day, index };
      }
    }
  }

  return {
    accounts: listedAccounts,
    account,
    isListed: (parcel) => samples.has(parcel.trackingNumber) || listedAccounts.includes(parcel.account),
    find(number, at) {
      const sample = samples.get(number);
      if (sample) return sample;
      const parts = /^1Z([0-9A-Z]{6})\d\d(\d{7})\d$/.exec(number);
      if (!parts) return null;
      const owner = account(parts[1] ?? '');
      const slot = slotOf(owner, Number(parts[2]), localDay(at.getTime(), owner.party.place.zone));
      const parcel = slot && maker.make(owner, slot);
      return parcel?.trackingNumber === number ? parcel : null;
    },
    *labelledOn(number, day) {
      const owner = account(number);
      for (let index = 0; index < labelledOn(owner, day); index += 1) yield maker.make(owner, { day, index });
    },
    shipment(parcel) {
      if (samples.has(parcel.trackingNumber)) return [parcel];
      const owner = account(parcel.account);
      const slot = slotOf(owner, Number(parcel.trackingNumber.slice(10, 17)), parcel.labelDay);
      if (!slot) return [parcel];
      const { firstIndex, size: count } = shipmentOf(seed, owner, slot);
      return Array.from({ length: count }, (_, position) => maker.make(owner, { day: slot.day, index: firstIndex + position }));
    },
    withReference(reference, numbers) {
      const sample = [...samples.values()].filter(({ references }) => references.some(({ value }) => value === reference));
      const parts = /^(PO|INV)-(\d{1,12})$/.exec(reference);
      if (!parts) return sample;
      return [...new Set(numbers)].flatMap((number) => {
        const owner = account(number);
        const slot = slotOfOrder(owner, Number(parts[2]));
        if (!slot) return [];
        if (parts[1] === 'INV') return [maker.make(owner, slot)];
        const { firstIndex, size: count } = shipmentOf(seed, owner, slot);
        return firstIndex === slot.index ? Array.from({ length: count }, (_, position) => maker.make(owner, { day: slot.day, index: firstIndex + position })) : [];
      });
    },
    *reports(number, { from, to }) {
      const owner = account(number);
      const [fromMs, toMs] = [from.getTime(), to.getTime()];
      const own = [...samples.values()].filter((sample) => sample.account === number);
      for (const parcel of own) yield* within(parcel);
      for (const slot of reportedSlots(owner, fromMs, toMs)) yield* within(maker.make(owner, slot));

      function* within(parcel: Parcel): Iterable<Report> {
        for (const scan of parcel.scans) if (scan.reportedMs >= fromMs && scan.reportedMs < toMs) yield { parcel, scan };
      }
    },
    *parcels(at, days = trackKeptDays) {
      yield* samples.values();
      const today = localDay(at.getTime(), 'UTC');
      for (let day = today; day > today - days; day -= 1) {
        for (const number of listedAccounts) {
          for (const parcel of this.labelledOn(number, day)) if (parcel.scans.some(({ reportedMs }) => reportedMs <= at.getTime())) yield parcel;
        }
      }
    },
  };
}
