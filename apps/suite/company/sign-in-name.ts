import { normalSignInName } from '../sign-in/sign-in.js';

const longest = 64;
const shape = /^[a-z0-9](?:[a-z0-9._-]{1,62}[a-z0-9])$/;

/** What is wrong with a Sign In name that somebody chose, as a sentence, or null. */
export function wrongSignInName(text: string): string | null {
  return shape.test(normalSignInName(text))
    ? null
    : `A Sign In name has 3 to ${longest} letters, digits, dots, hyphens or underscores, and begins and ends with a letter or digit.`;
}

/** A Sign In name made from a mail address: `dock@harborpine.example` gives `harborpine.dock`, and with `attempt` 2 `harborpine.dock2`. */
export function signInNameFromMail(mail: string, attempt: number): string {
  const [name = '', host = ''] = mail.toLowerCase().split('@');
  const plain = `${host.split('.')[0] ?? ''}.${name}`.replace(/[^a-z0-9]+/g, '.').replace(/^\.+|\.+$/g, '');
  const suffix = attempt === 1 ? '' : String(attempt);
  const base = plain.slice(0, longest - 4).replace(/\.+$/, '');
  return `${base.length >= 3 ? base : `member.${base}`.replace(/\.+$/, '')}${suffix}`;
}
