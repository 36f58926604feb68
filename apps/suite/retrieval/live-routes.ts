import { csrfToken } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findMember } from '../sign-in/member-store.js';
import { requireSignedIn, sessionEpoch, type SignedIn } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import type { Product } from '../ui/index.js';
import { FollowedStream } from './followed-region.js';
import { keepPlace, leavePlace, takePlace } from './live-stream-store.js';
import type { LiveFollowed } from './live.js';
import { listFor } from './retrieval-routes.js';

/**
 * Streams that one member has open, in all processes together. Over HTTP/1.1 a browser makes six connections to a server:
 * two are left for pages and forms. Further pages come again for their list now and then.
 */
const streamsPerMember = 4;
/** How often a quiet stream is looked at: whether its reader is still signed in, and still there. */
const heartbeatMs = 15_000;
const reconnectMs = 5_000;
const comeAgainMs = 30_000;

/**
 * The stream that keeps an open list of followed packages up to date: server-sent events, each a Turbo stream with the
 * whole list. It ends when its session does; listening to it does not count as activity of the session.
 */
export function registerLiveRoute(app: FastifyInstance, context: SuiteContext, live: LiveFollowed, product: Product): void {
  const { db, clock } = context;
  const closers = new Set<() => Promise<void>>();
  app.addHook('preClose', async () => {
    await Promise.all([...closers].map((close) => close()));
  });
  const until = () => new Date(clock.now().getTime() + 3 * heartbeatMs);

  app.get<{ Querystring: { page?: unknown } }>(`/${product}/packages/live`, async (request, reply) => {
    const signedIn = requireSignedIn(request);
    const { member } = signedIn;
    const list = () => listFor(context, member, csrfToken(request), product, request.query.page).then((now) => FollowedStream({ list: now }));
    const place = await takePlace(db, member, { now: clock.now(), until: until(), most: streamsPerMember });
    if (!place) {
      const once = await list();
      const stream = openStream(request, reply, comeAgainMs);
      stream.send(once);
      stream.end();
      return reply;
    }
    const stream = openStream(request, reply, reconnectMs);
    const endBecauseOf = (error: unknown) => {
      request.log.warn({ err: error, request: request.id }, 'live list ended');
      return close();
    };
    const push = onlyLatest(async () => {
      if (!(await stillSignedIn(context, signedIn))) return close();
      stream.send(await list());
    }, endBecauseOf);
    const beat = async () => {
      if ((await stillSignedIn(context, signedIn)) && (await keepPlace(db, place, until()))) stream.beat();
      else await close();
    };
    const unwatch = live.watch({ company: member.companyId, application: product }, push);
    const heartbeat = setInterval(() => void beat().catch(endBecauseOf), heartbeatMs);
    const close = async () => {
      if (!closers.delete(close)) return;
      clearInterval(heartbeat);
      unwatch();
      stream.end();
      await leavePlace(db, place).catch((error: unknown) => request.log.warn({ err: error, request: request.id }, 'a live list kept its place'));
    };
    closers.add(close);
    if (reply.raw.destroyed) await close();
    else reply.raw.once('close', () => void close());
    push();
    return reply;
  });
}

interface EventStream {
  send(html: string): void;
  beat(): void;
  end(): void;
}

/** `retryMs`: how long after the stream's end the browser opens it again. */
function openStream(request: FastifyRequest, reply: FastifyReply, retryMs: number): EventStream {
  reply.hijack();
  const { raw } = reply;
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  request.raw.socket.setNoDelay(true);
  raw.write(`retry: ${retryMs}\n\n`);
  return {
    send: (html) => {
      if (!raw.writableNeedDrain) raw.write(`${html.split('\n').map((line) => `data: ${line}`).join('\n')}\n\n`);
    },
    beat: () => {
      if (!raw.writableNeedDrain) raw.write(':\n\n');
    },
    end: () => raw.end(),
  };
}

/** Whether the session lives and its member is who it was when the stream began: same company, role and password. */
async function stillSignedIn(context: SuiteContext, { session, token, member }: SignedIn): Promise<boolean> {
  if (!(await context.sessions.isAlive(token))) return false;
  const now = await findMember(context.db, session.subject);
  return now !== null && now.companyId === member.companyId && sessionEpoch(now) === session.epoch;
}

/** Runs `work` one at a time; calls during a run make it run once more afterwards. */
function onlyLatest(work: () => Promise<void>, onError: (error: unknown) => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    if (running) return;
    running = true;
    run().catch(onError).finally(() => {
      running = false;
    });
  };
}
