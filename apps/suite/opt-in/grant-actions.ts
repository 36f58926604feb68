import { BadRequest } from '@wayleave/platform/errors';
import { field } from '@wayleave/platform/http';
import type { FastifyRequest } from 'fastify';
import { setNotice } from '../frame.js';
import { requireAdmin, sourceOf } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import type { Product } from '../ui/index.js';
import { countFollowed } from '../retrieval/followed-package-store.js';
import type { ClearQuestion } from './clear-panel.js';
import { checkedNotice, clearedNotice, movedSentence, voidingAtUps } from './opt-in-notices.js';

/** What the question before a Clear says for this company. Throws NotSignedIn or Forbidden. */
export async function readClearQuestion(context: SuiteContext, request: FastifyRequest, product: Product): Promise<ClearQuestion> {
  const { companyId: company } = requireAdmin(request);
  const { total } = await countFollowed(context.db, { company, application: product });
  return { followed: total, voiding: voidingAtUps(context.config.ups) };
}

/**
 * Clears the grant whose generation the form carries, and leaves a notice of what that did. Gives null, or the sentence
 * that names who renewed the grant since the page was made; then nothing was cleared. Throws NotSignedIn, Forbidden, BadRequest.
 */
export async function clearFromForm(context: SuiteContext, request: FastifyRequest, product: Product): Promise<string | null> {
  const { companyId: company, id, mail, timeZone } = requireAdmin(request);
  const generation = field(request.body, 'generation');
  if (!/^\d{1,15}$/.test(generation)) throw new BadRequest('The form does not say what to clear. Load the page again and press Clear there.');
  const outcome = await context.vault.clear({ company, application: product, member: { id, label: mail }, generation: Number(generation) });
  request.log.info({ ...sourceOf(request), application: product, outcome: outcome.kind }, 'Clear pressed');
  if (outcome.kind === 'moved') return movedSentence(product, outcome.grant, timeZone);
  await setNotice(context, request, clearedNotice(product, outcome, timeZone, voidingAtUps(context.config.ups)));
  return null;
}

/** UPS limits how often an application may call; one company must not use that up for all. */
const checks = { limit: 20, windowMs: 60_000 };

/** Asks UPS now whether the grant stands, and leaves a notice of the answer. Throws NotSignedIn, Forbidden, TooManyRequests. */
export async function checkNow(context: SuiteContext, request: FastifyRequest, product: Product): Promise<void> {
  const { companyId, timeZone } = requireAdmin(request);
  await context.throttle.hit(`check:${companyId}:${product}`, checks);
  const outcome = await context.vault.probe(companyId, product);
  await setNotice(context, request, checkedNotice(product, outcome, timeZone, context.config.operatorMail !== undefined));
}
