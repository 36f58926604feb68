import { Forbidden, NotSignedIn } from '@wayleave/platform/errors';
import { sessionCookie, setSessionCookie } from '@wayleave/platform/http';
import type { Session } from '@wayleave/platform/session';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { SuiteContext } from '../suite.js';
import { parseProduct } from '../ui/product.js';

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

/** Loads the member behind the session cookie anew for every request, so that a removal or a new role counts at once. */
export function loadSignedIn(app: FastifyInstance, context: SuiteContext): void {
  app.decorateRequest('signedIn', null);
  app.addHook('onRequest', async (request, reply) => {
    request.signedIn = await readSignedIn(context, request, reply);
  });
}

/** The member a page or action is for. Throws NotSignedIn, with the product whose sign-in page fits the address. */
export function requireMember(request: FastifyRequest): Member {
  return requireSignedIn(request).member;
}

/** The member and the session. Throws NotSignedIn. */
export function requireSignedIn(request: FastifyRequest): SignedIn {
  if (request.signedIn) return request.signedIn;
  throw new NotSignedIn(parseProduct(request.url.split(/[/?#]/)[1]) ?? 'idh');
}

/** The member, if an admin. Throws NotSignedIn or Forbidden; the page for it names the company's admins. */
export function requireAdmin(request: FastifyRequest): Member {
  const member = requireMember(request);
  if (member.role !== 'admin') throw new Forbidden('Only admins of your company may do this. Ask one of them.', 'Only an admin may do this');
  return member;
}

async function readSignedIn(context: SuiteContext, request: FastifyRequest, reply: FastifyReply): Promise<SignedIn | null> {
  const token = sessionCookie(request);
  if (!token) return null;
  const session = await context.sessions.find(token);
  if (!session) return null;
  const member = await findMember(context.db, session.subject);
  if (member && session.epoch === sessionEpoch(member)) return { member, session, token };
  await context.sessions.end(token);
  const roleChanged = member !== null && session.epoch >> 1 === member.epoch;
  return roleChanged ? reopen(context, member, reply) : null;
}

/** A member whose role changed goes on under a new session id (ASVS 7.2.4). */
async function reopen(context: SuiteContext, member: MemberWithEpoch, reply: FastifyReply): Promise<SignedIn | null> {
  const token = await context.sessions.create(member.id, sessionEpoch(member));
  const session = await context.sessions.find(token);
  setSessionCookie(reply, token);
  return session ? { member, session, token } : null;
}
