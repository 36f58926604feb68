import { accountOf, labelledOn, listedAccounts, type Account } from './account.js';
import { lifeDays, longestLifeDays } from './journey-kind.js';
import { createParcelMaker } from './parcel-maker.js';
import type { Parcel } from './parcel.js';
import { createReportIndex, parcelsAtOnce, sliceMs, type ReportBlock } from './report-index.js';
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
  /**
   * The parcels with a reference, of shipment or package, among those that some accounts labelled by the day of an instant. The
   * same reference can stand for several.
   */
  withReference(reference: string, accounts: Iterable<string>, at: Date): Parcel[];
  /**
   * What UPS's systems hear of some accounts' parcels from an instant (included) to another (excluded), in the order of
   * `reportedMs`: not of when it happened. In batches that take a moment each to make, many of them empty, so that others
   * can work in between.
   */
  reports(accounts: Iterable<string>, window: { readonly from: Date; readonly to: Date }): Iterable<readonly Report[]>;
  /**
   * Parcels that were labelled by an instant: the documented samples, then the newest of the listed accounts, back to so
   * many days ago. In batches as above.
   */
  parcels(at: Date, days?: number): Iterable<readonly Parcel[]>;
  /** How many parcels the listed accounts label within so many days; `parcels` has some less, since today is not over. */
  count(at: Date, days?: number): number;
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

const dayMs = 86_400_000;
const none: readonly never[] = [];

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
  const timesOf = (owner: Account, slot: Slot) => maker.make(owner, slot).scans.map(({ reportedMs }) => reportedMs);
  const index = createReportIndex({
    all: timesOf,
    long: (owner, slot) => (lifeDays(maker.kindAt(owner, slot)) < longestLifeDays ? none : timesOf(owner, slot)),
  });

  /** The reports of some accounts within a day at most. */
  function* reportsWithin(owners: readonly Account[], fromMs: number, toMs: number): Iterable<readonly Report[]> {
    const [firstSlice, lastSlice] = [Math.floor(fromMs / sliceMs), Math.floor((toMs - 1) / sliceMs)];
    const own = [...samples.values()].filter((sample) => owners.some(({ number }) => number === sample.account));
    const blocks: { owner: Account; day: number; read: ReturnType<ReportBlock['reader']> }[] = [];
    for (const owner of owners) {
      const { zone } = owner.party.place;
      const usual = localDay(fromMs, zone) - lifeDays('delivered');
      for (let day = localDay(fromMs, zone) - longestLifeDays; day <= localDay(toMs, zone); day += 1) {
        for (const block of index.blocks(owner, day, day < usual)) {
          while (block.look()) yield none;
          blocks.push({ owner, day, read: block.reader(firstSlice) });
        }
      }
      yield none;
    }
    for (let slice = firstSlice; slice <= lastSlice; slice += 1) {
      const [begin, end] = [Math.max(fromMs, slice * sliceMs), Math.min(toMs, (slice + 1) * sliceMs)];
      const heard: Report[] = own.flatMap((sample) => reportsOf(sample, begin, end));
      let made = 0;
      for (const { owner, day, read } of blocks) {
        for (const place of read(slice)) {
          heard.push(...reportsOf(maker.make(owner, { day, index: place }), begin, end));
          made += 1;
          if (made % parcelsAtOnce === 0) yield none;
        }
      }
      yield heard.sort(byReport);
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
    withReference(reference, numbers, at) {
      const sample = [...samples.values()].filter(({ references }) => references.some(({ value }) => value === reference));
      const parts = /^(PO|INV)-(\d{1,12})$/.exec(reference);
      if (!parts) return sample;
      return [...new Set(numbers)].flatMap((number) => {
        const owner = account(number);
        const slot = slotOfOrder(owner, Number(parts[2]), localDay(at.getTime(), owner.party.place.zone));
        if (!slot) return [];
        if (parts[1] === 'INV') return [maker.make(owner, slot)];
        const { firstIndex, size: count } = shipmentOf(seed, owner, slot);
        return firstIndex === slot.index ? Array.from({ length: count }, (_, position) => maker.make(owner, { day: slot.day, index: firstIndex + position })) : [];
      });
    },
    *reports(numbers, { from, to }) {
      const owners = [...new Set(numbers)].map(account);
      for (let begin = from.getTime(); begin < to.getTime(); begin = Math.floor(begin / dayMs + 1) * dayMs) {
        yield* reportsWithin(owners, begin, Math.min(to.getTime(), Math.floor(begin / dayMs + 1) * dayMs));
      }
    },
    *parcels(at, days = trackKeptDays) {
      yield [...samples.values()];
      const today = localDay(at.getTime(), 'UTC');
      for (let day = today; day > today - days; day -= 1) {
        for (const owner of listedAccounts.map(account)) {
          for (let first = 0; first < labelledOn(owner, day); first += parcelsAtOnce) {
            const made = Array.from({ length: Math.min(parcelsAtOnce, labelledOn(owner, day) - first) }, (_, place) => maker.make(owner, { day, index: first + place }));
            yield made.filter(({ scans }) => scans.some(({ reportedMs }) => reportedMs <= at.getTime()));
          }
        }
      }
    },
    count(at, days = trackKeptDays) {
      const today = localDay(at.getTime(), 'UTC');
      const perDay = (day: number) => listedAccounts.reduce((sum, number) => sum + labelledOn(account(number), day), 0);
      return Array.from({ length: days }, (_, ago) => perDay(today - ago)).reduce((sum, labelled) => sum + labelled, samples.size);
    },
  };
}

function reportsOf(parcel: Parcel, fromMs: number, toMs: number): Report[] {
  return parcel.scans.flatMap((scan) => (scan.reportedMs >= fromMs && scan.reportedMs < toMs ? [{ parcel, scan }] : []));
}

function byReport(one: Report, other: Report): number {
  if (one.scan.reportedMs !== other.scan.reportedMs) return one.scan.reportedMs - other.scan.reportedMs;
  return one.parcel.trackingNumber < other.parcel.trackingNumber ? -1 : Number(one.parcel.trackingNumber > other.parcel.trackingNumber);
}
