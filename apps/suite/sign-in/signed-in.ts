import { Conflict, Forbidden, NotSignedIn } from '@wayleave/platform/errors';
import { publicAddress, seeOther, sessionCookie, setSessionCookie } from '@wayleave/platform/http';
import type { Session } from '@wayleave/platform/session';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { SuiteContext } from '../suite.js';
import { productOfAddress, type Product } from '../ui/product.js';

import { findMember, type MemberWithEpoch } from './member-store.js';
import type { Member } from './member.js';

/** Who a request comes from: the member as of now, and the session that says so. */
export interface SignedIn {
  readonly member: Member;
  readonly session: Session;
  /** The cookie's value; for the session store alone. */
  readonly token: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    signedIn: SignedIn | null;
  }
}

/**
 * The number a session is opened with: the member's epoch with the role in the lowest bit. A new password makes it
 * higher by two or more, a new role flips the bit.
 */
export function sessionEpoch(member: MemberWithEpoch): number {
  return member.epoch * 2 + (member.role === 'admin' ? 1 : 0);
}

/** Loads the member behind the session cookie anew for every page, so that a removal or a new role counts at once. */
export function loadSignedIn(app: FastifyInstance, context: SuiteContext): void {
  app.decorateRequest('signedIn', null);
  app.addHook('onRequest', async (request, reply) => {
    const isFile = request.routeOptions.url?.endsWith('*') === true;
    const token = isFile ? undefined : sessionCookie(request);
    if (!token) return;
    const found = await readSignedIn(context, token);
    if (found !== 'role-changed') request.signedIn = found;
    else return goOnUnderNewId(context, token, request, reply);
  });
}

/** Who a request comes from, and from where, as the log names it. */
export function sourceOf(request: FastifyRequest): { request: string; address: string; company: string | null; member: string | null } {
  const { companyId = null, id = null } = request.signedIn?.member ?? {};
  return { request: request.id, address: request.ip, company: companyId, member: id };
}

/** The member a page or action is for. Throws NotSignedIn, with the product whose sign-in page fits. */
export function requireMember(request: FastifyRequest, product?: Product): Member {
  return requireSignedIn(request, product).member;
}

/** The member and the session. Throws NotSignedIn, with the product given or else the address's. */
export function requireSignedIn(request: FastifyRequest, product?: Product): SignedIn {
  if (request.signedIn) return request.signedIn;
  throw new NotSignedIn(product ?? productOfAddress(request.url));
}

/** The member, if an admin. Throws NotSignedIn or Forbidden; the page for it names the company's admins. */
export function requireAdmin(request: FastifyRequest, product?: Product): Member {
  const member = requireMember(request, product);
  if (member.role !== 'admin') throw new Forbidden('Only admins of your company may do this. Ask one of them.', 'Only an admin may do this');
  return member;
}

async function readSignedIn(context: SuiteContext, token: string): Promise<SignedIn | 'role-changed' | null> {
  const session = await context.sessions.find(token);
  if (!session) return null;
  const member = await findMember(context.db, session.subject);
  if (!member) return null;
  if (session.epoch === sessionEpoch(member)) return { member, session, token };
  return session.epoch >> 1 === member.epoch ? 'role-changed' : null;
}

/** A new role is a new session id (ASVS 7.2.4). A page is asked for again under it; a form is refused, as it was made for the old role. */
async function goOnUnderNewId(context: SuiteContext, token: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const session = await context.sessions.find(token);
  const member = session && (await findMember(context.db, session.subject));
  await context.sessions.end(token);
  if (!member) throw new NotSignedIn(productOfAddress(request.url));
  setSessionCookie(reply, await context.sessions.create(member.id, sessionEpoch(member)));
  if (request.method === 'GET') return seeOther(reply, publicAddress(request));
  throw new Conflict('Your role was changed a moment ago. Nothing was done; open the page again to see what you may do now.');
}
