import type { Clock } from '@wayleave/platform/clock';
import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authorization } from '../../authorization/authorization.js';
import { machineRoute, refuseOtherMethods } from '../../control/machine-route.js';
import { UpsRefusal } from '../../ups-refusal.js';
import { localDay } from '../../world/zone-time.js';
import { bearerCheck } from '../bearer.js';
import { callerOf } from '../caller.js';
import { offers } from './offer.js';
import { rateAnswer } from './rate-answer.js';
import { noPayer, readRateOrder, unavailable } from './rate-order.js';

const options = ['rate', 'shop', 'ratetimeintransit', 'shoptimeintransit'];

/**
 * POST /api/rating/v2409/{Rate|Shop|Ratetimeintransit|Shoptimeintransit} (Rating.yaml). The price follows from lane, size,
 * service and account alone. `transId` and `transactionSrc` may be left out.
 */
export function registerRateRoutes(app: FastifyInstance, deps: { authorization: Authorization; clock: Clock }): void {
  const url = `${upsPaths.rating}/:option`;
  refuseOtherMethods(app, url, 'POST');
  app.post<{ Params: { option: string } }>(url, { config: machineRoute('rate'), onRequest: bearerCheck(deps.authorization) }, async (request, reply) => {
    const option = request.params.option.toLowerCase();
    if (!options.includes(option)) throw new UpsRefusal(400, '20006', 'Invalid request action.');
    const { accounts } = callerOf(request);
    const order = readRateOrder(request.body, {
      all: option.startsWith('shop'), transit: option.endsWith('timeintransit') || wantsTransit(request), today: localDay(deps.clock.now().getTime(), 'America/New_York'),
    });
    if (order.payer !== null && accounts.length === 0) throw noPayer();
    const offered = offers.filter((offer) => (order.service ?? offer.code) === offer.code && offer.offeredOn(order.from, order.to));
    if (offered.length === 0) throw unavailable();
    return reply.header('cache-control', 'no-store').send(rateAnswer(order, offered, accounts));
  });
}

function wantsTransit(request: FastifyRequest): boolean {
  const { additionalinfo } = request.query as { additionalinfo?: string | string[] };
  return String(additionalinfo ?? '').toLowerCase() === 'timeintransit';
}
