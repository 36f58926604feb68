import { BadRequest } from '@wayleave/platform/errors';
import { field, seeOther, sendPage } from '@wayleave/platform/http';
import type { PendingDecision } from '@wayleave/vault';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { requireAdmin, sourceOf } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { products, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';
import { decidedNotice, nothingWaitsNotice, voidingAtUps } from './opt-in-notices.js';
import { PendingPage } from './pending-page.js';

/** The page about a consent by another UPS.com login, and the two decisions about it; for admins. */
export function registerPendingRoutes(app: FastifyInstance, context: SuiteContext): void {
  for (const product of products) {
    const { pendingPath, homePath } = applicationWords[product];

    app.get(pendingPath, async (request, reply) => {
      const { companyId } = requireAdmin(request);
      const pending = await context.vault.pendingConsent(companyId, product);
      if (!pending) {
        await setNotice(context, request, nothingWaitsNotice(product));
        return seeOther(reply, homePath);
      }
      return sendPage(reply, PendingPage({ frame: await readFrame(context, request, product), pending }));
    });

    for (const decision of ['confirm', 'refuse'] as const) {
      app.post(`${pendingPath}/${decision}`, async (request, reply) => {
        const asked = readDecision(request, product);
        const outcome = decision === 'confirm' ? await context.vault.confirmPending(asked) : await context.vault.refusePending(asked);
        request.log.info({ ...sourceOf(request), application: product, outcome: outcome.kind }, 'another UPS.com login decided about');
        await setNotice(context, request, decidedNotice(product, outcome, voidingAtUps(context.config.ups)));
        return seeOther(reply, outcome.grant.pending ? pendingPath : homePath);
      });
    }
  }
}

/** What an admin decides about: the consent that the page showed. Throws NotSignedIn, Forbidden, BadRequest. */
function readDecision(request: FastifyRequest, application: Product): PendingDecision {
  const { companyId: company, id, mail } = requireAdmin(request);
  const number = field(request.body, 'number');
  if (!/^\d{1,9}$/.test(number)) throw new BadRequest('The form does not say what to decide about. Load the page again and decide there.');
  return { company, application, member: { id, label: mail }, number: Number(number) };
}
