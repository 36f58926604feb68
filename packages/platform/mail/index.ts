import { sql, type QueryExecutorProvider } from 'kysely';
import { createTransport } from 'nodemailer';
import type { Clock } from '../clock/index.js';
import type { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';

/** One mail as it is kept: plain text only. */
export interface Mail {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

export interface Mailer {
  /** Whether mail stays in the mailbox page (no SMTP server is set). */
  readonly mailboxOnly: boolean;
  /** Writes the mail to be sent; in the caller's transaction when one is given, so that it leaves only if that commits. */
  enqueue(mail: { to: string; subject: string; body: string }, db?: QueryExecutorProvider): Promise<void>;
  /** The newest mails first. */
  list(limit: number): Promise<Mail[]>;
  /** How many mails are still to be sent; none where they stay in the mailbox. */
  countWaiting(db?: QueryExecutorProvider): Promise<number>;
  /** Sends what is due over SMTP; gives how many left. A refused mail is tried again with growing pauses, for three days. */
  deliver(): Promise<number>;
}

const attemptsAtMost = 20;
const batch = 20;
const claimMs = 120_000;
/** Mails hold links: what was sent, given up or kept for the mailbox for this long is deleted. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
/** A mail that has waited this long is not sent any more, also when a mail server is set for the first time. */
const sentWithinMs = 3 * 24 * 60 * 60 * 1000;

/** All well inside `claimMs`: a mail is never claimed by a second sender while the first one still waits for its server. */
const smtpTimeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

interface MailRow {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly attempts: number;
}

/**
 * Mail by way of a table `(id bigint identity primary key, recipient text, subject text, body text, created_at timestamptz,
 * sent_at timestamptz, attempts int4 default 0, next_attempt_at timestamptz, last_error text)`. At least once: a process that
 * dies after the server took a mail sends it again. The text of what was sent is not kept: it may hold a one-time link.
 */
export function createMailer(options: {
  database: Database; table: string; clock: Clock; logger: Logger; from: string; smtpUrl?: string | undefined;
}): Mailer {
  const { clock, logger, from, smtpUrl } = options;
  const db = options.database.kysely<unknown>();
  const table = sql.table(options.table);
  const smtp = smtpUrl === undefined ? null : createTransport({ url: smtpUrl, ...smtpTimeouts }, { from });

  const forget = (now: Date) => sql`delete from ${table} where created_at < ${new Date(now.getTime() - keptMs)}`.execute(db);

  const send = async (mail: MailRow): Promise<boolean> => {
    try {
      await smtp?.sendMail({ to: mail.recipient, subject: mail.subject, text: mail.body });
      await sql`update ${table} set sent_at = ${clock.now()}, last_error = null, body = '' where id = ${mail.id}`.execute(db);
      return true;
    } catch (error) {
      const pauseMs = Math.min(60_000 * 2 ** mail.attempts, 6 * 60 * 60 * 1000);
      const reason = error instanceof Error ? error.message : 'unknown';
      await sql`update ${table} set next_attempt_at = ${new Date(clock.now().getTime() + pauseMs)}, last_error = ${reason} where id = ${mail.id}`.execute(db);
      logger.warn({ mail: mail.id, attempts: mail.attempts, reason }, 'mail not sent');
      return false;
    }
  };

  return {
    mailboxOnly: smtp === null,
    async enqueue({ to, subject, body }, trx = db) {
      const now = clock.now();
      await sql`insert into ${table} (recipient, subject, body, created_at, next_attempt_at) values (${to}, ${subject}, ${body}, ${now}, ${now})`.execute(trx);
    },
    async list(limit) {
      const { rows } = await sql<MailRow>`
        select id, recipient, subject, body, created_at, sent_at from ${table} order by id desc limit ${limit}`.execute(db);
      return rows.map((row) => ({
        id: row.id, recipient: row.recipient, subject: row.subject, body: row.body, createdAt: row.created_at, sentAt: row.sent_at,
      }));
    },
    async countWaiting(executor = db) {
      if (!smtp) return 0;
      const { rows: [row] } = await sql<{ count: string }>`
        select count(*) as count from ${table}
        where sent_at is null and attempts < ${attemptsAtMost} and created_at > ${new Date(clock.now().getTime() - sentWithinMs)}`.execute(executor);
      return Number(row?.count ?? 0);
    },
    async deliver() {
      const now = clock.now();
      await forget(now);
      if (!smtp) return 0;
      const { rows } = await sql<MailRow>`
        update ${table} set attempts = attempts + 1, next_attempt_at = ${new Date(now.getTime() + claimMs)}
        where id in (select id from ${table} where sent_at is null and attempts < ${attemptsAtMost} and next_attempt_at <= ${now}
          and created_at > ${new Date(now.getTime() - sentWithinMs)}
          order by id limit ${batch} for update skip locked)
        returning id, recipient, subject, body, created_at, sent_at, attempts`.execute(db);
      const results = await Promise.all(rows.map(send));
      return results.filter(Boolean).length;
    },
  };
}
