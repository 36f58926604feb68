import { clearSessionCookie, csrfToken, field, getCookie, seeOther, sendPage, sessionCookie, setCookie, setSessionCookie } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { People } from '../people.js';
import { browserCookie, browserCookieSeconds, checkCredentials } from '../sign-in/credentials.js';
import { logInDirectly } from '../sign-in/log-in-directly.js';
import { arrival } from '../sign-in/pending-opt-in.js';
import { requireProfile, type LoggedIn } from '../sign-in/session.js';
import { logEvent, sourceOf } from '../security-event.js';
import { answerForm } from '../ui/answer-form.js';
import type { FieldErrors } from '../ui/form.js';
import { HomePage } from '../ui/home-page.js';
import { changePassword } from './change-password.js';
import { checkTypedName } from './profile.js';
import { ProfileLogInPage, ProfilePage } from './profile-page.js';
import { shipperAccounts } from './profile-store.js';

const wrongPair = 'This email or username and this password do not belong together. Check both and type the password again.';

/** The profile's own pages: log in without an application, change the password, withdraw applications, log out. */
export function registerProfile(app: FastifyInstance, people: People): void {
  const beforeLogIn = { config: { csrf: 'browser' } } as const;

  app.get('/', beforeLogIn, (_request, reply) => sendPage(reply, HomePage({ mailbox: people.mailer.mailboxOnly, control: people.publicUrl.protocol === 'http:' })));

  app.get('/log-in', beforeLogIn, (request, reply) => sendPage(reply, ProfileLogInPage({ csrf: csrfToken(request), ...arrival(request.url), errors: {} })));

  app.post('/log-in', beforeLogIn, async (request, reply) => {
    const username = field(request.body, 'username');
    const password = field(request.body, 'password');
    const again = (errors: FieldErrors, status: number) => sendPage(reply, ProfileLogInPage({ csrf: csrfToken(request), username, notice: null, errors }), { status });
    const wrongName = checkTypedName(username);
    if (wrongName !== null) return again({ username: wrongName }, 422);
    if (password === '') return again({ password: 'Type the password of your profile.' }, 422);
    return answerForm(reply, 'password', async () => {
      const from = { browser: getCookie(request, browserCookie), source: sourceOf(request) };
      const profile = await checkCredentials(people, { typedName: username, password, ...from });
      const loggedIn = profile ? await logInDirectly(people, profile, from) : null;
      if (!loggedIn) return again({ password: wrongPair }, 422);
      await endFormerSession(request);
      setSessionCookie(reply, loggedIn.sessionToken);
      setCookie(reply, browserCookie, loggedIn.browser, { maxAgeSeconds: browserCookieSeconds });
      return seeOther(reply, '/profile');
    }, again);
  });

  app.post('/log-out', async (request, reply) => {
    await endFormerSession(request);
    clearSessionCookie(reply);
    return seeOther(reply, '/log-in');
  });

  app.get('/profile', async (request, reply) => {
    const loggedIn = await requireProfile(people, request);
    return sendProfile(request, reply, loggedIn, {}, 200);
  });

  app.post('/profile/password', async (request, reply) => {
    const loggedIn = await requireProfile(people, request);
    return answerForm(reply, 'current', async () => {
      const token = await changePassword(people, loggedIn.profile, field(request.body, 'current'), field(request.body, 'password'));
      logEvent(people.logger, 'password changed', loggedIn.profile.id, sourceOf(request));
      await people.sessions().setFlash(token, { said: 'Your password was changed. Every earlier opt-in has ended, and every other browser was logged out.' });
      setSessionCookie(reply, token);
      return seeOther(reply, '/profile');
    }, (errors, status) => sendProfile(request, reply, loggedIn, errors, status));
  });

  app.post('/profile/withdraw', async (request, reply) => {
    const { profile, token } = await requireProfile(people, request);
    const clientId = field(request.body, 'client_id');
    const application = await people.authorization.findApplication(clientId);
    const ended = application ? await people.db.transaction().execute((trx) => people.authorization.withdrawApplication(trx, profile.id, clientId)) : 0;
    if (ended > 0) logEvent(people.logger, 'application withdrawn', profile.id, sourceOf(request, clientId));
    const said = ended > 0 ? 'Withdrawn. That application can read nothing more of yours.' : 'That application had no authorization any more. Nothing was changed.';
    await people.sessions().setFlash(token, { said });
    return seeOther(reply, '/profile');
  });

  async function sendProfile(request: FastifyRequest, reply: FastifyReply, { profile, token }: LoggedIn, errors: FieldErrors, status: number): Promise<FastifyReply> {
    const flash = await people.sessions().takeFlash(token);
    return sendPage(reply, ProfilePage({
      csrf: csrfToken(request),
      profile,
      accounts: await shipperAccounts(people.db, profile.id),
      applications: await people.authorization.connectedApplications(profile.id),
      said: typeof flash?.['said'] === 'string' ? flash['said'] : null,
      errors,
    }), { status });
  }

  async function endFormerSession(request: FastifyRequest): Promise<void> {
    const token = sessionCookie(request);
    if (token !== undefined) await people.sessions().end(token);
  }
}
