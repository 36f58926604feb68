import { NotFound } from '@wayleave/platform/errors';
import { seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { requireAdmin, requireSignedIn, sourceOf } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct, products, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';
import { NotCompletedPage, SignedOutPage } from './not-completed-page.js';
import { explain, parseNotCompleted, reasonOf, toFlash, type Reason } from './not-completed.js';
import { generatedNotice } from './opt-in-notices.js';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The way to UPS.com and back: the buttons that start it, the callbacks, and the page for a way that ended without a token. */
export function registerOptInRoutes(app: FastifyInstance, context: SuiteContext): void {
  for (const product of products) {
    const words = applicationWords[product];

    app.post(words.beginPath, async (request, reply) => {
      const member = requireAdmin(request);
      const { session } = requireSignedIn(request);
      const address = await context.vault.beginOptIn({
        company: member.companyId, application: product, member: { id: member.id, label: member.mail }, sessionBinding: session.idHash,
      });
      return seeOther(reply, address);
    });

    app.get(words.notCompletedPath, async (request, reply) => {
      if (!request.signedIn) {
        return sendPage(reply, SignedOutPage({ product, trademarkNotice: context.config.trademarkNotice }), { status: 401 });
      }
      const notCompleted = parseNotCompleted(await context.sessions.takeFlash(request.signedIn.token));
      if (!notCompleted) return seeOther(reply, request.signedIn.member.role === 'admin' ? words.homePath : `/${product}`);
      const frame = await readFrame(context, request, product);
      const explanation = explain(notCompleted.reason, words, Math.round(context.config.optInLifetimeMs / 60_000));
      const page = NotCompletedPage({ frame, explanation, reference: notCompleted.reference, now: context.clock.now() });
      return sendPage(reply, page, { status: explanation.status });
    });
  }

  // Every answer is a redirect, so that the code and the state stay neither in the address bar nor in the history.
  app.get<{ Params: { environment: string; application: string }; Querystring: Query }>('/callback/:environment/:application', async (request, reply) => {
    const product = parseProduct(request.params.application);
    if (!product) throw new NotFound();
    return seeOther(reply, await finishOptIn(context, request, product, request.params.environment, request.query));
  });
}

/** Completes the opt-in and gives the page that tells how it went. */
async function finishOptIn(context: SuiteContext, request: FastifyRequest, product: Product, environment: string, query: Query): Promise<string> {
  const words = applicationWords[product];
  const { signedIn } = request;
  if (!signedIn) return words.notCompletedPath;
  let reason: Reason | null;
  if (signedIn.member.role !== 'admin') reason = 'not-admin';
  else {
    const outcome = await context.vault.completeOptIn({ application: product, environment, sessionBinding: signedIn.session.idHash, query });
    reason = reasonOf(outcome);
    if (reason === null) request.log.info({ ...sourceOf(request), application: product, outcome: outcome.kind }, 'opt-in completed');
    if (outcome.kind === 'pending') return words.pendingPath;
    if (outcome.kind === 'opted-in') await setNotice(context, request, generatedNotice(product, outcome.replaced));
  }
  if (reason === null) return words.homePath;
  request.log.info({ ...sourceOf(request), application: product, reason }, 'opt-in not completed');
  await context.sessions.setFlash(signedIn.token, toFlash({ reason, reference: request.id }));
  return words.notCompletedPath;
}
