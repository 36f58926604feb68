/** A UPS.com profile as the rest of the stand-in sees it; its password hash stays in the store. */
export interface Profile {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  /** Raised by every password change; whatever carries an older number is dead. */
  readonly epoch: number;
}

/** A shipper account that belongs to a profile: six digits or capital letters, and the name on it. */
export interface ShipperAccount {
  readonly number: string;
  readonly name: string;
}

const longestName = 254;

/** Whether a text can be a shipper account number. */
export function isAccountNumber(text: string): boolean {
  return /^[0-9A-Z]{6}$/.test(text);
}

/** The sentence about a shipper account number that cannot be one. */
export function notAnAccountNumber(text: string): string {
  return `"${text}" is not a shipper account number: those are six digits or capital letters.`;
}

/** The form in which usernames and mail addresses are stored for look-up: no surrounding spaces, one case. */
export function nameKey(typed: string): string {
  return typed.trim().toLowerCase();
}

/** What is wrong with a typed *Email or Username*, known or not, or null. Says nothing about whether it exists. */
export function checkTypedName(typed: string): string | null {
  if (typed.trim() === '') return 'Type the email or the username of your profile.';
  if (typed.length > longestName) return `This is longer than ${longestName} characters. Type the email or the username of your profile.`;
  if (hasControlCharacter(typed)) return 'This has a character that no email or username has. Type it again instead of pasting it.';
  return null;
}

/** What is wrong with a wished username, or null. Usernames have no @, so that they can never be someone's mail address. */
export function checkUsername(username: string): string | null {
  if (username === '') return 'Choose a username.';
  if (!/^[A-Za-z0-9._-]{3,40}$/.test(username)) {
    return 'A username has 3 to 40 letters, digits, dots, hyphens or underscores, and no spaces.';
  }
  return null;
}

/** What is wrong with a mail address, or null. */
export function checkEmail(email: string): string | null {
  if (email === '') return 'Type your mail address.';
  if (email.length > longestName) return `A mail address has at most ${longestName} characters.`;
  const at = email.lastIndexOf('@');
  if (at < 1) return 'This address has no name before an @, such as name@example.com.';
  if (!/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/.test(email.slice(0, at))) return 'The part before the @ has a character that mail addresses do not have.';
  const host = email.slice(at + 1);
  if (!host.includes('.')) return 'This address has no ending, such as .com.';
  if (!/^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/.test(host)) return 'The part after the @ is not the name of a mail server.';
  return null;
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
