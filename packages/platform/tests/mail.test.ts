import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock/index.js';
import { createLogger } from '../logging/index.js';
import { createMailer } from '../mail/index.js';
import { createStoreTables } from './tables.js';

const hour = 60 * 60 * 1000;

describe.each(databaseKinds())('mail on %s', (kind) => {
  let database: TestDatabase;
  let smtp: SMTPServer;
  let refuse = false;
  const received: string[] = [];
  const clock = new MovableClock();
  const logger = createLogger({ name: 'test', level: 'silent' });

  beforeAll(async () => {
    database = await testDatabase(kind);
    await createStoreTables(database);
    smtp = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => done(refuse ? new Error('try later') : null),
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk) => (text += String(chunk))).on('end', () => { received.push(text); done(); });
      },
    });
    await new Promise<void>((resolve) => { smtp.listen(0, '127.0.0.1', resolve); });
  });
  afterAll(async () => {
    await new Promise<void>((resolve) => { smtp.close(resolve); });
    await database.close();
  });

  const mailer = (smtpUrl?: string) => createMailer({ database, table: 't.mail', clock, logger, from: 'Wayleave <wayleave@example.com>', smtpUrl });
  const overSmtp = () => mailer(`smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`);

  it('stays in the mailbox when there is no server to send it', async () => {
    await mailer().enqueue({ to: 'ann@example.com', subject: 'First', body: 'Hello' });
    expect(mailer().mailboxOnly).toBe(true);
    expect(await mailer().countWaiting()).toBe(0);
    expect(await mailer().deliver()).toBe(0);
    expect(await mailer().list(10)).toMatchObject([{ recipient: 'ann@example.com', subject: 'First', body: 'Hello', sentAt: null }]);
  });

  it('leaves only if the transaction that wrote it commits', async () => {
    const rolledBack = database.kysely().transaction().execute(async (trx) => {
      await mailer().enqueue({ to: 'ann@example.com', subject: 'Never', body: '' }, trx);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect((await mailer().list(10)).map(({ subject }) => subject)).toEqual(['First']);
  });

  it('is sent once by many senders, and again after the server refused it', async () => {
    refuse = true;
    expect(await overSmtp().deliver()).toBe(0);
    expect(await overSmtp().countWaiting()).toBe(1);
    refuse = false;
    expect(await overSmtp().deliver()).toBe(0);
    clock.advance(hour);
    const sent = await Promise.all([overSmtp().deliver(), overSmtp().deliver(), overSmtp().deliver()]);
    expect(sent.reduce((sum, count) => sum + count)).toBe(1);
    expect(received).toHaveLength(1);
    expect(await overSmtp().countWaiting()).toBe(0);
    expect(received[0]).toMatch(/From: Wayleave <wayleave@example.com>\r\nTo: ann@example.com\r\nSubject: First/);
    expect(await overSmtp().deliver()).toBe(0);
    expect(await mailer().list(10)).toMatchObject([{ subject: 'First', body: '', sentAt: expect.any(Date) as Date }]);
  });

  it('is not sent once it has grown old, and is deleted in the end', async () => {
    await mailer().enqueue({ to: 'ann@example.com', subject: 'Old', body: 'a link' });
    clock.advance(4 * 24 * hour);
    expect(await overSmtp().deliver()).toBe(0);
    expect((await mailer().list(10)).map(({ subject }) => subject)).toContain('Old');
    clock.advance(4 * 24 * hour);
    await mailer().deliver();
    expect(await mailer().list(10)).toEqual([]);
  });
});
