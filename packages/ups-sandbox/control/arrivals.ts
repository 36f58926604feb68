import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Arrival, Ledger } from './ledger.js';
import { isMachinePath, pathOf } from './machine-route.js';
import { faultBody, firstHalf, trickle, type Fault } from './fault.js';
import type { Endpoint } from './weather.js';
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
    /** Whose a call says that it is, where no access token tells; asked only in weather. Nothing is proven by it. */
    whose?: ((request: FastifyRequest) => Promise<Whose>) | undefined;
  }
}

/** An application by its client id, and a grant. */
export interface Whose {
  readonly clientId: string | null;
  readonly grant: string | null;
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

  app.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request.url);
    if (!isMachinePath(path)) return done();
    const atMs = instants.get(request.raw) ?? Date.now();
    request.arrival = { atMs, method: request.method, path: path.slice(0, 300), clientId: null, grant: null, profileId: null };
    ledger.begin(request.arrival);
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      finish(request, null).catch((error: unknown) => request.log.error({ err: error, request: request.id }, 'an arrival was not written to the ledger'));
    });
    done();
  });

  app.addHook('preHandler', async (request, reply) => {
    const { endpoint, whose } = request.routeOptions.config;
    if (!endpoint) return undefined;
    const named = whose && weather.asksWhose(endpoint) ? await whose(request) : null;
    const { clientId = null, grant = null } = named ?? request.arrival ?? {};
    const fault = await weather.take({ endpoint, clientId, grant });
    if (!fault) return undefined;
    request.fault = fault;
    if (fault.processed) return undefined;
    const body = faultBody(fault);
    // Where the work is not done, nobody else writes whose the call was.
    if (whose && (fault.cut || body !== null)) note(request.arrival, named ?? await whose(request));
    await wait(fault.latencyMs);
    if (fault.cut) return cut(reply);
    return body === null ? undefined : answerHeaders(reply, fault).send(body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { fault } = request;
    if (!fault) {
      await finish(request, reply.statusCode);
      return payload;
    }
    if (fault.processed) await wait(fault.latencyMs);
    const body = faultBody(fault);
    if (fault.processed && body !== null) answerHeaders(reply, fault);
    await finish(request, fault.cut ? null : reply.statusCode);
    if (fault.cut) reply.raw.destroy();
    return spoilt(reply, fault, body ?? payload);
  });

  async function cut(reply: FastifyReply): Promise<FastifyReply> {
    await finish(reply.request, null);
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
}

/** What a call only says of itself is kept where it could be a client id. */
function note(arrival: Arrival | null, { clientId, grant }: Whose): void {
  if (!arrival) return;
  arrival.clientId = clientId !== null && /^[\x21-\x7e]{1,100}$/.test(clientId) ? clientId : null;
  arrival.grant = grant;
}

function answerHeaders(reply: FastifyReply, fault: Fault): FastifyReply {
  reply.raw.removeHeader('Location');
  return reply.code(fault.status ?? 200).removeHeader('content-length').type(fault.contentType ?? 'text/html; charset=utf-8');
}

/** The body with what the fault does to its bytes. */
function spoilt(reply: FastifyReply, fault: Fault, payload: unknown): unknown {
  if (typeof payload !== 'string' || (!fault.malformed && fault.bodyOverMs === undefined)) return payload;
  const body = fault.malformed ? firstHalf(payload) : payload;
  reply.removeHeader('content-length');
  return fault.bodyOverMs === undefined ? body : Readable.from(trickle(body, fault.bodyOverMs));
}
