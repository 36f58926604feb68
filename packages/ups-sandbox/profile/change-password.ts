import { Conflict, InvalidForm } from '@wayleave/platform/errors';
import { checkNewPassword } from '@wayleave/platform/password';
import { passwordChanged } from '../mail/letters.js';
import type { People } from '../people.js';
import type { Profile } from './profile.js';
import { findProfileWithHash, forgetBrowsers, setPassword, type ProfileTransaction } from './profile-store.js';

/** The purpose of the mailed links that set a password; they die with every change of it. */
export const resetPurpose = 'password-reset';

/**
 * Sets a profile's password in the caller's transaction. With its commit everything from before is dead at once:
 * sessions, reset links and usual browsers are removed, and codes and tokens carry an epoch that is no longer the
 * profile's. The owner is told by mail. Resolves to the new epoch; throws Conflict when another change came first.
 */
export async function replacePassword(people: People, trx: ProfileTransaction, profile: Profile, passwordHash: string): Promise<number> {
  const at = people.clock.now();
  const epoch = await setPassword(trx, profile.id, profile.epoch, passwordHash, at);
  if (epoch === null) throw new Conflict('The password was changed somewhere else in this moment. Nothing was changed here; log in with the newest one.');
  await people.sessions().endAll(profile.id, trx);
  await people.links.endAll(profile.id, resetPurpose, trx);
  await forgetBrowsers(trx, profile.id);
  await people.mailer.enqueue(passwordChanged(profile, at, people.publicUrl), trx);
  return epoch;
}

/** What is wrong with a new password for this profile, or null. */
export function checkPasswordFor(profile: Pick<Profile, 'username' | 'email'>, password: string): string | null {
  if (password === '') return 'Choose a password.';
  return checkNewPassword(password, [profile.username, profile.email, 'UPS', 'UPS.com']);
}

/**
 * Changes the password of a logged-in profile and gives the token of its new session; every other session has ended.
 * Throws InvalidForm (fields `current` and `password`), TooManyRequests, Conflict.
 */
export async function changePassword(people: People, profile: Profile, current: string, password: string): Promise<string> {
  const wrong = checkPasswordFor(profile, password);
  const problems: Record<string, string> = {
    ...(current === '' ? { current: 'Type your current password.' } : {}),
    ...(wrong === null ? {} : { password: wrong }),
  };
  if (Object.keys(problems).length > 0) throw new InvalidForm(problems);
  await checkCurrentPassword(people, profile, current);
  const passwordHash = await people.passwords.hash(password);
  return people.db.transaction().execute(async (trx) => {
    const epoch = await replacePassword(people, trx, profile, passwordHash);
    return people.sessions().create(profile.id, epoch, trx);
  });
}

async function checkCurrentPassword(people: People, profile: Profile, current: string): Promise<void> {
  const { browserAttempts: limit, attemptWindowMs: windowMs } = people.settings();
  const key = `change-password/${profile.id}`;
  await people.throttle.hit(key, { limit, windowMs });
  const stored = await findProfileWithHash(people.db, profile.id);
  if (!await people.passwords.verify(current, stored?.passwordHash ?? null)) {
    throw new InvalidForm({ current: 'This is not your current password. Nothing was changed.' });
  }
  await people.throttle.clear(key);
}
