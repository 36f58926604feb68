import type { Profile } from '../profile/profile.js';

/** A mail to be sent: plain text, its links pointing at the configured address and nowhere else. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

const warning = 'Setting a new password ends every authorization (opt-in) that applications were given before. They have to be authorized again.';

function letter(to: string, subject: string, ...paragraphs: string[]): Letter {
  return { to, subject, body: [...paragraphs, 'The UPS.com stand-in'].join('\n\n') };
}

/** Asks somebody who signed up to confirm that the mailbox is theirs. */
export function confirmAddress(to: string, username: string, link: URL): Letter {
  return letter(to, 'Confirm your mail address', `Somebody, probably you, signed up as ${username}.`,
    `To confirm that this mailbox is yours, open this page:\n${link.href}`,
    'If it was not you, do nothing: without the confirmation there is no profile.');
}

/** Tells the owner of a profile that somebody tried to sign up with their address. */
export function alreadySignedUp(profile: Profile, logIn: URL): Letter {
  return letter(profile.email, 'You have a profile already', 'Somebody, probably you, signed up with this mail address. It belongs to a profile already, so none was made.',
    `Your username is ${profile.username}. Log in here:\n${logIn.href}`, 'If you forgot the password, use Forgot Username/Password on that page.');
}

/** Answers a forgotten username. */
export function usernameReminder(profile: Profile, logIn: URL): Letter {
  return letter(profile.email, 'Your username', `Your username is ${profile.username}.`, `Log in here:\n${logIn.href}`, 'If you did not ask for this, do nothing.');
}

/** Answers a forgotten username or password for an address that nobody signed up with. */
export function noSuchProfile(to: string, signUp: URL): Letter {
  return letter(to, 'There is no profile with this address', 'Somebody, probably you, asked for the username or password of the profile with this mail address. There is none.',
    `Perhaps you used another address. To sign up with this one:\n${signUp.href}`);
}

/** Answers a forgotten password with a link that works once. */
export function resetLink(profile: Profile, link: URL, minutes: number): Letter {
  return letter(profile.email, 'Set a new password', `Somebody, probably you, asked for a new password for ${profile.username}.`, warning,
    `To go on, open this page within ${minutes} minutes. It works once:\n${link.href}`, 'If it was not you, do nothing: your password stays as it is.');
}

/** Tells the owner that the password is another one now. */
export function passwordChanged(profile: Profile, at: Date, publicUrl: URL): Letter {
  return letter(profile.email, 'Your password was changed',
    `The password of ${profile.username} was changed on ${at.toISOString().slice(0, 16).replace('T', ' at ')} UTC.`,
    'Every authorization (opt-in) from before has ended, and every other browser was logged out.',
    `If it was not you, set a new password now:\n${new URL('/lasso/forgot', publicUrl).href}`);
}
