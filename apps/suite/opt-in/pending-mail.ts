import { formatInstant, productName, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';

/** The mail to an admin about a consent by another UPS.com login, which waits from `at` until `expiresAt`. It holds no secret. */
export function pendingMail(about: {
  product: Product; companyName: string; timeZone: string; member: string; at: Date; expiresAt: Date; publicUrl: URL;
}): { subject: string; body: string } {
  const { product, companyName, timeZone, member, at, expiresAt, publicUrl } = about;
  const { noun, pendingPath } = applicationWords[product];
  const name = productName[product];
  return {
    subject: `${name}: another UPS.com login waits for an admin`,
    body: [
      `${member} gave ${name} an ${noun} for ${companyName} at ${formatInstant(at, timeZone)}, with another UPS.com login than before.`,
      `It is not used until an admin confirms it. To confirm or refuse it, sign in and go to:\n${new URL(pendingPath, publicUrl).href}`,
      `If nobody decides, it is destroyed at ${formatInstant(expiresAt, timeZone)}. The ${noun} of before is as it was.`,
    ].join('\n\n'),
  };
}
