import { InvalidForm } from '@wayleave/platform/errors';
import { field, fieldList, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { pageNumber } from '../retrieval/page-number.js';
import { requireAdmin } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct, type Notice, type Product } from '../ui/index.js';
import { countDeliveries, listDeliveries } from './delivery-store.js';
import { AddEndpointPage, SecretPage } from './endpoint-page.js';
import { listEndpoints, type Endpoint } from './endpoint-store.js';
import { addEndpoint, disable, enable, openWebhooks, remove, requireEndpoint, sendAgain, sendTest } from './endpoints.js';
import { webhooksPath } from './paths.js';
import { WebhooksPage, type EndpointQuestion } from './webhooks-page.js';

export const deliveriesPerPage = 25;

/** Test events and repetitions per company, so that nobody uses us to flood somebody. */
const handSent = { limit: 60, windowMs: 60 * 60_000 };

/** New endpoints per company; each makes us look up a name. */
const added = { limit: 30, windowMs: 60 * 60_000 };

type EndpointRequest = FastifyRequest<{ Params: { id: string } }>;

/** The pages of webhooks, in the frame of the product that the company manager was opened from. */
export function registerWebhookRoutes(app: FastifyInstance, context: SuiteContext): void {
  const webhooks = openWebhooks(context);

  const send = async (request: FastifyRequest, reply: FastifyReply, question?: EndpointQuestion) => {
    const { companyId: company } = requireAdmin(request);
    const dead = field(request.query, 'dead') === 'yes';
    const [frame, endpoints, total] = await Promise.all([
      readFrame(context, request, openedFrom(request)), listEndpoints(webhooks.db, company), countDeliveries(webhooks.db, company, { dead }),
    ]);
    const page = { pageSize: deliveriesPerPage, total, page: pageNumber(field(request.query, 'page'), { total, pageSize: deliveriesPerPage }) };
    const deliveries = await listDeliveries(webhooks.db, company, { dead }, page);
    return sendPage(reply, WebhooksPage({ frame, endpoints, deliveries, page, dead, question }));
  };

  /** A button of an endpoint: does it and says so on the list. */
  const action = (name: string, act: (company: Endpoint['company'], id: string, by: string) => Promise<Endpoint>, notice: (at: string) => Notice) => {
    app.post(`${webhooksPath}/:id/${name}`, async (request: EndpointRequest, reply) => {
      const { companyId, mail } = requireAdmin(request);
      const { url } = await act(companyId, request.params.id, mail);
      await setNotice(context, request, notice(new URL(url).host));
      return back(request, reply);
    });
  };

  app.get(webhooksPath, async (request, reply) => send(request, reply));

  app.get(`${webhooksPath}/add`, async (request, reply) => {
    requireAdmin(request);
    return sendPage(reply, AddEndpointPage({ frame: await readFrame(context, request, openedFrom(request)) }));
  });

  app.post(webhooksPath, async (request, reply) => {
    const { companyId, mail } = requireAdmin(request);
    const typed = { url: field(request.body, 'url'), events: fieldList(request.body, 'events') };
    await context.throttle.hit(`webhook-added:${companyId}`, added);
    try {
      const { url, secret } = await addEndpoint(webhooks, companyId, typed, mail);
      const frame = await readFrame(context, request, openedFrom(request));
      return await sendPage(reply, SecretPage({ frame, url, secret: secret.reveal() }));
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      const frame = await readFrame(context, request, openedFrom(request));
      return sendPage(reply, AddEndpointPage({ frame, typed, problems: error.fields }), { status: error.status });
    }
  });

  for (const ask of ['disable', 'remove'] as const) {
    app.get(`${webhooksPath}/:id/${ask}`, async (request: EndpointRequest, reply) => {
      const { companyId } = requireAdmin(request);
      return send(request, reply, { ask, endpoint: await requireEndpoint(webhooks, companyId, request.params.id) });
    });
  }

  action('disable', (company, id, by) => disable(webhooks, company, id, by), (at) => ({
    tone: 'ok', heading: `The endpoint at ${at} is disabled`, lines: ['Nothing more is sent there until an admin enables it.'],
  }));
  action('enable', (company, id, by) => enable(webhooks, company, id, by), (at) => ({
    tone: 'ok', heading: `The endpoint at ${at} is enabled`, lines: ['It is told of what happens from now on. What was given up can be sent again below.'],
  }));
  action('remove', (company, id, by) => remove(webhooks, company, id, by), (at) => ({
    tone: 'ok', heading: `The endpoint at ${at} is removed`, lines: ['Its secret and its deliveries are deleted.'],
  }));
  action('test', async (company, id) => {
    await context.throttle.hit(`webhook-sent:${company}`, handSent);
    return sendTest(webhooks, company, id);
  }, (at) => ({
    tone: 'info', heading: `A test event is on its way to ${at}`, lines: ['Load this page again in a moment to see what it answered.'],
  }));

  app.post(`${webhooksPath}/deliveries/:id/send-again`, async (request: EndpointRequest, reply) => {
    const { companyId } = requireAdmin(request);
    await context.throttle.hit(`webhook-sent:${companyId}`, handSent);
    await sendAgain(webhooks, companyId, request.params.id);
    await setNotice(context, request, { tone: 'info', heading: 'The delivery is sent again', lines: ['It goes out after what waits for the same endpoint already, under the same webhook-id.'] });
    return back(request, reply);
  });
}

function back(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return seeOther(reply, `${webhooksPath}?from=${openedFrom(request)}`);
}

function openedFrom(request: FastifyRequest): Product {
  return parseProduct(field(request.body, 'from') || field(request.query, 'from')) ?? 'idh';
}
