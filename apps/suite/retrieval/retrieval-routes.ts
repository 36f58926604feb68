import { csrfToken, field, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFrame, setNotice } from '../frame.js';
import { requireMember } from '../sign-in/signed-in.js';
import type { Member } from '../sign-in/member.js';
import type { SuiteContext } from '../suite.js';
import { products, type Notice, type Product } from '../ui/index.js';
import { findDelay } from './delay-store.js';
import { countFollowed, follow, listFollowed, unfollow } from './followed-package-store.js';
import type { FollowedList } from './followed-region.js';
import { openLiveFollowed } from './live.js';
import { registerLiveRoute } from './live-routes.js';
import { PackagesPage, type RefusedList } from './packages-page.js';
import { pageNumber } from './page-number.js';
import { longestList, parsePastedList, type PastedList } from './pasted-list.js';

const packagesPerPage = 25;

interface Paged {
  Querystring: { page?: unknown };
}

/** Following packages under each application's grant: the pasted list, what is followed, and the live stream of it. */
export async function registerRetrievalRoutes(app: FastifyInstance, context: SuiteContext): Promise<void> {
  const live = await openLiveFollowed(context.database);
  app.addHook('onClose', () => live.close());
  for (const product of products) {
    const path = `/${product}/packages`;

    app.get<Paged>(path, async (request, reply) => {
      const list = await readFollowedList(context, request, product, request.query.page);
      if (product === 'idh' && !list.authorized && list.counts.total === 0) return seeOther(reply, '/idh/opt-in');
      return sendPackages(context, request, reply, { product, list });
    });

    app.post(path, async (request, reply) => {
      const { companyId: company, mail } = requireMember(request);
      const typed = field(request.body, 'numbers');
      const { state } = await context.vault.grant(company, product);
      const pasted = parsePastedList(typed);
      const refused = state === 'authorized' ? refusal(pasted, typed) : { typed, error: `${state === 'suspended' ? 'The opt-in is suspended' : 'Nobody has opted in'}, so UPS cannot be asked. Nothing was followed.`, entries: [] };
      if (refused || pasted.kind !== 'list') {
        const list = await readFollowedList(context, request, product, '1');
        return sendPackages(context, request, reply, { product, list, ...(refused ? { refused } : {}) }, 422);
      }
      const grant = { company, application: product };
      const added = await context.db.transaction().execute((trx) => follow(trx, grant, { numbers: pasted.numbers, by: mail, now: context.clock.now() }));
      await setNotice(context, request, followedNotice(added, pasted.numbers.length, pasted.repeated));
      return seeOther(reply, path);
    });

    app.post(`${path}/unfollow`, async (request, reply) => {
      const { companyId: company } = requireMember(request);
      const number = field(request.body, 'number');
      const gone = await unfollow(context.db, { company, application: product }, number);
      await setNotice(context, request, gone
        ? { tone: 'ok', heading: 'Not followed any more', lines: [`UPS is not asked about ${number} any more, and what it said about it is deleted.`] }
        : { tone: 'info', heading: 'Nothing to do', lines: ['That number was not followed.'] });
      const page = field(request.body, 'page');
      return seeOther(reply, /^\d{1,7}$/.test(page) ? `${path}?page=${page}` : path);
    });

    registerLiveRoute(app, context, live, product);
  }
}

/** What the list of followed packages shows right now. Throws NotSignedIn. */
async function readFollowedList(context: SuiteContext, request: FastifyRequest, product: Product, page: unknown): Promise<FollowedList> {
  return listFor(context, requireMember(request), csrfToken(request), product, page);
}

/** The same list for a stream that outlives its request. */
export async function listFor(context: SuiteContext, { companyId: company, timeZone }: Member, csrf: string, product: Product, wanted: unknown): Promise<FollowedList> {
  const grant = { company, application: product };
  const now = context.clock.now();
  const [{ state }, counts, delay] = await Promise.all([
    context.vault.grant(company, product), countFollowed(context.db, grant), findDelay(context.db, grant, { now, perMinute: context.config.followCallsPerMinute }),
  ]);
  const page = { pageSize: packagesPerPage, total: counts.total, page: pageNumber(wanted, { total: counts.total, pageSize: packagesPerPage }) };
  const packages = await listFollowed(context.db, grant, page);
  return { product, timeZone, csrf, authorized: state === 'authorized', counts, delay, packages, page, now };
}

async function sendPackages(
  context: SuiteContext, request: FastifyRequest, reply: FastifyReply, shown: { product: Product; list: FollowedList; refused?: RefusedList }, status = 200,
): Promise<FastifyReply> {
  const frame = await readFrame(context, request, shown.product);
  const interval = spokenInterval(context.config.followIntervalMs);
  return sendPage(reply, PackagesPage({ frame, list: shown.list, interval, ...(shown.refused ? { refused: shown.refused } : {}) }), { status });
}

function refusal(pasted: PastedList, typed: string): RefusedList | null {
  switch (pasted.kind) {
    case 'list': return null;
    case 'empty': return { typed, error: 'Paste at least one package number.', entries: [] };
    case 'too-long': return { typed, error: `These are ${pasted.count.toLocaleString('en-US')} numbers; at most ${longestList} can be added at once. Nothing was followed.`, entries: [] };
    case 'bad': {
      const count = pasted.entries.length;
      const what = count === 1 ? 'One entry is not a package number' : `${count.toLocaleString('en-US')} entries are not package numbers`;
      return { typed, error: `${what}. Nothing was followed; correct the list and send it again.`, entries: pasted.entries };
    }
  }
}

function followedNotice(added: number, given: number, repeated: number): Notice {
  const heading = added === 0 ? 'Nothing new to follow' : added === 1 ? '1 package was added' : `${added.toLocaleString('en-US')} packages were added`;
  const already = given - added;
  const lines = [
    ...(added > 0 ? ['UPS is being asked about them now.'] : []),
    ...(already > 0 ? [already === 1 ? 'One number was followed already.' : `${already.toLocaleString('en-US')} numbers were followed already.`] : []),
    ...(repeated > 0 ? [repeated === 1 ? 'One number stood in the list twice; it counts once.' : `${repeated.toLocaleString('en-US')} repetitions in the list were left out.`] : []),
  ];
  return { tone: added > 0 ? 'ok' : 'info', heading, lines };
}

function spokenInterval(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return seconds === 1 ? 'second' : `${seconds} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}
