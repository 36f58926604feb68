import type { Clock } from '@wayleave/platform/clock';
import type { Mailer } from '@wayleave/platform/mail';
import type { VaultEvent, VaultTransaction } from '@wayleave/vault';
import { notifyFollowed } from '../retrieval/followed-package-store.js';
import { resumeFollowing } from '../retrieval/following-store.js';
import { findCompanyAdmins } from './admin-store.js';
import { voidMail } from './void-mail.js';

/**
 * What the suite does about an event of the vault, in the transaction that takes the event from the outbox: followed
 * packages go on after an opt-in, open lists learn of an end, admins are told by mail of a void.
 */
export async function handleVaultEvent(deps: { clock: Clock; mailer: Mailer; publicUrl: URL }, event: VaultEvent, trx: VaultTransaction): Promise<void> {
  switch (event.type) {
    case 'grant.opted_in':
      return resumeFollowing(trx, event, deps.clock.now());
    case 'grant.voided':
      await notifyFollowed(trx, event);
      return mailAdmins(deps, event, trx);
    case 'grant.clearing':
    case 'grant.cleared':
      return notifyFollowed(trx, event);
    case 'grant.refreshed':
    case 'grant.issued_after_clear':
    case 'key.rotated':
  }
}

async function mailAdmins({ mailer, publicUrl }: { mailer: Mailer; publicUrl: URL }, event: VaultEvent, trx: VaultTransaction): Promise<void> {
  const company = await findCompanyAdmins(trx, event.company);
  if (!company) return;
  const mail = voidMail({ product: event.application, ...company, at: event.at, publicUrl });
  for (const admin of company.admins) await mailer.enqueue({ to: admin.mail, ...mail }, trx);
}
