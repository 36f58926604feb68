import { csrfToken, field, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { People } from '../people.js';
import { logInPath, pendingOptIn, rawQuery, withOptIn } from '../sign-in/pending-opt-in.js';
import { answerForm } from '../ui/answer-form.js';
import { confirmSignUp, signUp, waitingSignUp } from './sign-up.js';
import { ConfirmSignUpPage, DeadLinkPage, LookIntoMailboxPage, SignUpPage } from './sign-up-page.js';

const sent = 'We sent a mail to the address you gave. Open the link in it to go on. If there is no mail after a few minutes, check the address and sign up again.';

/** Signing up, also in the middle of an opt-in: the confirmation goes on with it. */
export function registerSignUp(app: FastifyInstance, people: People): void {
  const page = { config: { csrf: 'browser' } } as const;

  app.get('/lasso/signup', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    return sendPage(reply, SignUpPage({ csrf: csrfToken(request), pending, username: '', email: '', errors: {} }));
  });

  app.post('/lasso/signup', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    const username = field(request.body, 'username').trim();
    const email = field(request.body, 'email').trim();
    return answerForm(reply, 'email', async () => {
      await signUp(people, { username, email, password: field(request.body, 'password') }, pending);
      return seeOther(reply, withOptIn('/lasso/signup/sent', pending));
    }, (errors, status) => sendPage(reply, SignUpPage({ csrf: csrfToken(request), pending, username, email, errors }), { status }));
  });

  app.get('/lasso/signup/sent', page, async (request, reply) => {
    const pending = await pendingOptIn(people, request.url);
    return sendPage(reply, LookIntoMailboxPage({ text: sent, pending, mailbox: people.mailer.mailboxOnly }));
  });

  app.get('/lasso/signup/confirm', page, async (request, reply) => {
    const token = new URLSearchParams(rawQuery(request.url)).get('token') ?? '';
    const waiting = await waitingSignUp(people, token);
    if (!waiting) return deadLink(reply);
    return sendPage(reply, ConfirmSignUpPage({ csrf: csrfToken(request), token, waiting, username: waiting.username, errors: {} }));
  });

  app.post('/lasso/signup/confirm', page, async (request, reply) => {
    const token = field(request.body, 'token');
    const username = field(request.body, 'username').trim();
    return answerForm(reply, 'username', async () => {
      const confirmed = await confirmSignUp(people, token, username);
      if (!confirmed) return deadLink(reply);
      return seeOther(reply, logInPath(confirmed.pending, { username: confirmed.username, notice: 'profile-confirmed' }));
    }, async (errors, status) => {
      const waiting = await waitingSignUp(people, token);
      if (!waiting) return deadLink(reply);
      return sendPage(reply, ConfirmSignUpPage({ csrf: csrfToken(request), token, waiting, username, errors }), { status });
    });
  });

  function deadLink(reply: FastifyReply): Promise<FastifyReply> {
    return sendPage(reply, DeadLinkPage({ again: 'Sign up', path: '/lasso/signup' }), { status: 410 });
  }
}
