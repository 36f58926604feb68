import { InvalidForm, Problem } from '@wayleave/platform/errors';
import { checkNewPassword } from '@wayleave/platform/password';
import { sha256 } from '@wayleave/platform/secret';

import { forgottenPasswordMail, passwordChangedMail } from '../mail/mails.js';
import type { SuiteContext } from '../suite.js';

import { findByMail, findCredentials, findMember, knowBrowser, storePassword, type MemberWithEpoch } from './member-store.js';
import { normalSignInName } from './sign-in.js';

const purpose = 'set-password';
const hour = 60 * 60_000;

/** How long the link of an invitation and the one of a forgotten password work. */
export const linkLifetimes = { invitationMs: 72 * hour, forgottenMs: hour } as const;

/** How often a new password may be asked for: per name or address typed and per network address, answered with 429; per member, silently. */
export const forgottenLimits = {
  perTyped: { limit: 5, windowMs: hour },
  perAddress: { limit: 20, windowMs: hour },
  perMember: { limit: 3, windowMs: hour },
} as const;

type LinkContext = Pick<SuiteContext, 'links' | 'clock' | 'config'>;

/** What stands in the mail: the address of the page, and until when it works. */
export interface PasswordLink {
  url: string;
  expiresAt: Date;
}

/**
 * A one-time link with which the member sets a password; links given out before are dead. Pass the transaction when
 * the member is being written in one.
 */
export async function makePasswordLink(
  { links, clock, config }: LinkContext, member: string, lifetimeMs: number, db?: Parameters<SuiteContext['links']['create']>[1],
): Promise<PasswordLink> {
  const token = await links.create({ purpose, subject: member, lifetimeMs }, db);
  const url = new URL('/set-password', config.publicUrl);
  url.searchParams.set('token', token);
  return { url: url.href, expiresAt: new Date(clock.now().getTime() + lifetimeMs) };
}

/** Ends the links a member may still have. */
export async function endPasswordLinks({ links }: Pick<SuiteContext, 'links'>, member: string, db: Parameters<SuiteContext['links']['endAll']>[2]): Promise<void> {
  await links.endAll(member, purpose, db);
}

/** Whose password a link sets. Does not use it up. Throws DeadLink when it was used, replaced, or is too old. */
export async function memberOfLink(context: SuiteContext, token: string): Promise<MemberWithEpoch> {
  const link = await context.links.peek(token, purpose);
  const member = link && (await findMember(context.db, link.subject));
  if (!member) throw new DeadLink();
  return member;
}

/**
 * Sets the password of the link's member: spends the link, ends every session, tells the owner by mail, and knows this
 * browser from now on. Throws InvalidForm (field `password`), and DeadLink; then nothing is written.
 */
export async function setPassword(context: SuiteContext, request: { token: string; password: string; browser: string }): Promise<void> {
  const { db, links, sessions, mailer, clock, passwords } = context;
  const member = await memberOfLink(context, request.token);
  const wrong = checkNewPassword(request.password, [member.signInName, member.mail, member.companyName, 'wayleave', 'intelligent data management', 'intelligent delivery history']);
  if (wrong) throw new InvalidForm({ password: wrong });
  const hash = await passwords.hash(request.password);
  const now = clock.now();
  await db.transaction().execute(async (trx) => {
    const link = await links.consume(request.token, purpose, trx);
    const epoch = link && (await storePassword(trx, member.companyId, member.id, hash));
    if (!epoch) throw new DeadLink();
    await sessions.endAll(member.id, trx);
    await knowBrowser(trx, member, sha256(request.browser), now);
    await mailer.enqueue(passwordChangedMail(member, now), trx);
  });
}

/**
 * Mails a link to everyone who has this Sign In name or mail address; to nobody when there is no one. The caller answers
 * without waiting, so that neither page nor time tells whether somebody has it.
 */
export async function mailForgottenLinks(context: SuiteContext, typed: string): Promise<void> {
  const { db, mailer, throttle } = context;
  const text = normalSignInName(typed);
  const byName = await findCredentials(db, text);
  for (const member of byName ? [byName] : await findByMail(db, text)) {
    const withinCap = await throttle.hit(`forgotten member ${member.id}`, forgottenLimits.perMember).then(() => true, () => false);
    if (!withinCap) continue;
    const link = await makePasswordLink(context, member.id, linkLifetimes.forgottenMs);
    await mailer.enqueue(forgottenPasswordMail(member, link.url, link.expiresAt));
  }
}

/** A link that sets no password any more (410). */
export class DeadLink extends Problem {
  constructor() {
    super(410, 'This link no longer works', 'It was used already, was replaced by a newer one, or is too old. Get a new one; nothing was changed.');
  }
}
