import { readTrackAlert, readTrackResponse, type TrackAlert, type TrackedPackage } from '@wayleave/ups-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listedAccounts } from '../world/account.js';
import { dayDigits } from '../world/calendar.js';
import { longestLifeDays } from '../world/journey-kind.js';
import { parcelState, type Parcel, type ParcelState } from '../world/parcel.js';
import type { Party } from '../world/party.js';
import type { Scan } from '../world/scan.js';
import { createWorld, type Report, type World } from '../world/world.js';
import { localTime } from '../world/zone-time.js';
import type { Caller } from './caller.js';
import { doorstepPicture, signaturePicture } from './picture.js';
import { promisedDay } from './promised-day.js';
import { alertEvent } from './track-alert/alert-event.js';
import { shipmentAnswer } from './track-answer.js';

/** A parcel's state, put in words that the world and our client's model both have. */
type Facts = Readonly<Record<string, unknown>>;

const dashed = (digits: string) => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
const colons = (digits: string) => `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;

function factsOfWorld({ parcel, past, promisedDay, rescheduled, delivery }: ParcelState): Facts {
  const { quirks } = parcel;
  const promised = promisedDay === null ? [] : [[rescheduled ? 'RDD' : 'SDD', dashed(dayDigits(promisedDay))]];
  return {
    number: parcel.trackingNumber,
    packages: parcel.shipment.size,
    days: delivery ? [['DEL', dashed(localTime(delivery.atMs, delivery.place.zone).date)]] : promised,
    service: [parcel.service.code, parcel.service.levelCode, parcel.service.description],
    weight: [Number(parcel.weightPounds), 'LBS'],
    sides: [...parcel.dimensions],
    references: parcel.references.map(({ level, value }) => [level, value]),
    postal: parcel.postalNumber,
    parties: [partyFacts(parcel.sender, null, false), partyFacts(parcel.consignee, parcel.consignee.attention, true)],
    payment: parcel.cashOnDelivery === null ? null : Number(parcel.cashOnDelivery),
    scans: past.map(({ atMs, place, happening, cityMissing }) => {
      const { date, time, offset } = localTime(atMs, place.zone);
      const dated = !(quirks.undatedLabel && happening.type === 'M');
      const gmt = dated && quirks.gmt !== 'none';
      return {
        at: gmt ? atMs : null, local: dated ? `${dashed(date)} ${colons(time)}` : null, offset: gmt ? offset : null,
        site: place.slic, city: cityMissing ? null : place.city, country: place.country,
        type: happening.type, code: happening.code, three: happening.statusCode || null, text: happening.description.trim(),
        physical: quirks.logicalScan ? !('logical' in happening) : null,
      };
    }),
    signature: signatureDue(parcel, delivery) ? signaturePicture(parcel.trackingNumber).toString('base64') : null,
    received: delivery && isWithReceiver(parcel, delivery) ? parcel.receivedBy || null : null,
  };
}

/** Not at an access point, not back at the shipper, not at another door. */
function isWithReceiver({ kind }: Parcel, { happening: { code } }: Scan): boolean {
  return !['ZP', 'RT'].includes(code) && !(kind === 'wrongDoor' && code === 'FS');
}

function partyFacts({ name, place, streetNumber, streetName, streetType }: Party, attention: string | null, withPostalCode: boolean): unknown[] {
  return [name, attention, `${streetNumber} ${streetName} ${streetType}`, place.city, place.state || null, withPostalCode ? place.postalCode : null, place.country];
}

function signatureDue(parcel: Parcel, delivery: ParcelState['delivery']): boolean {
  return delivery !== null && parcel.signed && isWithReceiver(parcel, delivery) && parcel.quirks.proof === 'prompt' && ['011', '026', '034'].includes(delivery.happening.statusCode);
}

function factsOfModel(read: TrackedPackage, { parcel }: ParcelState): Facts {
  return {
    number: read.trackingNumber,
    packages: read.packageCount,
    days: read.deliveryDays.map(({ kind, day }) => [kind, day]),
    service: [read.serviceCode, read.serviceLevel, read.service],
    weight: [Number(read.weight?.value), read.weight?.unit],
    sides: [read.dimensions?.length, read.dimensions?.width, read.dimensions?.height].map((side) => Number(side?.value)),
    references: read.references.map(({ kind, number }) => [kind, number]),
    postal: read.alternateNumbers[0]?.number ?? null,
    parties: read.addresses.map(({ name, attention, address }) => [name, attention, address?.lines[0], address?.city, address?.state, address?.postalCode, address?.country]),
    payment: read.payments[0]?.amount ? Number(read.payments[0].amount.amount) : null,
    scans: read.scans.map(({ at, localTime: local, moment, site, address, status, physical }) => ({
      at: at?.getTime() ?? null, local, offset: moment.offset, site, city: address?.city ?? null, country: address?.country,
      type: status.type, code: status.scanCode, three: status.statusCode, text: status.text, physical,
    })),
    signature: parcel.quirks.proof === 'late' ? null : read.proof?.signature?.toString('base64') ?? null,
    received: read.proof?.receivedBy ?? null,
  };
}

/** What Track Alert tells of a scan: its types, and no more of the delivery than a related caller may see. */
function factsOfReport({ parcel, scan }: Report, related: boolean): Facts {
  const { place, happening: { type, code, statusCode, description } } = scan;
  const { date, time, offset } = localTime(scan.atMs, place.zone);
  const delivered = type === 'D' && code !== 'ZP';
  const { byMinute } = parcel.promise;
  const shown = related && delivered && isWithReceiver(parcel, scan);
  return {
    number: parcel.trackingNumber, at: scan.atMs, local: `${dashed(date)} ${colons(time)}`, offset,
    type: code === 'RQ' ? 'U' : ['D', 'M', 'MV', 'X'].includes(type) ? type : 'I', code, three: statusCode || null, text: description.trim(),
    place: [scan.cityMissing ? null : place.city, place.state || null, delivered ? place.postalCode : null, place.country],
    promised: dashed(dayDigits(promisedDay(parcel, scan))),
    delivered: delivered ? [dashed(date), colons(time)] : null,
    by: delivered || byMinute === null || promisedDay(parcel, scan) !== parcel.promise.day ? null : Number(byMinute),
    receivedBy: shown ? parcel.receivedBy || null : null,
    photo: shown && parcel.photo === 'V' && parcel.quirks.proof === 'prompt' ? doorstepPicture(parcel.trackingNumber).toString('base64') : null,
  };
}

function factsOfAlert(read: TrackAlert): Facts {
  const [hours, minutes] = (read.window?.to ?? '').split(':').map(Number);
  return {
    number: read.trackingNumber, at: Number(read.moment.instant), local: `${read.moment.day} ${read.moment.time}`, offset: read.moment.offset,
    type: read.status.type, code: read.status.scanCode, three: read.status.statusCode, text: read.status.text,
    place: [read.place?.city, read.place?.state, read.place?.postalCode, read.place?.country],
    promised: read.scheduledDay,
    delivered: read.deliveredAt && [read.deliveredAt.day, read.deliveredAt.time],
    by: hours === undefined || minutes === undefined ? null : hours * 60 + minutes,
    receivedBy: read.receivedBy, photo: read.photo?.toString('base64') ?? null,
  };
}

const samplesOf = (world: World) => [...world.parcels(new Date(0), 0)].flat();

/** So many of a list, behind those that are skipped. */
function some<T>(items: Iterable<T>, skip: number, count: number): T[] {
  const taken: T[] = [];
  let seen = 0;
  for (const item of items) {
    seen += 1;
    if (seen > skip) taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

describe('a parcel of any world, through the stand-in\'s answer and our client', () => {
  it('is in our model what it was in the world: every scan, instant, code, promise, party, number and image', () => {
    const worlds = fc.record({
      seed: fc.nat(), size: fc.integer({ min: 100, max: 10_000_000 }), atMs: fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') }),
      account: fc.constantFrom(...listedAccounts), daysAgo: fc.nat(60), skip: fc.nat(40),
    });
    fc.assert(fc.property(worlds, ({ seed, size, atMs, account, daysAgo, skip }) => {
      const world = createWorld({ beginsAt: new Date(atMs), seed, size });
      const labelled = world.labelledOn(account, Math.floor(atMs / 86_400_000) - daysAgo);
      for (const parcel of [...samplesOf(world), ...some(labelled, skip, 12)]) {
        const state = parcelState(parcel, atMs);
        if (!state) continue;
        const caller: Caller = { kind: 'profile', clientId: 'c', profileId: 'p', username: 'u', grant: 'g', accounts: [parcel.account] };
        const shipment = shipmentAnswer(parcel.trackingNumber, [state], parcel.shipment.size, { caller, locale: 'en_US', signature: true, milestones: true, proof: true });
        const answer = readTrackResponse({ status: 200, headers: {}, body: JSON.stringify({ trackResponse: { shipment: [shipment] } }) });
        if (!answer.found) throw new Error('not found');
        expect(answer.unread).toEqual([]);
        expect(factsOfModel(answer.packages[0]!, state)).toEqual(factsOfWorld(state));
      }
    }), { numRuns: 80 });
  });

  it('is told of by Track Alert as it went: an event for each scan, in the order in which UPS hears of them, with instant, place, code, promise and photo', () => {
    const windows = fc.record({
      seed: fc.nat(), size: fc.integer({ min: 100, max: 4_000 }), atMs: fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') }),
      accounts: fc.subarray([...listedAccounts, 'Q9Q9Q9', '1442YY'], { minLength: 1, maxLength: 3 }), hours: fc.integer({ min: 1, max: 36 }), related: fc.boolean(),
    });
    fc.assert(fc.property(windows, ({ seed, size, atMs, accounts, hours, related }) => {
      const world = createWorld({ beginsAt: new Date(atMs), seed, size });
      const [from, to] = [atMs - hours * 3_600_000, atMs];
      const events = [...world.reports(accounts, { from: new Date(from), to: new Date(to) })].flat();
      expect(events.map(({ scan }) => scan.reportedMs)).toEqual(events.map(({ scan }) => scan.reportedMs).sort((a, b) => a - b));
      const read = events.map((report) => readTrackAlert(JSON.stringify(alertEvent(report, { enhanced: true, eventKinds: null, accounts: related ? [report.parcel.account] : [] }))));
      expect(read.flatMap(({ unread }) => unread)).toEqual([]);
      expect(read.map(factsOfAlert)).toEqual(events.map((report) => factsOfReport(report, related)));
      expect(keysOf(events)).toEqual(keysOf(labelledBefore(world, accounts, to).flatMap((parcel) => parcel.scans.map((scan) => ({ parcel, scan })))
        .filter(({ scan }) => scan.reportedMs >= from && scan.reportedMs < to)));
    }), { numRuns: 20 });
  });
});

/** Every parcel of some accounts that can be reported on within the three days before an instant, made one by one. */
function labelledBefore(world: World, accounts: readonly string[], atMs: number): Parcel[] {
  const today = Math.floor(atMs / 86_400_000) + 1;
  const days = Array.from({ length: longestLifeDays + 6 }, (_, ago) => today - ago);
  return [...samplesOf(world).filter(({ account }) => accounts.includes(account)), ...accounts.flatMap((account) => days.flatMap((day) => [...world.labelledOn(account, day)]))];
}

function keysOf(reports: readonly Report[]): string[] {
  return reports.map(({ parcel, scan }) => `${parcel.trackingNumber} ${scan.reportedMs} ${scan.atMs} ${scan.happening.code}`).sort();
}
