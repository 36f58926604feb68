import { seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { listAdmins } from '../opt-in/admin-store.js';
import { applicationWords } from '../opt-in/application-words.js';
import { checkNow, clearFromForm, readClearQuestion } from '../opt-in/grant-actions.js';
import { countFollowed } from '../retrieval/followed-package-store.js';
import { requireAdmin, requireMember } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { IdhClearPage } from './clear-page.js';
import { HistoryPage } from './history-page.js';
import { readHistory } from './history.js';
import { OptInScreenPage } from './opt-in-screen-page.js';

const product = 'idh';
const words = applicationWords[product];
const historyPath = '/idh/history';
const optInPath = '/idh/opt-in';

/** Intelligent Delivery History: the opt-in screen while there is no opt-in, Delivery History while there is one, and Clear. */
export function registerIdhRoutes(app: FastifyInstance, context: SuiteContext): void {
  app.get('/idh', async (request, reply) => seeOther(reply, (await isOpen(context, request)) ? historyPath : optInPath));

  app.get(optInPath, async (request, reply) => {
    if (await isOpen(context, request)) return seeOther(reply, historyPath);
    const { companyId: company } = requireMember(request);
    const frame = await readFrame(context, request, product);
    const { total } = await countFollowed(context.db, { company, application: product });
    const admins = await listAdmins(context.db, company);
    return sendPage(reply, OptInScreenPage({ frame, admins, retrievedBefore: total }));
  });

  app.get<{ Querystring: { page?: unknown } }>(historyPath, async (request, reply) => {
    const history = await readHistory(context.db, requireMember(request).companyId, request.query.page);
    if (history.page.total === 0 && !(await isOpen(context, request))) return seeOther(reply, optInPath);
    return sendPage(reply, HistoryPage({ frame: await readFrame(context, request, product), history }));
  });

  app.get(words.clearPath, async (request, reply) => {
    const { companyId } = requireAdmin(request);
    const { state } = await context.vault.grant(companyId, product);
    if (state === 'none' || state === 'cleared') {
      await setNotice(context, request, { tone: 'info', heading: 'There is nothing to clear', lines: ['There is no opt-in. Nothing is being retrieved.'] });
      return seeOther(reply, words.homePath);
    }
    return sendClear(context, request, reply);
  });

  app.post(words.clearPath, async (request, reply) => {
    const moved = await clearFromForm(context, request, product);
    return moved === null ? seeOther(reply, words.homePath) : sendClear(context, request, reply, { moved, status: 409 });
  });

  app.post(words.checkPath, async (request, reply) => {
    await checkNow(context, request, product);
    return seeOther(reply, words.homePath);
  });
}

async function isOpen(context: SuiteContext, request: FastifyRequest): Promise<boolean> {
  return (await context.vault.grant(requireMember(request).companyId, product)).state === 'authorized';
}

async function sendClear(
  context: SuiteContext, request: FastifyRequest, reply: FastifyReply, { moved, status = 200 }: { moved?: string; status?: number } = {},
): Promise<FastifyReply> {
  const { companyId: company } = requireAdmin(request);
  const question = await readClearQuestion(context, request, product);
  const frame = await readFrame(context, request, product);
  const counts = await countFollowed(context.db, { company, application: product });
  const login = await context.vault.login(company, product);
  return sendPage(reply, IdhClearPage({ frame, counts, login, question: moved === undefined ? question : { ...question, moved } }), { status });
}
