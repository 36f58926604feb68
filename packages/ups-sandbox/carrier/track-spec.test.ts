import { describe, expect, it } from 'vitest';
import { specsAreThere, UpsSpec } from '../../ups-api/tests/openapi.js';
import { standInDeviations } from '../tests/deviations.js';
import { parcelState } from '../world/parcel.js';
import { createWorld } from '../world/world.js';
import type { Caller } from './caller.js';
import { notFoundAnswer, shipmentAnswer } from './track-answer.js';

const deviations = standInDeviations['Tracking.yaml'];

describe.runIf(specsAreThere)('Track\'s answers fit UPS\'s own file', () => {
  it('for every kind of parcel, now, half an hour later and at the end, with all that can be asked for', () => {
    const spec = new UpsSpec('Tracking.yaml', deviations);
    const beginsAt = new Date('2026-11-20T18:00:00Z');
    const world = createWorld({ beginsAt, seed: 5, size: 2_000 });
    const caller: Caller = { kind: 'profile', clientId: 'c', profileId: 'p', username: 'u', grant: 'g', accounts: world.accounts };
    const answers = [...world.parcels(beginsAt, 30)].flat().flatMap((parcel) => [0, 30, 60 * 24 * 40].flatMap((minutes) => {
      const state = parcelState(parcel, beginsAt.getTime() + minutes * 60_000);
      return state ? [shipmentAnswer(parcel.trackingNumber, [state], parcel.shipment.size, { caller, locale: 'de_DE', signature: true, milestones: true, proof: true })] : [];
    }));
    expect(new Set([...world.parcels(beginsAt, 60)].flat().map(({ kind }) => kind)).size).toBe(23);
    for (const template of ['/track/v1/details/{inquiryNumber}', '/track/v1/shipment/details/{inquiryNumber}', '/track/v1/reference/details/{referenceNumber}']) {
      expect(spec.checkAnswer(template, 'GET', 200, { trackResponse: { shipment: template.startsWith('/track/v1/details') ? answers : answers.slice(0, 20) } })).toEqual([]);
      expect(spec.checkAnswer(template, 'GET', 200, notFoundAnswer('1Z999AA10123456784'))).toEqual([]);
    }
    expect(deviations.filter((deviation) => !spec.used.has(deviation))).toEqual([]);
  });
});
