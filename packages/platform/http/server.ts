import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import serveStatic from '@fastify/static';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify';
import { fileURLToPath } from 'node:url';
import { NotFound, Problem } from '../errors/index.js';
import type { Logger } from '../logging/index.js';
import { secretBytes } from '../secret/index.js';
import { recogniseBrowser, refuseForeignRequest, refuseForgedForm } from './csrf.js';
import { contentSecurityPolicy } from './page.js';
import { answerThrown, type ProblemAnswers } from './problem.js';
import { securityHeaders } from './security-headers.js';
import { publicAddress, type Shell } from './shell.js';
import { answerUnreadable, type UnreadableStatus } from './unreadable.js';

/** A request and its answer, without anything that somebody typed or was given. */
export interface AnsweredRequest {
  /** The pattern of its route; `none` when it met none. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

export interface ServerOptions extends ProblemAnswers {
  /** Where browsers reach this server; other host names are redirected here. */
  readonly publicUrl: URL;
  readonly logger: Logger;
  /** The session cookie's plain name; the server's other cookies begin with it. */
  readonly cookieName: string;
  readonly csrfKey: Buffer;
  /** Addresses whose X-Forwarded-For is believed; from anybody else it has no effect. */
  readonly trustedProxies: readonly string[];
  /** Further origins that any form of the server may end at; none by default. */
  readonly formAction?: readonly string[];
  /** Is told of every request that was answered, to count it. */
  answered?(request: AnsweredRequest): void;
  /** What the log's line about an answered request says beside it, such as who asked; null for nothing. */
  known?(request: FastifyRequest): Readonly<Record<string, string | null>> | null;
  /** The JSON for what never became a request; the framework's own by default. */
  readonly unreadable?: (status: UnreadableStatus) => object;
  /** Rejects while the server cannot do its work, for `/readyz`. */
  ready(): Promise<void>;
  readonly assets: readonly { readonly prefix: string; readonly directory: URL }[];
}

/** Bytes of a request's body. */
export const largestBody = 1_048_576;
/** A request must have arrived whole within this time. */
const requestTimeoutMs = 30_000;
/** Requests that still run get this long to end once the server closes; then they are cut, such as live streams. */
const closingGraceMs = 3_000;
const assetCacheMs = 300_000;

/**
 * A server with what every one of ours needs: security headers, cookies, forms, CSRF protection on every route that is
 * not a plain read, one host name, limits, `/healthz` and `/readyz`, and one place that turns errors into answers.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { publicUrl, formAction = [] } = options;
  const headers = { ...securityHeaders(publicUrl), 'content-security-policy': contentSecurityPolicy(formAction) };
  const newShell = (): Shell => ({ publicUrl, csrfKey: options.csrfKey, cookieName: options.cookieName, formAction, browserId: null });
  const app: FastifyInstance = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    genReqId: () => secretBytes(9).toString('base64url'),
    // Whoever logs about a request names it; a logger for each would cost more than most lines.
    childLoggerFactory: (logger) => logger,
    routerOptions: { maxParamLength: 200 },
    ...(options.unreadable && { clientErrorHandler: answerUnreadable(options.unreadable) }),
    // These come before any hook: a malformed address, for example.
    frameworkErrors: (error, request, reply) => {
      request.shell = newShell();
      void answerThrown(options, error, request, reply);
    },
  });

  app.decorateRequest('shell');
  // Hooks of every request go without promises where they can: each costs as much as what most of them do.
  app.addHook('onRequest', (request, reply, done) => {
    request.shell = newShell();
    reply.headers(headers);
    done();
  });
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: largestBody });
  app.removeContentTypeParser('text/plain');
  for (const [index, { prefix, directory }] of options.assets.entries()) {
    await app.register(serveStatic, {
      root: fileURLToPath(directory), prefix, maxAge: assetCacheMs, index: false, decorateReply: index === 0,
    });
  }

  app.addHook('preClose', async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), closingGraceMs).unref();
    app.server.once('close', () => clearTimeout(cut));
  });
  const methods = allowedMethods(app);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.anyHost !== true && request.host !== publicUrl.host) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new Problem(421, 'Wrong address', `This server is reached at ${publicUrl.origin}. Nothing was changed.`);
      }
      void reply.code(302).header('location', publicAddress(request)).send();
      return;
    }
    recogniseBrowser(request, reply);
    refuseForeignRequest(request);
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    refuseForgedForm(request);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { id, method } = request;
    const answered = { method, route: request.routeOptions.url ?? 'none', status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    options.answered?.({ ...answered, ms: reply.elapsedTime });
    request.log.info({ request: id, ...answered, ...options.known?.(request) }, 'answered');
    done();
  });

  // It returns nothing: a promise that ends while the answer is on its way out would be taken for another answer.
  app.setErrorHandler((error, request, reply) => {
    void answerThrown(options, error, request, reply);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const allowed = methods(request.url);
    if (allowed.length === 0) throw new NotFound();
    reply.header('allow', allowed.join(', '));
    throw new Problem(405, 'Not this way', `This address takes ${allowed.join(' or ')} only. Nothing was changed.`);
  });
  const probe = { config: { csrf: false, anyHost: true } };
  app.get('/healthz', probe, async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', probe, async (_request, reply) => {
    try {
      await options.ready();
      return await reply.type('text/plain').send('ready\n');
    } catch (error) {
      options.logger.warn({ err: error }, 'not ready');
      return reply.code(503).type('text/plain').send('not ready\n');
    }
  });
  return app;
}

/** Which methods a path takes, from the routes registered so far: a known path with a wrong method is 405, not 404. */
function allowedMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const pattern = new RegExp(`^${url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`);
    for (const one of [method].flat()) routes.push({ pattern, method: one });
  });
  return (url) => {
    const path = url.split('?')[0] ?? '';
    return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  };
}

