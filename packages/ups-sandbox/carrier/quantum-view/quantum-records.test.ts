import { readQuantumViewResponse, type ManifestRecord, type QuantumRecord } from '@wayleave/ups-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviations } from '../../../ups-api/tests/deviations.js';
import { specsAreThere, UpsSpec } from '../../../ups-api/tests/openapi.js';
import { standInDeviations } from '../../tests/deviations.js';
import { createWorld, type Report } from '../../world/world.js';
import { localTime } from '../../world/zone-time.js';
import { createReportFeed } from '../report-feed.js';
import { exceptionWords } from './exception-words.js';
import { fileClock, windowBegin, windowOf, writtenAt } from './file-clock.js';
import { filedRecords, type FiledRecord } from './filed-record.js';
import { failureAnswer, quantumAnswer } from './quantum-answer.js';
import { QuantumFailure } from './quantum-failure.js';
import { quantumFiles, type QuantumFile } from './quantum-files.js';

const day = 86_400_000;
const clock = fileClock(-300);
const now = Date.parse('2026-11-20T15:00:00Z');
const subscription = { name: 'OutboundXML', status: 'A', readThrough: '' } as const;

const worldOf = (seed: number, size = 3_000) => createWorld({ beginsAt: new Date(now), seed, size });

function reportsOf(seed: number, accounts: readonly string[], fromMs: number, untilMs: number, size?: number): Report[] {
  return [...worldOf(seed, size).reports(accounts, { from: new Date(fromMs), to: new Date(untilMs) })].flat();
}

async function filesOf(seed: number, accounts: readonly string[], fromMs = now - 2 * day, throughMs = now, size?: number): Promise<QuantumFile[]> {
  const feed = createReportFeed(worldOf(seed, size));
  const files: QuantumFile[] = [];
  for await (const file of quantumFiles({ clock, fromMs, throughMs, reports: (from, until) => feed.between(accounts, from, until) })) files.push(file);
  return files;
}

function wireOf(files: readonly QuantumFile[]): object {
  const page = { clock, selected: [{ subscription, fromMs: now - 2 * day, throughMs: now, files }], bookmark: null };
  return quantumAnswer(page, { subscriberId: 'harborpine', context: 'c' });
}

/** What the client makes of the files. */
function readBack(files: readonly QuantumFile[]) {
  return readQuantumViewResponse({ status: 200, headers: {}, body: JSON.stringify(wireOf(files)) });
}

const numbersOf = (record: QuantumRecord) => (record.kind === 'manifest' ? record.packages.map(({ trackingNumber }) => trackingNumber) : [record.trackingNumber]);

const dayText = (days: number | undefined) => (days === undefined ? null : new Date(days * day).toISOString().slice(0, 10));

/** A record of a report in the client's words: what, when by the clock of the place, where, who pays, and what only this kind knows. */
function told({ parcel, scan }: Report, { list }: FiledRecord): string {
  const { happening: { code, statusCode }, place } = scan;
  const { date, time } = localTime(scan.atMs, place.zone);
  const dated = list === 'Manifest' && parcel.quirks.undatedLabel ? null : `${date} ${time}`;
  const { reason, resolution } = exceptionWords(statusCode);
  return JSON.stringify([
    list.toLowerCase(), parcel.trackingNumber, dated, parcel.account, parcel.references.map(({ value }) => value).sort(), parcel.billTo.account,
    list === 'Manifest' || list === 'Generic' ? null : [scan.cityMissing ? null : place.city, place.country],
    list === 'Exception' ? [code, reason.code, resolution?.code ?? null, dayText(scan.rescheduledTo)] : null,
    list === 'Origin' || list === 'Manifest' ? dayText(parcel.promise.day) : null,
  ]);
}

function retold(record: QuantumRecord): string {
  const isManifest = record.kind === 'manifest';
  const moment = isManifest ? record.packages[0]?.moments[0] : record.moment;
  const dated = moment === undefined ? null : `${moment.day?.replaceAll('-', '')} ${moment.time?.replaceAll(':', '')}`;
  const references = isManifest ? [...record.references, ...record.packages.flatMap((pack) => pack.references)] : [...record.packageReferences, ...record.shipmentReferences];
  return JSON.stringify([
    record.kind, numbersOf(record)[0], dated, isManifest ? record.shipper?.account : record.account, references.map(({ value }) => value).sort(), record.billTo?.account,
    record.kind === 'manifest' || record.kind === 'generic' ? null : [record.place?.city ?? null, record.place?.country],
    record.kind === 'exception' ? [record.status.code, record.reason.code, record.resolution?.code ?? null, record.rescheduledDay] : null,
    record.kind === 'origin' || isManifest ? record.scheduledDay : null,
  ]);
}

