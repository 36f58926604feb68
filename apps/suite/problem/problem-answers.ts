import { NotSignedIn, type Problem } from '@wayleave/platform/errors';
import { seeOther, type ProblemAnswers } from '@wayleave/platform/http';
import type { FastifyRequest } from 'fastify';

import { readFrame } from '../frame.js';
import { listAdmins } from '../opt-in/admin-store.js';
import { safeReturnTo } from '../sign-in/return-to.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct, productOfAddress } from '../ui/product.js';

import { FramedProblemPage, PublicProblemPage } from './problem-page.js';

/** How the suite answers what its routes throw: a page with what to do next; whoever must sign in is sent there. */
export function problemAnswers(context: SuiteContext): ProblemAnswers {
  return {
    renderProblem: (problem, request) => renderProblem(context, problem, request),
    answerProblem(problem, request, reply) {
      if (!(problem instanceof NotSignedIn) || request.method !== 'GET') return false;
      const product = parseProduct(problem.product) ?? 'idh';
      seeOther(reply, `/${product}/sign-in?return_to=${encodeURIComponent(safeReturnTo(request.url, product))}`);
      return true;
    },
  };
}

async function renderProblem(context: SuiteContext, problem: Problem, request: FastifyRequest): Promise<string> {
  const page = { problem, reference: request.id, now: context.clock.now() };
  const product = productOfAddress(request.url);
  const signedIn = request.signedIn ?? null;
  if (signedIn) {
    try {
      const [frame, admins] = await Promise.all([
        readFrame(context, request, product ?? 'idh', { keepNotice: true }),
        listAdmins(context.db, signedIn.member.companyId),
      ]);
      return await FramedProblemPage({ ...page, frame, admins });
    } catch (error) {
      request.log.error({ err: error, request: request.id }, 'problem page without its frame');
    }
  }
  return PublicProblemPage({ ...page, product, trademarkNotice: context.config.trademarkNotice });
}
