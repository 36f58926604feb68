import { NotFound } from '@wayleave/platform/errors';
import { sendPage } from '@wayleave/platform/http';
import { isLoopback } from '@wayleave/platform/loopback';
import type { FastifyInstance } from 'fastify';
import type { People } from '../people.js';
import { MailboxPage } from './mailbox-page.js';

const shown = 100;

/** The page that takes the place of a mail server. Everybody else is told that there is no such page. */
export function registerMailbox(app: FastifyInstance, people: People): void {
  app.get('/mailbox', { config: { csrf: 'browser' } }, async (request, reply) => {
    const peers = [request.ip, request.socket.remoteAddress ?? ''];
    // Behind a proxy on this machine everybody seems to be near; the public address then is https.
    const proxied = people.publicUrl.protocol === 'https:';
    if (!people.mailer.mailboxOnly || proxied || !peers.every(isLoopback)) throw new NotFound();
    return sendPage(reply, MailboxPage({ mails: await people.mailer.list(shown), origin: people.publicUrl.origin }));
  });
}
