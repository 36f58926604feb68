import { randomUUID } from 'node:crypto';

import { InvalidForm, NotFound } from '@wayleave/platform/errors';
import { isUniqueViolation } from '@wayleave/platform/database';
import { companyId, memberId, type CompanyId, type MemberId } from '@wayleave/vault';
import type { Transaction } from 'kysely';

import { invitationMail } from '../mail/mails.js';
import type { Role } from '../sign-in/member.js';
import { endPasswordLinks, linkLifetimes, makePasswordLink } from '../sign-in/password.js';
import { normalSignInName } from '../sign-in/sign-in.js';
import type { SuiteContext } from '../suite.js';

import { deleteMember, findCompany, insertCompany, insertMember, lockMembers, updateRole, type Company } from './company-store.js';
import type { SuiteTables } from './company-tables.js';
import { wrongMailAddress } from './mail-address.js';
import { signInNameFromMail, wrongSignInName } from './sign-in-name.js';
import { defaultTimeZone, isTimeZone } from './time-zone.js';

/** What these functions need of the suite; the command line has no more. */
export type CompanyContext = Pick<SuiteContext, 'db' | 'links' | 'mailer' | 'sessions' | 'clock' | 'config'>;

/** A member just added, and the address at which the first password is set: once, until `expiresAt`. It was mailed too. */
export interface AddedMember {
  company: CompanyId;
  member: MemberId;
  mail: string;
  signInName: string;
  link: string;
  expiresAt: Date;
}

const mostNames = 1_000;

/** Adds a company with its first admin. `timeZone` is an IANA name. Throws InvalidForm (fields `name`, `mail`, `time_zone`). */
export async function addCompany(context: CompanyContext, request: { name: string; adminMail: string; timeZone?: string }): Promise<AddedMember> {
  const name = request.name.trim().replace(/\s+/g, ' ');
  const company: Company = { id: companyId(randomUUID()), name, timeZone: request.timeZone ?? defaultTimeZone };
  const mail = normalMail(request.adminMail);
  refuse({
    name: name === '' || name.length > 200 ? 'Give the company a name of 1 to 200 characters.' : null,
    mail: wrongMailAddress(mail),
    time_zone: isTimeZone(company.timeZone) ? null : `"${company.timeZone}" is not the name of a time zone, such as America/New_York.`,
  });
  return context.db.transaction().execute(async (trx) => {
    await insertCompany(trx, company, context.clock.now());
    return writeMember(context, trx, company, { mail, role: 'admin', signInName: '' });
  });
}

export interface NewMember {
  mail: string;
  role: Role;
  /** Empty: made from the mail address, with a number when it is taken. */
  signInName: string;
}

/**
 * Adds a member and mails the link to set a password. Throws InvalidForm (fields `mail`, `sign_in_name`) with nothing
 * written, and NotFound when there is no such company.
 */
export async function addMember(context: CompanyContext, company: CompanyId, request: NewMember): Promise<AddedMember> {
  const member = { ...request, mail: normalMail(request.mail), signInName: normalSignInName(request.signInName) };
  refuse({ mail: wrongMailAddress(member.mail), sign_in_name: member.signInName === '' ? null : wrongSignInName(member.signInName) });
  try {
    return await context.db.transaction().execute(async (trx) => {
      const found = await findCompany(trx, company);
      if (!found) throw new NotFound('There is no such company.');
      return writeMember(context, trx, found, member);
    });
  } catch (error) {
    if (isUniqueViolation(error, 'member_mail_once_per_company')) throw mailTaken();
    throw error;
  }
}

/**
 * Gives a member another role, from the next request on. Throws NotFound for an id that is not of this company, and
 * InvalidForm (field `member`) for the last admin.
 */
export async function changeRole(context: CompanyContext, company: CompanyId, id: string, role: Role): Promise<void> {
  await context.db.transaction().execute(async (trx) => {
    const member = await lockMember(trx, company, id);
    if (!(await updateRole(trx, company, member, role))) throw lastAdmin('made a user');
  });
}

/**
 * Removes a member; the sessions end with it. What the member opted in to stays with the company. Throws NotFound for
 * an id that is not of this company, and InvalidForm (field `member`) for the last admin.
 */
export async function removeMember(context: CompanyContext, company: CompanyId, id: string): Promise<void> {
  await context.db.transaction().execute(async (trx) => {
    const member = await lockMember(trx, company, id);
    if (!(await deleteMember(trx, company, member))) throw lastAdmin('removed');
    await context.sessions.endAll(member, trx);
    await endPasswordLinks(context, member, trx);
  });
}

async function writeMember(context: CompanyContext, trx: Transaction<SuiteTables>, company: Company, request: NewMember): Promise<AddedMember> {
  const id = memberId(randomUUID());
  const signInName = await insertWithFreeName(trx, company.id, id, request, context.clock.now());
  const link = await makePasswordLink(context, id, linkLifetimes.invitationMs, trx);
  const recipient = { mail: request.mail, signInName, companyName: company.name, timeZone: company.timeZone };
  await context.mailer.enqueue(invitationMail(recipient, link.url, link.expiresAt), trx);
  return { company: company.id, member: id, mail: request.mail, signInName, link: link.url, expiresAt: link.expiresAt };
}

async function insertWithFreeName(trx: Transaction<SuiteTables>, company: CompanyId, id: MemberId, request: NewMember, now: Date): Promise<string> {
  const chosen = request.signInName !== '';
  for (let attempt = 1; attempt <= (chosen ? 1 : mostNames); attempt += 1) {
    const signInName = chosen ? request.signInName : signInNameFromMail(request.mail, attempt);
    const outcome = await insertMember(trx, company, { id, mail: request.mail, role: request.role, signInName }, now);
    if (outcome === 'inserted') return signInName;
    if (outcome === 'mail-taken') throw mailTaken();
  }
  throw new InvalidForm({ sign_in_name: 'This Sign In name is taken. Choose another.' });
}

async function lockMember(trx: Transaction<SuiteTables>, company: CompanyId, id: string): Promise<MemberId> {
  const locked = await lockMembers(trx, company);
  const row = locked
    ? await trx.selectFrom('suite.member').select('id').where('company_id', '=', company).where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw new NotFound('There is no such member in your company.');
  return memberId(row.id);
}

function refuse(problems: Record<string, string | null>): void {
  const fields = Object.fromEntries(Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== null));
  if (Object.keys(fields).length > 0) throw new InvalidForm(fields);
}

function mailTaken(): InvalidForm {
  return new InvalidForm({ mail: 'A member of your company has this address already.' });
}

function lastAdmin(what: string): InvalidForm {
  return new InvalidForm({ member: `The last admin of a company cannot be ${what}. Make somebody else an admin first. Nothing was changed.` });
}

function normalMail(text: string): string {
  return text.trim().toLowerCase();
}
