import type { Clock } from '@wayleave/platform/clock';
import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authorization } from '../../authorization/authorization.js';
import type { SandboxSettings } from '../../config/settings.js';
import { takeJson } from '../../control/json-body.js';
import { machineRoute, refuseOtherMethods } from '../../control/machine-route.js';
import { invalidBearer, UpsRefusal } from '../../ups-refusal.js';
import { bearerCheck } from '../bearer.js';
import { callerOf, type Caller } from '../caller.js';
import type { AlertPushStore } from './alert-push-store.js';
import { refuseAccount, refusePackages, type Refuse } from './alert-refusal.js';
import { checkNames, isTestNumber, readAccount, readAccountSubscription, readPackageSubscription, readType } from './alert-request.js';
import type { AlertSubscriptionStore } from './alert-subscription-store.js';
import { testEventEveryMs, testEvents } from './test-events.js';

export interface AlertRoutesDeps {
  readonly authorization: Authorization;
  readonly subscriptions: AlertSubscriptionStore;
  readonly pushes: AlertPushStore;
  readonly clock: Clock;
  readonly settings: SandboxSettings;
}

type Typed = { Params: { type: string } };

/** Track Alert's subscriptions to packages and accounts (UPSTrackAlert.yaml, v2). */
export async function registerAlertRoutes(app: FastifyInstance, deps: AlertRoutesDeps): Promise<void> {
  const packageUrl = `${upsPaths.trackAlert}/:type/package`;
  const accountUrl = `${upsPaths.trackAlert}/:type/account`;
  refuseOtherMethods(app, packageUrl, 'POST');
  refuseOtherMethods(app, accountUrl, 'POST', 'DELETE');
  const options = { config: machineRoute('track-alert'), onRequest: bearerCheck(deps.authorization) };

  await app.register(async (scope) => {
    takeJsonOnly(scope);

    scope.post<Typed>(packageUrl, options, async (request, reply) => {
      checkNames(request.headers, refusePackages([]));
      const enhanced = readType(request.params.type, 'package', refusePackages([]));
      const caller = callerOf(request);
      const asked = readPackageSubscription(request.body, { enhanced, testNumbersOnly: deps.settings.current().trackAlertTestNumbersOnly });
      await wantDestination(caller, refusePackages(asked.invalidTrackingNumbers));
      await deps.subscriptions.subscribePackages(caller, asked);
      const now = deps.clock.now();
      await deps.pushes.enqueue(asked.trackingNumbers.filter(isTestNumber).flatMap((number) => testEvents(number, now).map((body, index) => (
        { clientId: caller.clientId, body, afterMs: (index + 1) * testEventEveryMs }
      ))));
      const { trackingNumbers, invalidTrackingNumbers } = asked;
      return reply.header('cache-control', 'no-store').send({
        validTrackingNumbers: trackingNumbers, ...(invalidTrackingNumbers.length === 0 ? {} : { invalidTrackingNumbers }),
      });
    });

    scope.post<Typed>(accountUrl, options, async (request, reply) => {
      const caller = accountCaller(request);
      const account = ownAccount(readAccountSubscription(request.body), caller);
      await wantDestination(caller, refuseAccount);
      await deps.subscriptions.subscribeAccount(caller, account);
      return reply.header('cache-control', 'no-store').send({ expiryDate: '9999-12-31' });
    });

    scope.delete<Typed & { Querystring: { shipper_account_number?: unknown } }>(accountUrl, options, async (request, reply) => {
      const caller = accountCaller(request);
      const account = ownAccount(readAccount(request.query.shipper_account_number), caller);
      await deps.subscriptions.unsubscribeAccount(caller.clientId, account);
      return reply.header('cache-control', 'no-store').send({ message: 'Account unsubscribed' });
    });
  });

  function accountCaller(request: FastifyRequest<Typed>): Caller {
    checkNames(request.headers, refuseAccount);
    readType(request.params.type, 'account', refuseAccount);
    const caller = callerOf(request);
    if (caller.kind === 'profile' && !deps.settings.current().trackAlertAccountsForProfiles) throw invalidBearer('250002');
    return caller;
  }

  /** In v2 the address is not in the request: the application has registered it, or there is none. */
  async function wantDestination({ clientId }: Caller, refuse: Refuse): Promise<void> {
    if (await deps.pushes.destinationOf(clientId) === null) throw refuse('VSS600');
  }
}

/** Who subscribes has to be a party to the account's packages. */
function ownAccount(account: string, { accounts }: Caller): string {
  if (!accounts.includes(account)) throw refuseAccount('VSS000');
  return account;
}

function takeJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  takeJson(scope, () => refuseAccount('VSS000'));
  scope.addContentTypeParser('*', (_request, _payload, done) => done(new UpsRefusal(400, '10007', 'Requested Content Type is not supported')));
}
