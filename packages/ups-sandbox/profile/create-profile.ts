import { InvalidForm } from '@wayleave/platform/errors';
import type { People } from '../people.js';
import { checkPasswordFor } from './change-password.js';
import { checkEmail, checkUsername, isAccountNumber, notAnAccountNumber, type Profile, type ShipperAccount } from './profile.js';
import { insertProfile, NameTaken } from './profile-store.js';

/** What is asked for when a profile is made without a person at the pages. */
export interface ProfileRequest {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly accounts: readonly ShipperAccount[];
}

/** The sentences for names that are taken; the mail's one is shown only to somebody who reads that mailbox. */
export const takenSentences = {
  username: 'Somebody has this username already. Choose another.',
  email: 'There is a profile with this mail address already.',
} as const;

/** What is wrong with a new profile's fields, by field; empty when nothing is. */
export function profileProblems(profile: Pick<ProfileRequest, 'username' | 'email' | 'password'>): Record<string, string> {
  const problems = {
    username: checkUsername(profile.username),
    email: checkEmail(profile.email),
    password: checkPasswordFor(profile, profile.password),
  };
  return Object.fromEntries(Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Makes a profile at once, as control does: no mail is confirmed. Throws InvalidForm and then writes nothing. */
export async function createProfile(people: People, request: ProfileRequest): Promise<Profile> {
  const problems = profileProblems(request);
  const account = request.accounts.find(({ number }) => !isAccountNumber(number));
  if (account) problems['accounts'] = notAnAccountNumber(account.number);
  if (Object.keys(problems).length > 0) throw new InvalidForm(problems);
  const passwordHash = await people.passwords.hash(request.password);
  try {
    return await people.db.transaction().execute((trx) => insertProfile(trx, { ...request, passwordHash }, people.clock.now()));
  } catch (error) {
    if (error instanceof NameTaken) throw new InvalidForm({ [error.field]: takenSentences[error.field] });
    throw error;
  }
}
