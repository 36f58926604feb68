import { companyId, memberId, type CompanyId, type MemberId } from '@wayleave/vault';
import { sql, type Kysely } from 'kysely';

import type { SuiteTables } from '../company/company-tables.js';

import type { Member } from './member.js';

/** A member together with the number that tells sessions of an older password apart. */
export interface MemberWithEpoch extends Member {
  epoch: number;
}

/** What a sign-in is checked against. */
export interface Credentials extends MemberWithEpoch {
  passwordHash: string | null;
}

function select(db: Kysely<SuiteTables>) {
  return db
    .selectFrom('suite.member as member')
    .innerJoin('suite.company as company', 'company.id', 'member.company_id')
    .select([
      'member.id', 'member.company_id', 'company.name as company_name', 'company.time_zone', 'member.mail', 'member.sign_in_name',
      'member.role', 'member.epoch', 'member.password_hash',
    ]);
}

type MemberRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** The member of this id as of now, or null when removed. */
export async function findMember(db: Kysely<SuiteTables>, id: string): Promise<MemberWithEpoch | null> {
  const row = await select(db).where('member.id', '=', id).executeTakeFirst();
  return row ? toMember(row) : null;
}

/** What signing in under this name has to be checked against; null when nobody has the name. */
export async function findCredentials(db: Kysely<SuiteTables>, signInName: string): Promise<Credentials | null> {
  const row = await select(db).where('member.sign_in_name', '=', signInName).executeTakeFirst();
  return row ? { ...toMember(row), passwordHash: row.password_hash } : null;
}

/** The member of this Sign In name, and whether a password was set; null when nobody has the name. */
export async function findMemberBySignInName(db: Kysely<SuiteTables>, signInName: string): Promise<Member & { hasPassword: boolean } | null> {
  const found = await findCredentials(db, signInName);
  if (!found) return null;
  const { passwordHash, epoch: _, ...member } = found;
  return { ...member, hasPassword: passwordHash !== null };
}

/** Everyone with this mail address, in any company. */
export async function findByMail(db: Kysely<SuiteTables>, mail: string): Promise<MemberWithEpoch[]> {
  const rows = await select(db).where('member.mail', '=', mail).orderBy('member.sign_in_name').execute();
  return rows.map(toMember);
}

/** Whether the member of this name has signed in from this browser before. */
export async function isKnownBrowser(db: Kysely<SuiteTables>, signInName: string, browserHash: Buffer): Promise<boolean> {
  const row = await db
    .selectFrom('suite.known_browser as known')
    .innerJoin('suite.member as member', (join) =>
      join.onRef('member.company_id', '=', 'known.company_id').onRef('member.id', '=', 'known.member_id'))
    .select('known.member_id')
    .where('member.sign_in_name', '=', signInName).where('known.browser_hash', '=', browserHash)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes the browser as one of the member's own; nothing when the member is gone. */
export async function knowBrowser(db: Kysely<SuiteTables>, { companyId, id }: Member, browserHash: Buffer, now: Date): Promise<void> {
  await sql`
    insert into suite.known_browser (company_id, member_id, browser_hash, last_used_at)
    select company_id, id, ${browserHash}::bytea, ${now}::timestamptz from suite.member where company_id = ${companyId} and id = ${id}
    on conflict (company_id, member_id, browser_hash) do update set last_used_at = excluded.last_used_at`.execute(db);
}

export async function noteSignIn(db: Kysely<SuiteTables>, { companyId, id }: Member, now: Date): Promise<void> {
  await db
    .updateTable('suite.member').set({ last_signed_in_at: now })
    .where('company_id', '=', companyId).where('id', '=', id)
    .execute();
}

/**
 * Stores a new password hash and raises the epoch, with which every session of before is dead. Answers the new epoch,
 * or null when the member is gone.
 */
export async function storePassword(db: Kysely<SuiteTables>, company: CompanyId, member: MemberId, hash: string): Promise<number | null> {
  const row = await db
    .updateTable('suite.member')
    .set((expression) => ({ password_hash: hash, epoch: expression('epoch', '+', 1) }))
    .where('company_id', '=', company).where('id', '=', member)
    .returning('epoch')
    .executeTakeFirst();
  return row?.epoch ?? null;
}

function toMember(row: MemberRow): MemberWithEpoch {
  return {
    id: memberId(row.id),
    companyId: companyId(row.company_id),
    companyName: row.company_name,
    timeZone: row.time_zone,
    mail: row.mail,
    signInName: row.sign_in_name,
    role: row.role,
    epoch: row.epoch,
  };
}
