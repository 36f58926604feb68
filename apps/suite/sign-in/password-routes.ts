import { InvalidForm } from '@wayleave/platform/errors';
import { browserId, csrfToken, field, sendPage, seeOther } from '@wayleave/platform/http';
import type { FastifyInstance } from 'fastify';

import type { SuiteContext } from '../suite.js';
import { parseProduct } from '../ui/product.js';

import { ForgotPasswordPage, LinkMailedPage, PasswordSetPage, SetPasswordPage } from './password-page.js';
import { forgottenLimits, mailForgottenLinks, memberOfLink, setPassword } from './password.js';
import { beforeSignIn } from './sign-in-routes.js';
import { normalSignInName } from './sign-in.js';

/** The pages of the one-time link, and the one that asks for it. */
export function registerPasswordRoutes(app: FastifyInstance, context: SuiteContext): void {
  const { trademarkNotice } = context.config;

  app.get('/set-password', beforeSignIn, async (request, reply) => {
    const token = field(request.query, 'token');
    const member = await memberOfLink(context, token);
    return sendPage(reply, SetPasswordPage({ csrf: csrfToken(request), trademarkNotice, member, token }));
  });

  app.post('/set-password', beforeSignIn, async (request, reply) => {
    const token = field(request.body, 'token');
    try {
      await setPassword(context, { token, password: field(request.body, 'password'), browser: browserId(request) });
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      const member = await memberOfLink(context, token);
      const problem = error.fields.password ?? error.message;
      return sendPage(reply, SetPasswordPage({ csrf: csrfToken(request), trademarkNotice, member, token, problem }), { status: 422 });
    }
    return seeOther(reply, '/password-set');
  });

  app.get('/password-set', async (_request, reply) => sendPage(reply, PasswordSetPage({ trademarkNotice })));

  app.get('/forgot-password', beforeSignIn, async (request, reply) => {
    const product = parseProduct(field(request.query, 'product'));
    return sendPage(reply, ForgotPasswordPage({ csrf: csrfToken(request), trademarkNotice, product }));
  });

  const running = new Set<Promise<void>>();
  app.addHook('onClose', async () => void (await Promise.all(running)));

  app.post('/forgot-password', beforeSignIn, async (request, reply) => {
    const product = parseProduct(field(request.body, 'product'));
    const typed = field(request.body, 'who').trim();
    if (typed === '' || typed.length > 254) {
      const problem = 'Enter your Sign In name or your mail address.';
      return sendPage(reply, ForgotPasswordPage({ csrf: csrfToken(request), trademarkNotice, product, problem }), { status: 422 });
    }
    await context.throttle.hit(`forgotten address ${request.ip}`, forgottenLimits.perAddress);
    await context.throttle.hit(`forgotten typed ${normalSignInName(typed)}`, forgottenLimits.perTyped);
    const mailing = mailForgottenLinks(context, typed)
      .catch((error: unknown) => request.log.error({ err: error, request: request.id }, 'link not mailed'))
      .finally(() => running.delete(mailing));
    running.add(mailing);
    return seeOther(reply, product ? `/link-mailed?product=${product}` : '/link-mailed');
  });

  app.get('/link-mailed', async (request, reply) => sendPage(reply, LinkMailedPage({ trademarkNotice, product: parseProduct(field(request.query, 'product')) })));
}
