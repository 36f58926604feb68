import type { CompanyId } from '@wayleave/vault';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountExecutive } from '../ui/index.js';

/** Somebody who can opt in for a company. */
export interface Admin {
  readonly mail: string;
  readonly lastSignedInAt: Date | null;
}

/** What a mail to a company's admins needs. */
export interface CompanyAdmins {
  readonly companyName: string;
  readonly timeZone: string;
  readonly executive: AccountExecutive;
  readonly admins: readonly Admin[];
}

/** The admins of a company, who last signed in first. */
export async function listAdmins(db: QueryExecutorProvider, company: CompanyId): Promise<Admin[]> {
  const { rows } = await sql<{ mail: string; last_signed_in_at: Date | null }>`
    select mail, last_signed_in_at from suite.member where company_id = ${company} and role = 'admin'
    order by last_signed_in_at desc nulls last, mail`.execute(db);
  return rows.map((row) => ({ mail: row.mail, lastSignedInAt: row.last_signed_in_at }));
}

/** Whom to tell about what happened to a company's grant, in which zone to state times, and who helps. Null when there is no such company. */
export async function findCompanyAdmins(db: QueryExecutorProvider, company: CompanyId): Promise<CompanyAdmins | null> {
  const { rows: [row] } = await sql<{ name: string; time_zone: string; executive_name: string; executive_mail: string; executive_phone: string }>`
    select name, time_zone, executive_name, executive_mail, executive_phone from suite.company where id = ${company}`.execute(db);
  if (!row) return null;
  return {
    companyName: row.name, timeZone: row.time_zone, admins: await listAdmins(db, company),
    executive: { name: row.executive_name, mail: row.executive_mail, phone: row.executive_phone },
  };
}
