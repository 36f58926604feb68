import { InvalidForm } from '@wayleave/platform/errors';
import { noSuchProfile, resetLink, usernameReminder, type Letter } from '../mail/letters.js';
import type { People } from '../people.js';
import { keptOptIn, logInPath, withOptIn, type PendingOptIn } from '../sign-in/pending-opt-in.js';
import { checkPasswordFor, replacePassword, resetPurpose } from './change-password.js';
import { inEvenTime } from './even-time.js';
import { countMail } from './mail-limit.js';
import { checkEmail, checkTypedName, type Profile } from './profile.js';
import { findProfile, findProfileByName } from './profile-store.js';

const minuteMs = 60_000;

/** A password reset that waits for the new password. */
export interface WaitingReset {
  readonly profile: Profile;
  readonly pending: PendingOptIn;
}

/** Mails the username that belongs to an address. The caller learns nothing. Throws InvalidForm, TooManyRequests. */
export async function forgotUsername(people: People, email: string, pending: PendingOptIn): Promise<void> {
  const wrong = checkEmail(email);
  if (wrong !== null) throw new InvalidForm({ email: wrong });
  await countMail(people, email);
  await inEvenTime(async () => {
    const profile = await findProfileByName(people.db, email);
    await people.mailer.enqueue(profile
      ? usernameReminder(profile, new URL(logInPath(pending, { username: profile.username }), people.publicUrl))
      : noSuchProfile(email, signUpUrl(people, pending)));
  });
}

/** Mails a link that sets a new password. The caller learns nothing. Throws InvalidForm, TooManyRequests. */
export async function forgotPassword(people: People, typedName: string, pending: PendingOptIn): Promise<void> {
  const wrong = checkTypedName(typedName);
  if (wrong !== null) throw new InvalidForm({ name: wrong });
  await countMail(people, typedName);
  await inEvenTime(async () => {
    const profile = await findProfileByName(people.db, typedName);
    if (profile) await mailResetLink(people, profile, pending);
    else if (checkEmail(typedName) === null) await people.mailer.enqueue(noSuchProfile(typedName, signUpUrl(people, pending)));
  });
}

/** The reset that a mailed link stands for, or null when it was used, replaced, outdated by a change, or is too old. */
export async function waitingReset(people: People, token: string): Promise<WaitingReset | null> {
  const link = await people.links.peek(token, resetPurpose);
  const profile = link ? await findProfile(people.db, link.subject) : null;
  return link && profile ? { profile, pending: keptOptIn(link.data['pending']) } : null;
}

/**
 * Spends the link and sets the password, which ends everything from before. Null when the link is good no more.
 * Throws InvalidForm (field `password`); the link stays good then.
 */
export async function resetPassword(people: People, token: string, password: string): Promise<WaitingReset | null> {
  const waiting = await waitingReset(people, token);
  if (!waiting) return null;
  const wrong = checkPasswordFor(waiting.profile, password);
  if (wrong !== null) throw new InvalidForm({ password: wrong });
  const passwordHash = await people.passwords.hash(password);
  const done = await people.db.transaction().execute(async (trx) => {
    if (!await people.links.consume(token, resetPurpose, trx)) return false;
    await replacePassword(people, trx, waiting.profile, passwordHash);
    return true;
  });
  return done ? waiting : null;
}

async function mailResetLink(people: People, profile: Profile, pending: PendingOptIn): Promise<void> {
  const { linkLifetimeMs } = people.settings();
  await people.db.transaction().execute(async (trx) => {
    const token = await people.links.create({ purpose: resetPurpose, subject: profile.id, lifetimeMs: linkLifetimeMs, data: { pending } }, trx);
    const letter: Letter = resetLink(profile, new URL(`/lasso/reset?token=${token}`, people.publicUrl), Math.round(linkLifetimeMs / minuteMs));
    await people.mailer.enqueue(letter, trx);
  });
}

function signUpUrl(people: People, pending: PendingOptIn): URL {
  return new URL(withOptIn('/lasso/signup', pending), people.publicUrl);
}
