import { seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { listAdmins } from '../opt-in/admin-store.js';
import { applicationWords } from '../opt-in/application-words.js';
import type { ClearQuestion } from '../opt-in/clear-panel.js';
import { checkNow, clearFromForm, readClearQuestion } from '../opt-in/grant-actions.js';
import { countFollowed } from '../retrieval/followed-package-store.js';
import { pageNumber } from '../retrieval/page-number.js';
import { requireAdmin, requireMember } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { IdmHomePage } from './idm-home-page.js';
import { TokenManagerPage } from './token-manager-page.js';

const product = 'idm';
const words = applicationWords[product];
const tokensPerPage = 10;

interface Paged {
  Querystring: { page?: unknown };
}

/** Intelligent Data Management: its landing page, and the Token Manager with what one may do there. */
export function registerIdmRoutes(app: FastifyInstance, context: SuiteContext): void {
  app.get('/idm', async (request, reply) => {
    const { companyId: company } = requireMember(request);
    const frame = await readFrame(context, request, product);
    const counts = await countFollowed(context.db, { company, application: product });
    const admins = await listAdmins(context.db, company);
    return sendPage(reply, IdmHomePage({ frame, counts, admins }));
  });

  app.get<Paged>(words.homePath, async (request, reply) => sendTokenManager(context, request, reply));

  app.get<Paged>(words.clearPath, async (request, reply) => {
    const { companyId } = requireAdmin(request);
    const { state } = await context.vault.grant(companyId, product);
    if (state === 'none' || state === 'cleared') {
      await setNotice(context, request, { tone: 'info', heading: 'There is nothing to clear', lines: ['There is no authorization. Nothing is being retrieved.'] });
      return seeOther(reply, words.homePath);
    }
    return sendTokenManager(context, request, reply, { question: await readClearQuestion(context, request, product) });
  });

  app.post<Paged>(words.clearPath, async (request, reply) => {
    const moved = await clearFromForm(context, request, product);
    if (moved === null) return seeOther(reply, words.homePath);
    return sendTokenManager(context, request, reply, { question: { ...(await readClearQuestion(context, request, product)), moved }, status: 409 });
  });

  app.post(words.checkPath, async (request, reply) => {
    await checkNow(context, request, product);
    return seeOther(reply, words.homePath);
  });
}

async function sendTokenManager(
  context: SuiteContext, request: FastifyRequest<Paged>, reply: FastifyReply, { question, status = 200 }: { question?: ClearQuestion; status?: number } = {},
): Promise<FastifyReply> {
  const { companyId: company } = requireAdmin(request);
  const frame = await readFrame(context, request, product);
  const counts = await countFollowed(context.db, { company, application: product });
  const login = await context.vault.login(company, product);
  const pageSize = tokensPerPage;
  const read = (page: number) => context.vault.issuedTokens(company, product, { page, pageSize });
  const wanted = pageNumber(request.query.page, { total: Number.MAX_SAFE_INTEGER, pageSize });
  let { rows, total } = await read(wanted);
  const page = pageNumber(request.query.page, { total, pageSize });
  if (page !== wanted) ({ rows, total } = await read(page));
  return sendPage(reply, TokenManagerPage({ frame, counts, login, tokens: rows, page: { page, pageSize, total }, ...(question ? { question } : {}) }), { status });
}
