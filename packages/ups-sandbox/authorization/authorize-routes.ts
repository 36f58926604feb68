import { upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Whose } from '../control/arrivals.js';
import { machineRoute, refuseOtherMethods } from '../control/machine-route.js';
import { loginUrl, type Authorization } from './authorization.js';
import { readParameters } from './parameters.js';

/**
 * GET /authorize (OAuthAuthCode.yaml): sends the browser to the Log In page. It keeps nothing: the page validates its own
 * query again. GET /validate-client is the older way in, which answers where that page is.
 */
export function registerAuthorizeRoutes(app: FastifyInstance, deps: { authorization: Authorization; publicUrl: URL }): void {
  const { authorization, publicUrl } = deps;
  for (const path of [upsPaths.authorize, upsPaths.validateClient]) refuseOtherMethods(app, path, 'GET');

  app.get(upsPaths.authorize, { config: machineRoute('authorize', whose) }, async (request, reply) => {
    const asked = await authorization.validateAuthorizationRequest(rawQuery(request));
    const { clientId, name, displayName } = asked.application;
    if (request.arrival) request.arrival.clientId = clientId;
    // Set on the raw response to keep its capital: some clients look for this spelling only.
    reply.raw.setHeader('Location', loginUrl(publicUrl, asked));
    return reply
      .code(302)
      .header('appname', name)
      .header('displayname', displayName.replace(/[^\x20-\x7e]/gu, encodeURIComponent))
      .header('cache-control', 'no-store')
      .send();
  });

  app.get(upsPaths.validateClient, { config: machineRoute('validate-client', whose) }, async (request, reply) => {
    const query = readParameters(rawQuery(request));
    const parameters = new URLSearchParams({
      client_id: query.single('client_id') ?? '', redirect_uri: query.single('redirect_uri') ?? '', response_type: 'code',
    });
    const asked = await authorization.validateAuthorizationRequest(parameters.toString());
    if (request.arrival) request.arrival.clientId = asked.application.clientId;
    return reply
      .header('cache-control', 'no-store')
      .send({ result: 'success', type: 'ups_com_api', LassoRedirectURL: new URL('/lasso/signin', publicUrl).href });
  });
}

async function whose(request: FastifyRequest): Promise<Whose> {
  return { clientId: new URLSearchParams(rawQuery(request)).get('client_id'), grant: null };
}

function rawQuery(request: FastifyRequest): string {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}
