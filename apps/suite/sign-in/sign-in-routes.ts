import { browserId, clearSessionCookie, csrfToken, field, sendPage, seeOther, sessionCookie, setSessionCookie } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { mayReadMailbox } from '../mail/mailbox-routes.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct, products, type Product } from '../ui/product.js';

import { safeReturnTo } from './return-to.js';
import { ChooserPage, SignInPage, type SignInPageProps } from './sign-in-page.js';
import { signIn } from './sign-in.js';

const mismatch = 'That Sign In name and password do not match. Check both and try again.';

/** Keyed to the browser: signing in or out in one tab leaves the forms in the others good. */
export const beforeSignIn = { config: { csrf: 'browser' } } as const;

/** `/`, the sign-in page of each product, and sign-out. */
export function registerSignInRoutes(app: FastifyInstance, context: SuiteContext): void {
  const { trademarkNotice } = context.config;
  app.get('/', async (request, reply) => sendPage(reply, ChooserPage({ trademarkNotice, mailbox: mayReadMailbox(context, request) })));
  for (const product of products) productRoutes(app, context, product);

  app.post('/sign-out', async (request, reply) => {
    const token = sessionCookie(request);
    if (token) await context.sessions.end(token);
    clearSessionCookie(reply);
    return seeOther(reply, `/${parseProduct(field(request.body, 'product')) ?? 'idh'}/sign-in`);
  });
}

function productRoutes(app: FastifyInstance, context: SuiteContext, product: Product): void {
  const page = (request: FastifyRequest, rest: Omit<SignInPageProps, 'product' | 'csrf' | 'trademarkNotice'>): JSX.Element =>
    SignInPage({ product, csrf: csrfToken(request), trademarkNotice: context.config.trademarkNotice, ...rest });

  app.get<{ Querystring: Record<string, unknown> }>(`/${product}/sign-in`, beforeSignIn, async (request, reply) => {
    const returnTo = safeReturnTo(field(request.query, 'return_to'), product);
    return request.signedIn ? seeOther(reply, returnTo) : sendPage(reply, page(request, { returnTo }));
  });

  app.post(`/${product}/sign-in`, beforeSignIn, async (request, reply) => {
    const returnTo = safeReturnTo(field(request.body, 'return_to'), product);
    const signInName = field(request.body, 'sign_in_name').slice(0, 200);
    const token = await signIn(context, {
      signInName, password: field(request.body, 'password'), browser: browserId(request), address: request.ip, request: request.id,
    });
    if (token === null) return sendPage(reply, page(request, { returnTo, signInName, problem: mismatch }), { status: 422 });
    const before = sessionCookie(request);
    if (before) await context.sessions.end(before);
    setSessionCookie(reply, token);
    return seeOther(reply, returnTo);
  });
}
