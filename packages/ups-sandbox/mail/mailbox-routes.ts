import { NotFound } from '@wayleave/platform/errors';
import { sendPage } from '@wayleave/platform/http';
import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';
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

/** Whether an address is one of this machine's own, 127.0.0.0/8 or ::1. */
function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
