import { BadRequest, TooManyRequests } from '@wayleave/platform/errors';
import { browserId, csrfToken, field, getCookie, seeOther, sendPage, sessionCookie, setCookie, setSessionCookie } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callbackUrl, type AuthorizationRequest } from '../authorization/authorization.js';
import type { People } from '../people.js';
import { checkTypedName } from '../profile/profile.js';
import { sourceOf } from '../security-event.js';
import type { FieldErrors } from '../ui/form.js';
import { agreementVersion } from './agreement.js';
import { completeSignIn } from './complete-sign-in.js';
import { browserCookie, browserCookieSeconds, checkCredentials } from './credentials.js';
import { LogInPage } from './log-in-page.js';
import { CannotCompletePage, PasswordPage } from './password-page.js';
import { arrival, logInPath, queryOf, rawQuery, withOptIn } from './pending-opt-in.js';
import { closeSignInRequest, findSignInRequest, openSignInRequest, type SignInRequest } from './sign-in-request-store.js';
import { TechnologyAgreementPage } from './technology-agreement-page.js';

const wrongPassword = 'This password does not belong to the email or username above. Nothing was authorized. Type it again, or log in with another name.';

/** The two pages of an authorization, and the agreement they name. Every step validates the application's request again. */
export function registerSignIn(app: FastifyInstance, people: People): void {
  const page = { config: { csrf: 'browser' } } as const;

  app.get('/lasso/technology-agreement', page, (_request, reply) => sendPage(reply, TechnologyAgreementPage()));

  app.get('/lasso/signin', page, async (request, reply) => {
    const asked = await people.authorization.validateAuthorizationRequest(rawQuery(request.url));
    return sendLogIn(request, reply, asked, { ...arrival(request.url), agreed: false, errors: {} });
  });

  app.post('/lasso/signin', page, async (request, reply) => {
    const asked = await people.authorization.validateAuthorizationRequest(rawQuery(request.url));
    if (field(request.body, 'action') === 'cancel') return cancelled(reply, asked);
    const typedName = field(request.body, 'username');
    const agreed = field(request.body, 'agreement') === agreementVersion;
    const errors = logInErrors(typedName, agreed);
    if (Object.keys(errors).length > 0) return sendLogIn(request, reply, asked, { username: typedName, notice: null, agreed, errors });
    const id = await openSignInRequest(people.db, {
      browserId: browserId(request), query: queryOf(people.publicUrl, asked), typedName, agreementVersion, lifetimeMs: people.settings().signInRequestLifetimeMs,
    }, people.clock.now());
    return seeOther(reply, withOptIn('/lasso/password', null, { request: id }));
  });

  app.get('/lasso/password', page, async (request, reply) => {
    const id = new URLSearchParams(rawQuery(request.url)).get('request') ?? '';
    return withOpenRequest(request, reply, id, (asked, open) => sendPassword(request, reply, { id, asked, open, errors: {} }));
  });

  app.post('/lasso/password', page, async (request, reply) => {
    const id = field(request.body, 'request');
    const password = field(request.body, 'password');
    const action = field(request.body, 'action');
    return withOpenRequest(request, reply, id, async (asked, open) => {
      if (action === 'cancel') {
        const closed = await closeSignInRequest(people.db, open.idHash, people.clock.now());
        return closed ? cancelled(reply, asked) : cannotComplete(reply, 'used', asked);
      }
      return logIn(request, reply, { id, asked, open }, password);
    });
  });

  async function logIn(request: FastifyRequest, reply: FastifyReply, step: PasswordStep, password: string): Promise<FastifyReply> {
    const refuse = (sentence: string, status = 422) => sendPassword(request, reply, { ...step, errors: { password: sentence }, status });
    if (password === '') return refuse('Type the password of your UPS.com profile.');
    try {
      const from = { browser: getCookie(request, browserCookie), source: sourceOf(request, step.asked.application.clientId) };
      const profile = await checkCredentials(people, { typedName: step.open.typedName, password, ...from });
      const completed = profile ? await completeSignIn(people, step.open, step.asked, profile, from) : 'changed';
      if (completed === 'changed') return await refuse(wrongPassword);
      if (completed === 'used') return await cannotComplete(reply, 'used', step.asked);
      const former = sessionCookie(request);
      if (former !== undefined) await people.sessions().end(former);
      setSessionCookie(reply, completed.sessionToken);
      setCookie(reply, browserCookie, completed.browser, { maxAgeSeconds: browserCookieSeconds });
      return seeOther(reply, callbackUrl(step.asked, { code: completed.code }));
    } catch (error) {
      if (error instanceof BadRequest) return refuse(error.message);
      if (!(error instanceof TooManyRequests)) throw error;
      reply.header('retry-after', String(error.retryAfterSeconds));
      return refuse(error.message, error.status);
    }
  }

  /** Runs `work` with a request of this browser that can still be completed; otherwise says why it cannot. */
  async function withOpenRequest(
    request: FastifyRequest, reply: FastifyReply, id: string, work: (asked: AuthorizationRequest, open: SignInRequest) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const found = await findSignInRequest(people.db, id, browserId(request), people.clock.now());
    if (!found) return cannotComplete(reply, 'unknown', null);
    const asked = await people.authorization.validateAuthorizationRequest(found.query);
    if (found.state === 'closed') return cannotComplete(reply, 'used', asked);
    if (found.state === 'expired') return seeOther(reply, logInPath(found.query, { username: found.typedName, notice: 'took-too-long' }));
    return work(asked, found);
  }

  async function sendLogIn(request: FastifyRequest, reply: FastifyReply, asked: AuthorizationRequest, form: Omit<Parameters<typeof LogInPage>[0], 'csrf' | 'query' | 'displayName' | 'unusedMs'>): Promise<FastifyReply> {
    const html = LogInPage({
      ...form,
      csrf: csrfToken(request),
      query: queryOf(people.publicUrl, asked),
      displayName: asked.application.displayName,
      unusedMs: people.settings().refreshTokenLifetimeMs,
    });
    return sendPage(reply, html, { status: Object.keys(form.errors).length > 0 ? 422 : 200, formAction: [originOf(asked)] });
  }

  async function sendPassword(request: FastifyRequest, reply: FastifyReply, form: PasswordStep & { errors: FieldErrors; status?: number }): Promise<FastifyReply> {
    const html = PasswordPage({
      csrf: csrfToken(request),
      requestId: form.id,
      query: form.open.query,
      displayName: form.asked.application.displayName,
      typedName: form.open.typedName,
      errors: form.errors,
    });
    return sendPage(reply, html, { status: form.status ?? 200, formAction: [originOf(form.asked)] });
  }

  function cancelled(reply: FastifyReply, asked: AuthorizationRequest): FastifyReply | Promise<FastifyReply> {
    if (!people.settings().cancelGoesBack) return sendPage(reply, CannotCompletePage({ why: 'stopped', origin: originOf(asked) }));
    return seeOther(reply, callbackUrl(asked, { error: 'access_denied' }));
  }
}

interface PasswordStep {
  readonly id: string;
  readonly asked: AuthorizationRequest;
  readonly open: SignInRequest;
}

function logInErrors(typedName: string, agreed: boolean): FieldErrors {
  const name = checkTypedName(typedName);
  return {
    ...(name === null ? {} : { username: name }),
    ...(agreed ? {} : { agreement: 'To go on, tick the box. Without it the application gets nothing.' }),
  };
}

function cannotComplete(reply: FastifyReply, why: 'used' | 'unknown', asked: AuthorizationRequest | null): Promise<FastifyReply> {
  return sendPage(reply, CannotCompletePage({ why, origin: asked ? originOf(asked) : null }), { status: why === 'used' ? 409 : 404 });
}

function originOf(asked: AuthorizationRequest): string {
  return new URL(asked.redirectUri).origin;
}
