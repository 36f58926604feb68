import type { TroubleKind } from '@wayleave/vault';
import { formatInstant, productName, type Product } from '../ui/index.js';

/** The mail to whoever runs the server about a trouble of one application. Times are UTC; it holds no secret and names no company. */
export function operatorMail(about: { product: Product; reason: TroubleKind; since: Date; grants: number; publicUrl: URL }): { subject: string; body: string } {
  const { product, reason, since, grants, publicUrl } = about;
  const name = productName[product];
  const { subject, remedy } = troubles[reason];
  const shown = grants === 0 ? 'It was met while somebody opted in.' : grants === 1 ? 'One company’s pages show it.' : `The pages of ${grants} companies show it.`;
  return {
    subject: `${name}: ${subject}`,
    body: [
      `${name} at ${publicUrl.origin}: ${subject}.`,
      `It began at ${formatInstant(since, 'UTC')}. ${shown}`,
      remedy(`UPS_${product.toUpperCase()}`),
      'No opt-in is lost by it. Tokens that are good are used to their end, and UPS.com is tried again by itself, with growing pauses. The companies have nothing to do, and their pages say so.',
      'You get one mail for each trouble, not one for each attempt or company.',
    ].join('\n\n'),
  };
}

/** The mail to whoever runs the server when the database turned out to be restored, promoted or copied. */
export function movedMail({ grants, at, publicUrl }: { grants: number; at: Date; publicUrl: URL }): { subject: string; body: string } {
  return {
    subject: 'Wayleave: the database was moved, and every opt-in is suspended',
    body: [
      `The database of ${publicUrl.origin} is not where it was: it was restored from a backup, copied, or a standby was promoted. That was noticed at ${formatInstant(at, 'UTC')}.`,
      `It may be older than what was done last: opt-ins that were cleared since, and tokens that were spent, may be back in it. So ${grants === 1 ? '1 opt-in is' : `${grants} opt-ins are`} suspended: nothing is retrieved or refreshed, and the companies’ pages say so. Clear and new opt-ins work.`,
      'See what is suspended, and confirm it, with: wayleave resume',
      'If this is a copy for tests, do not: two servers that refresh the same tokens end the opt-ins of both.',
    ].join('\n\n'),
  };
}

const troubles: Readonly<Record<TroubleKind, { subject: string; remedy: (settings: string) => string }>> = {
  'client-refused': {
    subject: 'UPS.com does not accept the application’s own sign-in',
    remedy: (settings) => `Compare ${settings}_CLIENT_ID, ${settings}_CLIENT_SECRET and the callback address with the application’s page at developer.ups.com, and see there that the APIs it uses are switched on. After a change restart web and worker.`,
  },
  'blocked-merchant': { subject: 'UPS has blocked the application', remedy: () => 'Only UPS can lift that. Ask UPS why it was done.' },
  'throttled': { subject: 'UPS.com has asked for fewer calls for an hour', remedy: () => 'Ask UPS for a higher limit, or lower UPS_CALLS_PER_MINUTE and have packages followed less often.' },
  'unreachable': {
    subject: 'UPS.com has been out of reach for an hour',
    remedy: () => 'See whether this server can reach the address of UPS_BASE_URL: name look-up, firewall, proxy, certificates.',
  },
  'ups-fault': { subject: 'UPS.com has reported faults of its own for an hour', remedy: () => 'Nothing can be mended here. UPS can say when it is over.' },
  'uncertain': {
    subject: 'UPS.com has not said for hours whether it renewed a token',
    remedy: () => 'See whether this server reaches UPS.com. The companies’ admins are told when a new opt-in is needed.',
  },
};
