import type { Clock } from '@wayleave/platform/clock';
import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authorization } from '../authorization/authorization.js';
import { machineRoute, refuseOtherMethods } from '../control/machine-route.js';
import { UpsRefusal } from '../ups-refusal.js';
import { parcelState } from '../world/parcel.js';
import { bearerCheck } from './bearer.js';
import type { ParcelFinder } from './parcel-finder.js';
import { notFoundAnswer, trackAnswer } from './track-answer.js';

const longestTransId = 100;
const longestTransactionSrc = 512;

/** GET /api/track/v1/details/{inquiryNumber} (Tracking.yaml). The parcels move with the stand-in's clock. */
export function registerTrackRoutes(app: FastifyInstance, deps: { authorization: Authorization; clock: Clock; parcels: ParcelFinder }): void {
  const url = `${upsPaths.trackDetails}/:inquiryNumber`;
  refuseOtherMethods(app, url, 'GET');
  app.get<{ Params: { inquiryNumber: string } }>(
    url,
    { config: machineRoute('track'), preValidation: bearerCheck(deps.authorization) },
    async (request, reply) => {
      requireHeader(request, 'transId', longestTransId);
      requireHeader(request, 'transactionSrc', longestTransactionSrc);
      const inquiryNumber = request.params.inquiryNumber.trim().toUpperCase();
      if (!/^[0-9A-Z]{7,34}$/.test(inquiryNumber)) throw new UpsRefusal(400, 'TV1002', 'Invalid inquiry number');
      const now = deps.clock.now();
      const parcel = await deps.parcels.find(inquiryNumber, now);
      const state = parcel && parcelState(parcel, now);
      return reply
        .header('cache-control', 'no-store')
        .send(state ? trackAnswer(inquiryNumber, state) : notFoundAnswer(inquiryNumber));
    },
  );
}

function requireHeader(request: FastifyRequest, name: 'transId' | 'transactionSrc', longest: number): void {
  const value = request.headers[name.toLowerCase()];
  if (typeof value !== 'string' || value === '' || value.length > longest) {
    throw new UpsRefusal(400, 'TV1001', `Missing or invalid ${name}`);
  }
}
