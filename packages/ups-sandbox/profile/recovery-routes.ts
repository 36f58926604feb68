import { csrfToken, field, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { People } from '../people.js';
import { logInPath, pendingOptIn, rawQuery, withOptIn } from '../sign-in/pending-opt-in.js';
import { logEvent, sourceOf } from '../security-event.js';
import { answerForm } from '../ui/answer-form.js';
import { forgotPassword, forgotUsername, resetPassword, waitingReset } from './recovery.js';
import { ForgotPage, ResetPage } from './recovery-page.js';
import { DeadLinkPage, LookIntoMailboxPage } from './sign-up-page.js';

const sent = 'If there is a profile with what you typed, a mail is on its way to its address. If none arrives within a few minutes, check what you typed and ask again.';

/** Forgotten username and password, also in the middle of an opt-in: both go on with it. */
export function registerRecovery(app: FastifyInstance, people: People): void {
  const page = { config: { csrf: 'browser' } } as const;

  app.get('/lasso/forgot', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    return sendPage(reply, ForgotPage({ csrf: csrfToken(request), pending, email: '', name: '', errors: {} }));
  });

  app.post('/lasso/forgot/username', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    const email = field(request.body, 'email').trim();
    return answerForm(reply, 'email', async () => {
      await forgotUsername(people, email, pending);
      return seeOther(reply, withOptIn('/lasso/forgot/sent', pending));
    }, (errors, status) => sendPage(reply, ForgotPage({ csrf: csrfToken(request), pending, email, name: '', errors }), { status }));
  });

  app.post('/lasso/forgot/password', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    const name = field(request.body, 'name').trim();
    return answerForm(reply, 'name', async () => {
      await forgotPassword(people, name, pending);
      return seeOther(reply, withOptIn('/lasso/forgot/sent', pending));
    }, (errors, status) => sendPage(reply, ForgotPage({ csrf: csrfToken(request), pending, email: '', name, errors }), { status }));
  });

  app.get('/lasso/forgot/sent', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    return sendPage(reply, LookIntoMailboxPage({ text: sent, pending, mailbox: people.mailer.mailboxOnly }));
  });

  app.get('/lasso/reset', page, async (request, reply) => {
    const token = new URLSearchParams(rawQuery(request.url)).get('token') ?? '';
    const waiting = await waitingReset(people, token);
    if (!waiting) return deadLink(reply);
    return sendPage(reply, ResetPage({ csrf: csrfToken(request), token, username: waiting.profile.username, pending: waiting.pending, errors: {} }));
  });

  app.post('/lasso/reset', page, async (request, reply) => {
    const token = field(request.body, 'token');
    return answerForm(reply, 'password', async () => {
      const reset = await resetPassword(people, token, field(request.body, 'password'));
      if (!reset) return deadLink(reply);
      logEvent(people.logger, 'password reset', reset.profile.id, sourceOf(request));
      return seeOther(reply, logInPath(reset.pending, { username: reset.profile.username, notice: 'password-changed' }));
    }, async (errors, status) => {
      const waiting = await waitingReset(people, token);
      if (!waiting) return deadLink(reply);
      return sendPage(reply, ResetPage({ csrf: csrfToken(request), token, username: waiting.profile.username, pending: waiting.pending, errors }), { status });
    });
  });

  function deadLink(reply: FastifyReply): Promise<FastifyReply> {
    return sendPage(reply, DeadLinkPage({ again: 'Forgot Username/Password', path: '/lasso/forgot' }), { status: 410 });
  }
}
