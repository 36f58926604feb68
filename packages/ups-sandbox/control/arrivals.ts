import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Arrival, Ledger } from './ledger.js';
import { isMachinePath } from './machine-route.js';
import { faultBody, type Endpoint, type Fault } from './weather.js';
import type { WeatherStore } from './weather-store.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The ledger's line for this request; null where nothing is kept. */
    arrival: Arrival | null;
    /** The weather this request met. */
    fault: Fault | null;
  }
  interface FastifyContextConfig {
    /** The name by which weather knows this route. */
    endpoint?: Endpoint | undefined;
  }
}

/**
 * Keeps the ledger of what arrives at the machine interfaces and lets weather strike there. The line of an answered
 * request is written before its answer leaves.
 */
export function watchArrivals(app: FastifyInstance, deps: { ledger: Ledger; weather: WeatherStore }): void {
  const { ledger, weather } = deps;
  const instants = new WeakMap<IncomingMessage, number>();
  app.server.prependListener('request', (message: IncomingMessage) => instants.set(message, Date.now()));
  app.decorateRequest('arrival', null);
  app.decorateRequest('fault', null);

  const finish = async (request: FastifyRequest, status: number | null): Promise<void> => {
    if (request.arrival) await ledger.finish(request.arrival, status);
  };

  app.addHook('onRequest', async (request, reply) => {
    if (!isMachinePath(request.url)) return;
    const path = request.url.split('?', 1)[0] ?? '';
    const atMs = instants.get(request.raw) ?? Date.now();
    request.arrival = { atMs, method: request.method, path: path.slice(0, 300), clientId: null, grant: null, profileId: null };
    ledger.begin(request.arrival);
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      finish(request, null).catch((error: unknown) => request.log.error({ err: error }, 'an arrival was not written to the ledger'));
    });
  });

  app.addHook('preHandler', async (request, reply) => {
    const { endpoint } = request.routeOptions.config;
    if (!endpoint) return undefined;
    request.fault = await weather.take(endpoint);
    if (!request.fault || request.fault.processed) return undefined;
    await wait(request.fault.latencyMs);
    if (request.fault.cut) return cut(reply);
    const body = faultBody(request.fault);
    return body === null ? undefined : answerHeaders(reply, request.fault).send(body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { fault } = request;
    if (!fault?.processed) {
      await finish(request, reply.statusCode);
      return payload;
    }
    await wait(fault.latencyMs);
    const body = faultBody(fault);
    if (body !== null) answerHeaders(reply, fault);
    await finish(request, fault.cut ? null : reply.statusCode);
    if (fault.cut) reply.raw.destroy();
    return body ?? payload;
  });

  async function cut(reply: FastifyReply): Promise<FastifyReply> {
    await finish(reply.request, null);
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
}

function answerHeaders(reply: FastifyReply, fault: Fault): FastifyReply {
  reply.raw.removeHeader('Location');
  return reply.code(fault.status ?? 200).removeHeader('content-length').type(fault.contentType ?? 'text/html; charset=utf-8');
}
