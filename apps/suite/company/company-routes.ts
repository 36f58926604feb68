import { InvalidForm, NotFound } from '@wayleave/platform/errors';
import { clearSessionCookie, field, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { registerAuditRoutes } from '../audit/audit-routes.js';
import { readFrame, setNotice } from '../frame.js';
import { parseRole, roleName } from '../sign-in/member.js';
import { requireAdmin } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct, type Product } from '../ui/product.js';

import { enterAccountExecutive } from './account-executive.js';
import { AddMemberPage, CompanyManagerPage, type CompanyManagerProps } from './company-manager-page.js';
import { findMemberRow, listMembers } from './company-store.js';
import { addMember, changeRole, removeMember } from './members.js';
import { countNewMember } from './new-member-limit.js';
import { changeTimeZone } from './time-zone.js';

type MemberRequest = FastifyRequest<{ Params: { id: string } }>;

/** The company manager and the audit behind it, in the frame of the product it was opened from. */
export function registerCompanyRoutes(app: FastifyInstance, context: SuiteContext): void {
  const send = async (request: FastifyRequest, reply: FastifyReply, more: Partial<CompanyManagerProps> = {}, status = 200) => {
    const { companyId } = requireAdmin(request);
    const frame = await readFrame(context, request, openedFrom(request));
    const members = await listMembers(context.db, companyId);
    return sendPage(reply, CompanyManagerPage({ frame, members, ...more }), { status });
  };
  const back = (request: FastifyRequest, reply: FastifyReply): FastifyReply => seeOther(reply, `/company-manager?from=${openedFrom(request)}`);

  registerAuditRoutes(app, context);

  app.get('/company-manager', async (request, reply) => send(request, reply));

  app.post('/company-manager/account-executive', async (request, reply) => {
    const { companyId } = requireAdmin(request);
    const typed = { name: field(request.body, 'name'), mail: field(request.body, 'mail'), phone: field(request.body, 'phone') };
    try {
      await enterAccountExecutive(context, companyId, typed);
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      return send(request, reply, { refusedExecutive: { typed, problems: error.fields } }, error.status);
    }
    await setNotice(context, request, { tone: 'ok', heading: 'The Account Executive is saved', lines: ['Every member sees it next to warnings and failures.'] });
    return back(request, reply);
  });

  app.post('/company-manager/time-zone', async (request, reply) => {
    const { companyId } = requireAdmin(request);
    const name = field(request.body, 'time_zone');
    try {
      await changeTimeZone(context, companyId, name);
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      return send(request, reply, { refusedTimeZone: error.fields['time_zone'] }, error.status);
    }
    await setNotice(context, request, { tone: 'ok', heading: 'The time zone is changed', lines: [`Times are now stated as in ${name.replaceAll('_', ' ')}.`] });
    return back(request, reply);
  });

  app.get('/company-manager/members/add', async (request, reply) => {
    requireAdmin(request);
    return sendPage(reply, AddMemberPage({ frame: await readFrame(context, request, openedFrom(request)) }));
  });

  app.post('/company-manager/members', async (request, reply) => {
    const admin = requireAdmin(request);
    const { companyId } = admin;
    const typed = { mail: field(request.body, 'mail'), signInName: field(request.body, 'sign_in_name'), role: field(request.body, 'role') };
    try {
      const role = requireRole(typed.role);
      await countNewMember(context, admin);
      const added = await addMember(context, companyId, { ...typed, role });
      await setNotice(context, request, {
        tone: 'ok', heading: `${added.mail} is a member now`, lines: [`A link to set a password was mailed. The Sign In name is ${added.signInName}.`],
      });
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      const frame = await readFrame(context, request, openedFrom(request));
      return sendPage(reply, AddMemberPage({ frame, typed, problems: error.fields }), { status: error.status });
    }
    return back(request, reply);
  });

  app.post('/company-manager/members/:id/role', async (request: MemberRequest, reply) => {
    const { companyId } = requireAdmin(request);
    const role = requireRole(field(request.body, 'role'));
    try {
      await changeRole(context, companyId, request.params.id, role);
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      return send(request, reply, { problem: { member: request.params.id, sentence: error.message } }, error.status);
    }
    const member = await findMemberRow(context.db, companyId, request.params.id);
    await setNotice(context, request, {
      tone: 'ok', heading: 'The role is changed', lines: [`${member?.mail ?? 'The member'} is ${role === 'admin' ? 'an' : 'a'} ${roleName[role]} from the next page on.`],
    });
    return back(request, reply);
  });

  app.get('/company-manager/members/:id/remove', async (request: MemberRequest, reply) => {
    const { companyId } = requireAdmin(request);
    const asked = await findMemberRow(context.db, companyId, request.params.id);
    if (!asked) throw new NotFound('There is no such member in your company.');
    return send(request, reply, { asked });
  });

  app.post('/company-manager/members/:id/remove', async (request: MemberRequest, reply) => {
    const { companyId, id } = requireAdmin(request);
    const removed = await findMemberRow(context.db, companyId, request.params.id);
    try {
      await removeMember(context, companyId, request.params.id);
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      return send(request, reply, { problem: { member: request.params.id, sentence: error.message } }, error.status);
    }
    if (removed?.id === id) {
      clearSessionCookie(reply);
      return seeOther(reply, '/');
    }
    await setNotice(context, request, {
      tone: 'ok', heading: `${removed?.mail ?? 'The member'} is removed`, lines: ['Their sessions were ended. What they opted in to goes on.'],
    });
    return back(request, reply);
  });
}

function requireRole(text: string) {
  const role = parseRole(text);
  if (!role) throw new InvalidForm({ role: 'Choose Admin or User.' });
  return role;
}

function openedFrom(request: FastifyRequest): Product {
  return parseProduct(field(request.body, 'from') || field(request.query, 'from')) ?? 'idh';
}
