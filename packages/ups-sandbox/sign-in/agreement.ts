import type { Kysely } from 'kysely';
import type { ProfileTables } from '../profile/profile-tables.js';

/** The version of the agreement's text. Raise it with every change of `agreement-box.tsx` or the technology agreement. */
export const agreementVersion = '2026-11';

/** The kinds of data the agreement names, as UPS.com's Log In page does. */
export const agreedData = ['shipping account numbers', 'contact information', 'rates', 'package tracking status'] as const;

/** The application's name as the agreement writes it. */
export function agreementName(displayName: string): string {
  return `Customer Solutions - ${displayName}`;
}

const units = [[24 * 60 * 60_000, 'day'], [60 * 60_000, 'hour'], [60_000, 'minute'], [1_000, 'second']] as const;

/** A time in the largest unit of which it has at least two, such as "60 days" or "90 minutes". */
export function lifetimeInWords(ms: number): string {
  const [unit, word] = units.find(([size]) => ms >= 2 * size) ?? [1_000, 'second'];
  const count = Math.round(ms / unit);
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** One acceptance: who, for which application, which text, when the box was ticked and when the password was given. */
export interface AgreementAcceptance {
  readonly profileId: string;
  readonly clientId: string;
  readonly textVersion: string;
  readonly typedName: string;
  readonly agreedAt: Date;
  readonly completedAt: Date;
}

/** Stores an acceptance; in the transaction that issues the code, so that there is none without the other. */
export async function recordAcceptance(db: Kysely<ProfileTables>, acceptance: AgreementAcceptance): Promise<void> {
  await db.insertInto('upscom.agreement_acceptance').values({
    profile_id: acceptance.profileId,
    client_id: acceptance.clientId,
    text_version: acceptance.textVersion,
    typed_name: acceptance.typedName,
    agreed_at: acceptance.agreedAt,
    completed_at: acceptance.completedAt,
  }).execute();
}
