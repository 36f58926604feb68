import { formatInstant } from '../ui/instant.js';

export interface Mail {
  to: string;
  subject: string;
  body: string;
}

interface Recipient {
  mail: string;
  signInName: string;
  companyName: string;
  timeZone: string;
}

/** To a new member: the link to set the first password. */
export function invitationMail(to: Recipient, link: string, expiresAt: Date): Mail {
  return mail(to, `Your sign-in for ${to.companyName}`, [
    `You were added to ${to.companyName} in Wayleave.`,
    `Your Sign In name is ${to.signInName}. Set your password here:`,
    link,
    `The link works once, until ${formatInstant(expiresAt, to.timeZone)}. After that, get a new one with "Forgotten?" on the sign-in page.`,
  ]);
}

/** To somebody who asked for it: the link to set a new password. */
export function forgottenPasswordMail(to: Recipient, link: string, expiresAt: Date): Mail {
  return mail(to, `Set a new password for ${to.companyName}`, [
    `Somebody, hopefully you, asked for a new password for the Sign In name ${to.signInName} of ${to.companyName}. Set it here:`,
    link,
    `The link works once, until ${formatInstant(expiresAt, to.timeZone)}. If it was not you, do nothing: your password stays as it is.`,
  ]);
}

/** To the owner, after a password was set. */
export function passwordChangedMail(to: Recipient, at: Date): Mail {
  return mail(to, `Your password for ${to.companyName} was changed`, [
    `The password for the Sign In name ${to.signInName} of ${to.companyName} was changed at ${formatInstant(at, to.timeZone)}, and every session was ended.`,
    'If it was not you, tell an admin of your company at once.',
    'This is your Wayleave password. Your UPS.com password is another one and was not changed by this.',
  ]);
}

function mail(to: Recipient, subject: string, paragraphs: string[]): Mail {
  return { to: to.mail, subject: subject.replace(/\s+/g, ' '), body: `${paragraphs.join('\n\n')}\n` };
}
