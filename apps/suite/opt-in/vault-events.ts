import type { Clock } from '@wayleave/platform/clock';
import type { Mailer } from '@wayleave/platform/mail';
import type { EndReason, TroubleKind, VaultEvent, VaultTransaction } from '@wayleave/vault';
import { notifyFollowed } from '../retrieval/followed-package-store.js';
import { resumeFollowing } from '../retrieval/following-store.js';
import { findCompanyAdmins } from './admin-store.js';
import { movedMail, operatorMail } from './operator-mail.js';
import { pendingMail } from './pending-mail.js';
import { voidMail } from './void-mail.js';

/** What handling an event needs. */
export interface EventDeps {
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly publicUrl: URL;
  readonly operatorMail: string | undefined;
}

/**
 * What the suite does about an event of the vault, in the transaction that takes the event from the outbox: followed
 * packages go on after an opt-in, open lists learn of an end, admins are told by mail of a void and of a consent that waits for them, and whoever runs the server
 * of what only they can mend.
 */
export async function handleVaultEvent(deps: EventDeps, event: VaultEvent, trx: VaultTransaction): Promise<void> {
  switch (event.type) {
    case 'grant.opted_in':
      return resumeFollowing(trx, event, deps.clock.now());
    case 'grant.pending':
      return mailOfPending(deps, event, trx);
    case 'grant.voided':
      await notifyFollowed(trx, event);
      return mailAdmins(deps, event, trx);
    case 'grant.clearing':
    case 'grant.cleared':
      return notifyFollowed(trx, event);
    case 'application.troubled':
      return mailOperator(deps, troubleMail(deps, event), trx);
    case 'database.moved':
      return mailOperator(deps, movedMail({ grants: Number(event.data['grants']), at: event.at, publicUrl: deps.publicUrl }), trx);
    case 'grant.pending_ended':
    case 'grant.refreshed':
    case 'grant.issued_after_clear':
    case 'key.rotated':
  }
}

async function mailAdmins({ mailer, publicUrl }: EventDeps, event: VaultEvent, trx: VaultTransaction): Promise<void> {
  const company = await findCompanyAdmins(trx, event.company);
  if (!company) return;
  const reason = event.data['reason'] as Exclude<EndReason, 'cleared'>;
  const mail = voidMail({ product: event.application, ...company, reason, at: event.at, publicUrl });
  for (const admin of company.admins) await mailer.enqueue({ to: admin.mail, ...mail }, trx);
}

async function mailOfPending({ mailer, publicUrl }: EventDeps, { company: of, application, at, data }: VaultEvent, trx: VaultTransaction): Promise<void> {
  const company = await findCompanyAdmins(trx, of);
  if (!company) return;
  const { companyName, timeZone } = company;
  const about = { product: application, companyName, timeZone, member: String(data['member']), at, expiresAt: new Date(String(data['expiresAt'])), publicUrl };
  for (const admin of company.admins) await mailer.enqueue({ to: admin.mail, ...pendingMail(about) }, trx);
}

async function mailOperator({ mailer, operatorMail: to }: EventDeps, mail: { subject: string; body: string }, trx: VaultTransaction): Promise<void> {
  if (to !== undefined) await mailer.enqueue({ to, ...mail }, trx);
}

function troubleMail({ publicUrl }: EventDeps, { application, data }: VaultEvent): { subject: string; body: string } {
  const about = { reason: data['reason'] as TroubleKind, since: new Date(String(data['since'])), grants: Number(data['grants']) };
  return operatorMail({ product: application, ...about, publicUrl });
}
