import type { CompanyId, MemberId } from '@wayleave/vault';

export type Role = 'admin' | 'user';

/** A person who is signed in for a company, as loaded for this request: role and company are those of right now. */
export interface Member {
  id: MemberId;
  companyId: CompanyId;
  companyName: string;
  /** IANA name; all times on the company's pages stand in it. */
  timeZone: string;
  mail: string;
  signInName: string;
  role: Role;
}

export const roleName: Readonly<Record<Role, string>> = { admin: 'Admin', user: 'User' };

/** The role a text names, or undefined when it names none. */
export function parseRole(text: string): Role | undefined {
  return text === 'admin' || text === 'user' ? text : undefined;
}
