import { TooManyRequests } from '@wayleave/platform/errors';
import { csrfToken } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findMember } from '../sign-in/member-store.js';
import { requireSignedIn, sessionEpoch, type SignedIn } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import type { Product } from '../ui/index.js';
import { FollowedStream } from './followed-region.js';
import type { LiveFollowed } from './live.js';
import { listFor } from './retrieval-routes.js';

/**
 * Open streams of one member; more tabs than this are brought up to date by loading them again. Over HTTP/1.1 a browser
 * makes six connections to a server: two are left for pages and forms.
 */
const streamsPerMember = 4;
/** How often a quiet stream is looked at: whether its reader is still signed in, and still there. */
const heartbeatMs = 15_000;
const reconnectMs = 5_000;

/**
 * The stream that keeps an open list of followed packages up to date: server-sent events, each a Turbo stream with the
 * whole list. It ends when its session does; listening to it does not count as activity of the session.
 */
export function registerLiveRoute(app: FastifyInstance, context: SuiteContext, live: LiveFollowed, product: Product): void {
  const open = new Map<string, number>();
  const closers = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const close of closers) close();
  });

  app.get<{ Querystring: { page?: unknown } }>(`/${product}/packages/live`, async (request, reply) => {
    const signedIn = requireSignedIn(request);
    const { id, companyId: company } = signedIn.member;
    const count = open.get(id) ?? 0;
    if (count >= streamsPerMember) throw new TooManyRequests(60, 'Too many open pages show this list live. Close some, or load this one again to bring it up to date.');
    open.set(id, count + 1);
    const stream = openStream(request, reply);
    const push = onlyLatest(async () => {
      if (!(await stillSignedIn(context, signedIn))) return close();
      const list = await listFor(context, signedIn.member, csrfToken(request), product, request.query.page);
      stream.send(await FollowedStream({ list }));
    }, (error) => {
      request.log.warn({ err: error, request: request.id }, 'live list ended');
      close();
    });
    const unwatch = live.watch({ company, application: product }, push);
    const heartbeat = setInterval(() => {
      stillSignedIn(context, signedIn).then((alive) => (alive ? stream.beat() : close()), close);
    }, heartbeatMs);
    const close = () => {
      if (!closers.delete(close)) return;
      clearInterval(heartbeat);
      unwatch();
      const left = (open.get(id) ?? 1) - 1;
      if (left === 0) open.delete(id);
      else open.set(id, left);
      stream.end();
    };
    closers.add(close);
    if (reply.raw.destroyed) close();
    else reply.raw.once('close', close);
    push();
    return reply;
  });
}

interface EventStream {
  send(html: string): void;
  beat(): void;
  end(): void;
}

function openStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  request.raw.socket.setNoDelay(true);
  raw.write(`retry: ${reconnectMs}\n\n`);
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
function onlyLatest(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
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
