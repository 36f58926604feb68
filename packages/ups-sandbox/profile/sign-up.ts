import { InvalidForm } from '@wayleave/platform/errors';
import { alreadySignedUp, confirmAddress } from '../mail/letters.js';
import type { People } from '../people.js';
import { keptOptIn, logInPath, type PendingOptIn } from '../sign-in/pending-opt-in.js';
import { profileProblems, takenSentences } from './create-profile.js';
import { inEvenTime } from './even-time.js';
import { countMail } from './mail-limit.js';
import { checkUsername, nameKey } from './profile.js';
import { findProfileByName, insertProfile, NameTaken } from './profile-store.js';

const purpose = 'sign-up';

/** The Sign up form as it was filled in. */
export interface SignUp {
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

/** A sign-up that waits for its confirmation. */
export interface WaitingSignUp {
  readonly username: string;
  readonly email: string;
  readonly pending: PendingOptIn;
}

/**
 * Takes a sign-up and mails a link that confirms the address; to an address that has a profile it mails that instead.
 * The caller learns no difference, in answer or time. Throws InvalidForm, TooManyRequests.
 */
export async function signUp(people: People, form: SignUp, pending: PendingOptIn): Promise<void> {
  const problems = profileProblems(form);
  if (Object.keys(problems).length > 0) throw new InvalidForm(problems);
  await countMail(people, form.email);
  await inEvenTime(async () => {
    const passwordHash = await people.passwords.hash(form.password);
    const profile = await findProfileByName(people.db, form.email);
    if (profile) {
      const logIn = new URL(logInPath(pending, { username: profile.username }), people.publicUrl);
      return people.mailer.enqueue(alreadySignedUp(profile, logIn));
    }
    return people.db.transaction().execute(async (trx) => {
      const token = await people.links.create({
        purpose, subject: nameKey(form.email), lifetimeMs: people.settings().linkLifetimeMs, data: { username: form.username, email: form.email, passwordHash, pending },
      }, trx);
      const link = new URL(`/lasso/signup/confirm?token=${token}`, people.publicUrl);
      await people.mailer.enqueue(confirmAddress(form.email, form.username, link), trx);
    });
  });
}

/** The sign-up that a mailed link confirms, or null when the link was used, replaced or is too old. Spends nothing. */
export async function waitingSignUp(people: People, token: string): Promise<WaitingSignUp | null> {
  const link = await people.links.peek(token, purpose);
  if (!link) return null;
  return { username: String(link.data['username']), email: String(link.data['email']), pending: keptOptIn(link.data['pending']) };
}

/**
 * Spends the link and makes the profile, under the username given now: the wished one may have been taken meanwhile, and
 * only who reads the mailbox is told so. Null when the link is spent. Throws InvalidForm; the link stays good then.
 */
export async function confirmSignUp(people: People, token: string, username: string): Promise<WaitingSignUp | null> {
  const wrong = checkUsername(username);
  if (wrong !== null) throw new InvalidForm({ username: wrong });
  try {
    return await people.db.transaction().execute(async (trx) => {
      const link = await people.links.consume(token, purpose, trx);
      if (!link) return null;
      const email = String(link.data['email']);
      await insertProfile(trx, { username, email, passwordHash: String(link.data['passwordHash']), accounts: [] }, people.clock.now());
      return { username, email, pending: keptOptIn(link.data['pending']) };
    });
  } catch (error) {
    if (error instanceof NameTaken) throw new InvalidForm({ username: takenSentences[error.field] });
    throw error;
  }
}
