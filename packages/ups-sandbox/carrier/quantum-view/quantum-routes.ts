import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance } from 'fastify';
import type { Authorization } from '../../authorization/authorization.js';
import { machineRoute, refuseOtherMethods } from '../../control/machine-route.js';
import { turn } from '../../turn.js';
import { invalidBearer } from '../../ups-refusal.js';
import { bearerCheck } from '../bearer.js';
import { callerOf } from '../caller.js';
import { failureAnswer, quantumAnswer } from './quantum-answer.js';
import { QuantumFailure } from './quantum-failure.js';
import { readQuantumRequest } from './quantum-request.js';
import { readQuantumView, subscriberIdOf, type QuantumViewDeps } from './quantum-view.js';

/** POST /api/quantumview/v3/events (QuantumView.yaml). `transId` and `transactionSrc` are not asked for. */
export function registerQuantumRoutes(app: FastifyInstance, deps: QuantumViewDeps & { authorization: Authorization }): void {
  refuseOtherMethods(app, upsPaths.quantumView, 'POST');
  app.post(
    upsPaths.quantumView,
    { config: machineRoute('quantum-view'), onRequest: bearerCheck(deps.authorization) },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.kind === 'profile' && !deps.settings.current().quantumViewForProfiles) throw invalidBearer('250002');
      const asked = readQuantumRequest(request.body);
      const asker = { subscriberId: subscriberIdOf(caller), context: asked.context };
      reply.header('cache-control', 'no-store');
      try {
        const page = await readQuantumView(deps, caller, asked);
        await turn();
        return reply.send(quantumAnswer(page, asker));
      } catch (failure) {
        if (failure instanceof QuantumFailure) return reply.send(failureAnswer(failure, asker));
        throw failure;
      }
    },
  );
}
