import { NotFound } from '@wayleave/platform/errors';
import { sendPage } from '@wayleave/platform/http';
import { isLoopback } from '@wayleave/platform/loopback';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { SuiteContext } from '../suite.js';

import { MailboxPage } from './mailbox-page.js';

const shown = 50;

/** `/mailbox`: the mail of a server without a mail server, for people at the machine itself. */
export function registerMailboxRoutes(app: FastifyInstance, context: SuiteContext): void {
  app.get('/mailbox', async (request, reply) => {
    if (!mayReadMailbox(context, request)) throw new NotFound();
    return sendPage(reply, MailboxPage({ mails: await context.mailer.list(shown), trademarkNotice: context.config.trademarkNotice }));
  });
}

/**
 * Whether there is a mailbox and the request comes from this machine, not by way of a proxy on it. A proxy need not say
 * that it is one; but behind one the public address is https, which is refused with http for any other than this machine.
 */
export function mayReadMailbox(context: SuiteContext, request: FastifyRequest): boolean {
  if (context.config.publicUrl.protocol === 'https:') return false;
  const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  return context.mailer.mailboxOnly && !forwarded && isLoopback(request.socket.remoteAddress);
}
