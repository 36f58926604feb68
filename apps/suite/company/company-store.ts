import { companyId, memberId, type CompanyId, type MemberId } from '@wayleave/vault';
import { sql, type Kysely, type Transaction } from 'kysely';

import type { Role } from '../sign-in/member.js';

import type { SuiteTables } from './company-tables.js';

/** A row of the members' list. */
export interface MemberRow {
  id: MemberId;
  mail: string;
  signInName: string;
  role: Role;
  lastSignedInAt: Date | null;
}

export interface Company {
  id: CompanyId;
  name: string;
  /** IANA name. */
  timeZone: string;
}

export async function insertCompany(trx: Transaction<SuiteTables>, company: Company, now: Date): Promise<void> {
  await trx.insertInto('suite.company').values({ id: company.id, name: company.name, time_zone: company.timeZone, created_at: now }).execute();
}

/** The companies of this name; names need not be unique. */
export async function findCompanies(db: Kysely<SuiteTables>, name: string): Promise<Company[]> {
  const rows = await db.selectFrom('suite.company').select(['id', 'name', 'time_zone']).where('name', '=', name).execute();
  return rows.map((row) => ({ id: companyId(row.id), name: row.name, timeZone: row.time_zone }));
}

export async function findCompany(db: Kysely<SuiteTables>, id: CompanyId): Promise<Company | null> {
  const row = await db.selectFrom('suite.company').select(['id', 'name', 'time_zone']).where('id', '=', id).executeTakeFirst();
  return row ? { id: companyId(row.id), name: row.name, timeZone: row.time_zone } : null;
}

export async function updateTimeZone(db: Kysely<SuiteTables>, id: CompanyId, timeZone: string): Promise<void> {
  await db.updateTable('suite.company').set({ time_zone: timeZone }).where('id', '=', id).execute();
}

/** Everyone of the company: admins first, then by mail. */
export async function listMembers(db: Kysely<SuiteTables>, company: CompanyId): Promise<MemberRow[]> {
  const rows = await db
    .selectFrom('suite.member').select(['id', 'mail', 'sign_in_name', 'role', 'last_signed_in_at'])
    .where('company_id', '=', company)
    .orderBy('role').orderBy('mail')
    .execute();
  return rows.map((row) => ({
    id: memberId(row.id), mail: row.mail, signInName: row.sign_in_name, role: row.role, lastSignedInAt: row.last_signed_in_at,
  }));
}

/** One member of this company; null for an unknown id and for one of another company alike. */
export async function findMemberRow(db: Kysely<SuiteTables>, company: CompanyId, id: string): Promise<MemberRow | null> {
  return (await listMembers(db, company)).find((member) => member.id === id) ?? null;
}

/**
 * Makes every other change to the company's members wait until this transaction ends, so that two admins cannot remove
 * each other at once. False when there is no such company.
 */
export async function lockMembers(trx: Transaction<SuiteTables>, company: CompanyId): Promise<boolean> {
  const row = await trx.selectFrom('suite.company').select('id').where('id', '=', company).forUpdate().executeTakeFirst();
  return row !== undefined;
}

export type InsertOutcome = 'inserted' | 'name-taken' | 'mail-taken';

/** Adds a member, or says which of the two unique things somebody has already. */
export async function insertMember(
  trx: Transaction<SuiteTables>, company: CompanyId, member: { id: MemberId; mail: string; signInName: string; role: Role }, now: Date,
): Promise<InsertOutcome> {
  const known = await trx
    .selectFrom('suite.member').select('id').where('company_id', '=', company).where('mail', '=', member.mail)
    .executeTakeFirst();
  if (known) return 'mail-taken';
  const { rows } = await sql`
    insert into suite.member (company_id, id, mail, sign_in_name, role, created_at)
    values (${company}, ${member.id}, ${member.mail}, ${member.signInName}, ${member.role}, ${now})
    on conflict (sign_in_name) do nothing returning id`.execute(trx);
  return rows.length === 1 ? 'inserted' : 'name-taken';
}

/** Gives the member another role unless that would leave the company without an admin. False when it would. */
export async function updateRole(trx: Transaction<SuiteTables>, company: CompanyId, id: MemberId, role: Role): Promise<boolean> {
  const { rows } = await sql`
    update suite.member set role = ${role} where company_id = ${company} and id = ${id} and (${role} = 'admin' or ${anotherAdmin(company, id)})
    returning id`.execute(trx);
  return rows.length === 1;
}

/** Removes the member unless that would leave the company without an admin. False when it would. */
export async function deleteMember(trx: Transaction<SuiteTables>, company: CompanyId, id: MemberId): Promise<boolean> {
  const { rows } = await sql`
    delete from suite.member where company_id = ${company} and id = ${id} and (role = 'user' or ${anotherAdmin(company, id)})
    returning id`.execute(trx);
  return rows.length === 1;
}

function anotherAdmin(company: CompanyId, id: MemberId) {
  return sql`exists (select 1 from suite.member other where other.company_id = ${company} and other.id <> ${id} and other.role = 'admin')`;
}
