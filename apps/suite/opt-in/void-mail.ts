import type { EndReason } from '@wayleave/vault';
import { formatInstant, productName, type Product } from '../ui/index.js';
import type { AccountExecutive } from '../ui/account-executive.js';
import { applicationWords } from './application-words.js';

/** The mail to an admin whose company's grant UPS.com ended at `at`. It holds no secret and asks for none. */
export function voidMail(about: {
  product: Product; companyName: string; timeZone: string; reason: Exclude<EndReason, 'cleared'>; at: Date; publicUrl: URL; executive: AccountExecutive;
}): { subject: string; body: string } {
  const { product, companyName, timeZone, reason, at, publicUrl, executive } = about;
  const { noun, begin, homePath, again } = applicationWords[product];
  const name = productName[product];
  const address = new URL(homePath, publicUrl).href;
  const who = [executive.name, executive.mail, executive.phone].filter(Boolean).join(', ');
  const stopped = product === 'idh' ? `${name} and ODCS have` : `${name} has`;
  return {
    subject: `${name}: UPS.com ended your ${noun}`,
    body: [
      `UPS.com no longer accepts the ${noun} of ${name} for ${companyName}.`,
      `That was noticed at ${formatInstant(at, timeZone)}. ${causes[reason]}`,
      `${stopped} stopped retrieving data. What was retrieved so far is safe.`,
      `To ${again}, sign in and press ${begin}:\n${address}`,
      'A changed UPS.com password ends every earlier opt-in made with that profile, in all applications.',
      who === '' ? '' : `If you need help, reach out to your Account Executive: ${who}.`,
    ].filter(Boolean).join('\n\n'),
  };
}

const changed = 'The most likely reason is that the password of the UPS.com profile was changed, or that the application was withdrawn there.';

const causes: Readonly<Record<Exclude<EndReason, 'cleared'>, string>> = {
  'password-or-withdrawal': changed,
  'refresh-refused': changed,
  'answer-lost': 'An answer of UPS.com to a refresh had been lost on the way, and with it the next token. Nobody did anything wrong.',
};
