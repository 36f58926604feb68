declare const brand: unique symbol;

/** A company's id: the tenant to whom everything in the vault belongs. */
export type CompanyId = string & { readonly [brand]: 'company' };

/** The id of a member of a company. */
export type MemberId = string & { readonly [brand]: 'member' };

/** The applications that have an opt-in of their own. ODCS is authorized by the one of `idh`. */
export const applicationIds = ['idm', 'idh'] as const;

export type ApplicationId = (typeof applicationIds)[number];

/** Names one grant: the standing authorization of one company for one application. */
export interface GrantKey {
  readonly company: CompanyId;
  readonly application: ApplicationId;
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads a company's id: 1 to 64 letters, digits, `_` or `-`. Throws TypeError. */
export function companyId(text: string): CompanyId {
  if (!idPattern.test(text)) throw new TypeError(`not a company id: ${JSON.stringify(text)}`);
  return text as CompanyId;
}

/** Reads a member's id: 1 to 64 letters, digits, `_` or `-`. Throws TypeError. */
export function memberId(text: string): MemberId {
  if (!idPattern.test(text)) throw new TypeError(`not a member id: ${JSON.stringify(text)}`);
  return text as MemberId;
}

/** Reads an application's id; null when there is no such application. */
export function applicationId(text: string): ApplicationId | null {
  return applicationIds.find((id) => id === text) ?? null;
}

/** The grant as one string, for maps and notifications. */
export function grantName({ company, application }: GrantKey): string {
  return `${company}/${application}`;
}
