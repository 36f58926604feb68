import type { Clock } from '@wayleave/platform/clock';
import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance } from 'fastify';
import type { Authorization } from '../../authorization/authorization.js';
import { machineRoute, refuseOtherMethods } from '../../control/machine-route.js';
import { UpsRefusal } from '../../ups-refusal.js';
import { localDay } from '../../world/zone-time.js';
import { bearerCheck } from '../bearer.js';
import { offers } from '../rate/offer.js';
import { requireNames } from '../track-query.js';
import { transitAnswer } from './transit-answer.js';
import { readTransitOrder } from './transit-order.js';

/** POST /api/shipments/v1/transittimes (TimeInTransit.yaml), over the world's lanes, services and holidays. */
export function registerTransitRoutes(app: FastifyInstance, deps: { authorization: Authorization; clock: Clock }): void {
  refuseOtherMethods(app, upsPaths.timeInTransit, 'POST');
  app.post(upsPaths.timeInTransit, { config: machineRoute('time-in-transit'), onRequest: bearerCheck(deps.authorization) }, async (request, reply) => {
    requireNames(request);
    const order = readTransitOrder(request.body, localDay(deps.clock.now().getTime(), 'America/New_York'));
    const offered = offers.filter((offer) => offer.offeredOn(order.origin.place, order.destination.place));
    if (offered.length === 0) throw new UpsRefusal(400, '270041', 'No service is available between these locations.');
    return reply.header('cache-control', 'no-store').send(transitAnswer(order, offered));
  });
}
