import type { ColumnType } from 'kysely';

import type { Role } from '../sign-in/member.js';

export interface CompanyTable {
  id: string;
  name: string;
  time_zone: string;
  executive_name: ColumnType<string, string | undefined, string>;
  executive_mail: ColumnType<string, string | undefined, string>;
  executive_phone: ColumnType<string, string | undefined, string>;
  created_at: Date;
}

export interface MemberTable {
  company_id: string;
  id: string;
  mail: string;
  sign_in_name: string;
  role: Role;
  password_hash: ColumnType<string | null, string | null | undefined, string | null>;
  epoch: ColumnType<number, number | undefined, number>;
  created_at: Date;
  last_signed_in_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface KnownBrowserTable {
  company_id: string;
  member_id: string;
  browser_hash: Buffer;
  last_used_at: Date;
}

/** The suite's tables that are read and written with the query builder. */
export interface SuiteTables {
  'suite.company': CompanyTable;
  'suite.member': MemberTable;
  'suite.known_browser': KnownBrowserTable;
}
