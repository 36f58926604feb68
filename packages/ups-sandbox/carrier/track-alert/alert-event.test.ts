import { describe, expect, it } from 'vitest';
import { deviations } from '../../../ups-api/tests/deviations.js';
import { specsAreThere, UpsSpec } from '../../../ups-api/tests/openapi.js';
import { standInDeviations } from '../../tests/deviations.js';
import { createWorld } from '../../world/world.js';
import { alertEvent } from './alert-event.js';
import { testEvents } from './test-events.js';

const now = Date.parse('2026-11-20T15:00:00Z');
const day = 86_400_000;
const accounts = ['W4Y135', 'P4P3R1', 'B3RL1N', 'C0UR1E', 'K35TR1'];
const reports = [...createWorld({ beginsAt: new Date(now), seed: 11, size: 20_000 }).reports(accounts, { from: new Date(now - 3 * day), to: new Date(now) })].flat();
const enhanced = { enhanced: true, eventKinds: null, accounts: ['W4Y135'] };
const standard = { enhanced: false, eventKinds: null, accounts };

describe('events of Track Alert', () => {
  it('are those that a subscription asked for, and say no more than its type does', () => {
    const typesFor = (eventKinds: ('D' | 'I' | 'M' | 'X')[]) => [...new Set(reports.flatMap((report) => alertEvent(report, { ...enhanced, eventKinds })?.activityStatus.type ?? []))].sort();
    expect([typesFor(['D']), typesFor(['I']), typesFor(['M']), typesFor(['X']), typesFor(['D', 'M'])]).toEqual([['D', 'U'], ['I'], ['M', 'MV'], ['U', 'X'], ['D', 'M', 'MV', 'U']]);
    expect(reports.length).toBeGreaterThan(500);
    for (const report of reports.slice(0, 200)) {
      expect(alertEvent(report, standard)).not.toHaveProperty('deliveryPhoto');
      expect(alertEvent(report, standard)).not.toHaveProperty('receivedBy');
    }
  });

  it('follow a change of the promised day, to which no committed time belongs, and give the offset with a dot', () => {
    const changed = reports.find(({ scan }) => scan.rescheduledTo !== undefined)!;
    expect(alertEvent(changed, standard)?.scheduledDeliveryDate).toBe(new Date((changed.scan.rescheduledTo ?? 0) * day).toISOString().slice(0, 10).replaceAll('-', ''));
    const express = reports.filter(({ parcel, scan }) => parcel.promise.byMinute !== null && scan.rescheduledTo !== undefined && scan.happening.type === 'X');
    expect(express.length).toBeGreaterThan(3);
    for (const report of express) expect(alertEvent(report, standard)).toMatchObject({ deliveryStartTime: '', deliveryEndTime: '', deliveryTimeDescription: 'end of day' });
    expect(reports.every((report) => /^[+-]\d\d\.\d\d$/.test(alertEvent(report, standard)?.gmtOffset ?? ''))).toBe(true);
  });

  it.runIf(specsAreThere)('fit UPS\'s own file, but for the listed deviations', () => {
    const spec = new UpsSpec('UPSTrackAlert.yaml', [...deviations['UPSTrackAlert.yaml'], ...standInDeviations['UPSTrackAlert.yaml']]);
    const events = [
      ...reports.flatMap((report) => [alertEvent(report, enhanced), alertEvent(report, standard)]),
      ...testEvents('1ZCIETST0111111114', new Date(now)), ...testEvents('1ZCIETST0422222228', new Date(now)),
    ];
    expect([...new Set(events.flatMap((event) => spec.checkWebhook('TrackingEvent', event)))]).toEqual([]);
    expect(standInDeviations['UPSTrackAlert.yaml'].filter((deviation) => !spec.used.has(deviation)).map(({ at }) => String(at))).toEqual([]);
  });
});