describe('records of Quantum View', () => {
  const accounts = fc.subarray(['W4Y135', 'A1B2C3', 'X4Y5Z6', 'K35TR1', 'B3RL1N', 'R0LL99', 'C0UR1E', 'Q9Q9Q9'], { minLength: 1, maxLength: 3 });

  it('of any world come back from the client as the world told them: none lost, none made up, nothing unread', async () => {
    const worlds = fc.record({ seed: fc.nat(), size: fc.integer({ min: 100, max: 10_000 }), atMs: fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') }), chosen: accounts });
    await fc.assert(fc.asyncProperty(worlds, async ({ seed, size, atMs, chosen }) => {
      const [first, last] = [windowOf(atMs) - 500, windowOf(atMs)];
      const answer = readBack(await filesOf(seed, chosen, writtenAt(first), writtenAt(last), size));
      expect(answer.unread).toEqual([]);
      const records = answer.subscriptions.flatMap((each) => each.files).flatMap((file) => file.records);
      const reports = reportsOf(seed, chosen, windowBegin(first), windowBegin(last + 1), size);
      expect(records.map(retold).sort()).toEqual(reports.flatMap((report) => filedRecords(report.parcel, report.scan).map((filed) => told(report, filed))).sort());
    }), { numRuns: 12 });
  });

  it('carry references, parties, promise and money without loss', () => {
    const reports = reportsOf(7, ['W4Y135', 'B3RL1N', 'K35TR1'], now - 20 * day, now).filter(({ scan }) => scan.happening.type === 'M');
    expect(reports.length).toBeGreaterThan(100);
    const returns: ManifestRecord[] = [];
    for (const { parcel, scan } of reports) {
      const [record] = readBack([{ name: '261120_100019001', records: filedRecords(parcel, scan) }]).subscriptions[0]?.files[0]?.records ?? [];
      const manifest = record as ManifestRecord;
      const [pack] = manifest.packages;
      expect([...manifest.references.map(({ value }) => value), ...(pack?.references ?? []).map(({ value }) => value)].sort()).toEqual(parcel.references.map(({ value }) => value).sort());
      expect(manifest.shipper).toMatchObject({ name: parcel.shipper.name.toUpperCase(), account: parcel.account, mail: parcel.shipper.email, phone: parcel.shipper.phone });
      expect(manifest.shipTo?.address).toMatchObject({ city: parcel.destination.city, country: parcel.destination.country });
      expect(manifest.scheduledDay).toBe(new Date(parcel.promise.day * day).toISOString().slice(0, 10));
      expect(Number(pack?.weight?.value)).toBeCloseTo(Number(parcel.weightPounds), 1);
      expect(pack?.cashOnDelivery?.amount?.amount ?? null).toBe(parcel.cashOnDelivery);
      expect([manifest.billTo, manifest.consigneeBilled]).toEqual([{ option: parcel.billTo.option, account: parcel.billTo.account }, parcel.billTo.option === '02']);
      expect([manifest.callTag?.code ?? null, manifest.marks['LabelDeliveryMethod'] !== undefined]).toEqual(parcel.returnService === null ? [null, false] : [`0${parcel.returnService}`, true]);
      expect(manifest.marks['CommercialInvoiceRemoval'] ?? null).toBe(parcel.invoiceRemoval ? 'Y' : null);
      if (parcel.returnService !== null) returns.push(manifest);
      expect(manifest.leadTrackingNumber).toBe(parcel.shipment.leadTrackingNumber);
    }
    expect(returns.length).toBeGreaterThan(0);
    for (const { shipper, shipTo } of returns) expect(shipTo).toMatchObject({ name: shipper?.name, mail: shipper?.mail, phone: shipper?.phone });
  });

  it('tell deliveries into an access point, to the door, and back to the shipper apart', () => {
    const reports = reportsOf(11, ['W4Y135', 'R0LL99', 'P4P3R1', 'N0R7H6'], now - 60 * day, now).filter(({ scan }) => scan.happening.type === 'D');
    const kinds = new Set<string>();
    const filed = reports.flatMap(({ parcel, scan }) => filedRecords(parcel, scan).filter(({ list }) => list === 'Delivery'));
    const records = readBack([{ name: '261120_100019001', records: filed }]).subscriptions[0]?.files[0]?.records ?? [];
    expect(records.length).toBe(reports.length);
    for (const [index, { parcel, scan }] of reports.entries()) {
      const record = records[index];
      if (record?.kind !== 'delivery') throw new Error(`no delivery: ${record?.kind}`);
      kinds.add(scan.happening.code);
      const waits = scan.happening.code === 'ZP';
      expect(record.accessPoint).toBe(waits ? parcel.accessPoint?.id : null);
      expect(record.lastPickupDay).toBe(waits ? new Date((parcel.accessPoint?.pickUpBy ?? 0) * day).toISOString().slice(0, 10) : null);
      const receiver = scan.happening.code === 'RT' ? parcel.shipper : parcel.consignee;
      expect(record.deliveredTo?.name).toBe(receiver.name.toUpperCase());
      const isEnd = !waits && scan.happening.code !== 'RT' && !(scan.happening.code === 'FS' && parcel.kind === 'wrongDoor');
      expect(record.signedBy ?? record.driverRelease).toBe(isEnd && parcel.receivedBy !== '' ? parcel.receivedBy.toUpperCase() : null);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['FS', 'F4', 'ZP', 'RT']));
  });

  it('have the generic types that docs/stand-in.md names and no other; UD, IR and FN say what the world knows', () => {
    const world = worldOf(11, 30_000);
    const today = Math.floor(now / day);
    const reports = ['W4Y135', 'B3RL1N'].flatMap((account) => Array.from({ length: 45 }, (_, ago) => [...world.labelledOn(account, today - ago)]).flat())
      .flatMap((parcel) => parcel.scans.map((scan): Report => ({ parcel, scan })));
    const generic = reports.flatMap(({ parcel, scan }) => filedRecords(parcel, scan)).filter((filed) => filed.list === 'Generic');
    expect([...new Set(generic.map(({ record }) => record.ActivityType))].sort()).toEqual(['AG', 'DS', 'FN', 'IR', 'OD', 'OT', 'PS', 'QZ', 'RP', 'SD', 'UD', 'UR', 'VM']);

    const expected = reports.flatMap(({ parcel, scan: { happening: { code }, rescheduledTo } }) => {
      const what = [parcel.trackingNumber, code === 'DJ' || code === 'LT' ? dayText(rescheduledTo) : null];
      if (what[1] !== null) return [['UD', ...what, null, null]];
      if (code === 'SR' && parcel.invoiceRemoval) return [['IR', ...what, null, null]];
      if (code === 'ZP' && parcel.mailFails) return [['FN', ...what, parcel.consignee.email, '01']];
      return code === 'RS' && parcel.kind === 'unclaimed' && parcel.mailFails ? [['FN', ...what, parcel.consignee.email, '04']] : [];
    });
    expect(new Set(expected.map(([type, , , , notice]) => `${type} ${notice}`))).toEqual(new Set(['UD null', 'IR null', 'FN 01', 'FN 04']));
    const records = readBack([{ name: '261120_100019001', records: generic.filter(({ record }) => ['UD', 'IR', 'FN'].includes(record.ActivityType)) }]).subscriptions[0]?.files[0]?.records ?? [];
    expect(records.map((record) => record.kind === 'generic'
      && [record.activity, record.trackingNumber, record.rescheduledDay, record.failedNotification?.mail ?? null, record.failedNotification?.code ?? null])).toEqual(expected);
  });

  it('are written as untidily as UPS writes them', async () => {
    const text = JSON.stringify(wireOf(await filesOf(7, ['W4Y135', 'A1B2C3', 'B3RL1N', 'P4P3R1', 'C0UR1E'], now - 7 * day, now, 12_000)));
    const traps = [
      /"Weight":"\+\d{4}\.\d"/, /"Length":"00000000"/, /"COD":""/, /"ResidentialAddressIndicator":""/, /"ResidentialAddressIndicator":\{\}/, /"TaxIdentificationNumber":""/,
      /"Time":"\d{5}"/, /"ActivityType":"VM"/, /"Option":"99"/, /"BeginDate":"\d\d-\d\d-\d{4}-\d\d-\d\d"/, /"LastPickupDate":"\d{4}-\d\d-\d\d"/, /"LastPickupDate":"\d{8}"/,
    ];
    expect(traps.filter((trap) => !trap.test(text))).toEqual([]);
    expect(/GMT|Offset/.test(text)).toBe(false);
  });

  it.runIf(specsAreThere)('fit UPS\'s own file, but for the listed deviations', async () => {
    const spec = new UpsSpec('QuantumView.yaml', [...deviations['QuantumView.yaml'], ...standInDeviations['QuantumView.yaml']]);
    const check = (answer: object) => expect([...new Set(spec.checkAnswer('/quantumview/{version}/events', 'POST', 200, answer))].slice(0, 20)).toEqual([]);
    for (const seed of [7, 8]) check(wireOf(await filesOf(seed, ['W4Y135', 'A1B2C3', 'B3RL1N', 'P4P3R1', 'C4D1L0'], now - 7 * day)));
    for (const failure of [QuantumFailure.noFiles(), QuantumFailure.unknownNames(['InboundXML']), QuantumFailure.rangeTooOld(), QuantumFailure.unknownBookmark()]) {
      check(failureAnswer(failure, { subscriberId: 'harborpine', context: null }));
    }
    expect(standInDeviations['QuantumView.yaml'].filter((deviation) => !spec.used.has(deviation)).map(({ at }) => String(at))).toEqual([]);
  });
});

describe('files of Quantum View', () => {
  it('are the same whenever and by whomever they are read, and in parts as at once', async () => {
    const whole = await filesOf(7, ['W4Y135', 'A1B2C3']);
    expect(await filesOf(7, ['W4Y135', 'A1B2C3'])).toEqual(whole);
    const parts = await Promise.all([now - 2 * day, now - 1.3 * day, now - 0.4 * day].map((from, index, all) => filesOf(7, ['W4Y135', 'A1B2C3'], from, (all[index + 1] ?? now + 1) - 1)));
    expect(parts.flat()).toEqual(whole);
  });

  it('have names that sort as they were written, each once, in 16 characters', async () => {
    const names = (await filesOf(7, ['W4Y135', 'C0UR1E'], now - 7 * day)).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(100);
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of names) expect(name).toMatch(/^2611\d\d_\d{9}$/);
  });
});
