import type { Clock } from '@wayleave/platform/clock';
import { upsPaths, type TrackResponse, type TrackShipment } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authorization } from '../authorization/authorization.js';
import { machineRoute, refuseOtherMethods } from '../control/machine-route.js';
import type { Endpoint } from '../control/weather.js';
import { UpsRefusal } from '../ups-refusal.js';
import type { ParcelState } from '../world/parcel.js';
import { bearerCheck } from './bearer.js';
import { callerOf } from './caller.js';
import type { ParcelFinder } from './parcel-finder.js';
import { notFoundAnswer, shipmentAnswer } from './track-answer.js';
import type { Wanted } from './track-package.js';
import { dayIn, inquiryNumberIn, isTrue, pageIn, queryOf, requireNames } from './track-query.js';

const mostByReference = 50;
const referenceDays = 14;
const dayMs = 86_400_000;

/** The three Track calls (Tracking.yaml). The parcels move with the stand-in's clock. */
export function registerTrackRoutes(app: FastifyInstance, deps: { authorization: Authorization; clock: Clock; parcels: ParcelFinder }): void {
  const { clock, parcels } = deps;
  const onRequest = bearerCheck(deps.authorization);

  const answerAt = (path: string, endpoint: Endpoint, answer: (number: string, request: FastifyRequest) => Promise<TrackResponse>) => {
    const url = `${path}/:number`;
    refuseOtherMethods(app, url, 'GET');
    app.get<{ Params: { number: string } }>(url, { config: machineRoute(endpoint), onRequest }, async (request, reply: FastifyReply) => {
      requireNames(request);
      return reply.header('cache-control', 'no-store').send(await answer(request.params.number, request));
    });
  };

  answerAt(upsPaths.trackDetails, 'track', async (text, request) => {
    const number = inquiryNumberIn(text);
    const query = queryOf(request);
    const state = await parcels.find(number, clock.now());
    if (!state) return notFoundAnswer(number);
    const wanted = { ...plainly(request), signature: isTrue(query('returnSignature')), milestones: isTrue(query('returnMilestones')), proof: isTrue(query('returnPOD')) };
    return found([shipmentAnswer(number, [state], state.parcel.shipment.size, wanted)]);
  });

  answerAt(upsPaths.trackShipment, 'track', async (text, request) => {
    const number = inquiryNumberIn(text);
    const { offset, count } = pageIn(queryOf(request));
    const states = await parcels.findShipment(number, clock.now());
    const page = states.slice(offset, offset + count);
    return page.length === 0 ? notFoundAnswer(number) : found([shipmentAnswer(number, page, states.length, plainly(request))]);
  });

  answerAt(upsPaths.trackReference, 'track', async (text, request) => {
    const reference = text.trim();
    if (reference === '' || reference.length > 35) throw new UpsRefusal(400, 'TV1002', 'Invalid reference number');
    const now = clock.now();
    const { account, fits } = referenceFilter(queryOf(request), now);
    const states = (await parcels.findByReference(reference, account, callerOf(request).accounts, now)).filter(fits).slice(0, mostByReference);
    if (states.length === 0) return notFoundAnswer(reference);
    const leads = [...new Set(states.map(({ parcel }) => parcel.shipment.leadTrackingNumber))];
    return found(leads.map((lead) => {
      const together = states.filter(({ parcel }) => parcel.shipment.leadTrackingNumber === lead);
      return shipmentAnswer(reference, together, together[0]?.parcel.shipment.size ?? together.length, plainly(request));
    }));
  });
}

function found(shipment: TrackShipment[]): TrackResponse {
  return { trackResponse: { shipment } };
}

function plainly(request: FastifyRequest): Wanted {
  return { caller: callerOf(request), locale: queryOf(request)('locale') ?? 'en_US', signature: false, milestones: false, proof: false };
}

/** Which parcels a search by reference means: picked up within two weeks, and small packages, unless it says otherwise. */
function referenceFilter(query: (name: string) => string | undefined, now: Date): { account: string | null; fits: (state: ParcelState) => boolean } {
  const today = Math.floor(now.getTime() / dayMs);
  const from = dayIn(query('fromPickUpDate'), 'fromPickUpDate', today - referenceDays);
  const to = dayIn(query('toPickUpDate'), 'toPickUpDate', today);
  const kind = (query('refNumType') ?? 'SmallPackage').toLowerCase();
  if (kind !== 'smallpackage' && kind !== 'fgv') throw new UpsRefusal(400, 'TV1003', 'Invalid refNumType');
  const country = query('destCountry')?.toUpperCase();
  const postalCode = query('destZip')?.replaceAll(' ', '').toUpperCase();
  return {
    account: query('shipperNum')?.toUpperCase() ?? null,
    fits: ({ parcel }) => parcel.pickupDay >= from && parcel.pickupDay <= to && (parcel.kind === 'freight') === (kind === 'fgv')
      && (country === undefined || parcel.destination.country === country) && (postalCode === undefined || parcel.destination.postalCode === postalCode),
  };
}
