import type { CompanyId } from '@wayleave/vault';
import type { Kysely } from 'kysely';

import type { AccountExecutive } from '../ui/account-executive.js';

import type { SuiteTables } from './company-tables.js';

/** The company's Account Executive; empty texts where nothing was entered. */
export async function readAccountExecutive(db: Kysely<SuiteTables>, company: CompanyId): Promise<AccountExecutive> {
  const row = await db
    .selectFrom('suite.company').select(['executive_name as name', 'executive_mail as mail', 'executive_phone as phone'])
    .where('id', '=', company)
    .executeTakeFirst();
  return row ?? { name: '', mail: '', phone: '' };
}

export async function saveAccountExecutive(db: Kysely<SuiteTables>, company: CompanyId, executive: AccountExecutive): Promise<void> {
  await db
    .updateTable('suite.company')
    .set({ executive_name: executive.name, executive_mail: executive.mail, executive_phone: executive.phone })
    .where('id', '=', company)
    .execute();
}
