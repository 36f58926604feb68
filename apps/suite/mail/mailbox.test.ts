import { Visitor } from '@wayleave/dev/visitor';
import { createMailer } from '@wayleave/platform/mail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWeb } from '../index.js';
import { startTestSuite, type TestSuite } from '../tests/test-suite.js';

describe('the mailbox page', () => {
  let suite: TestSuite;
  beforeAll(async () => {
    suite = await startTestSuite();
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  it('shows the mail to this machine, but to nobody behind a proxy on it', async () => {
    const visitor = new Visitor();
    await visitor.goTo(new URL('/mailbox', suite.url));
    expect(visitor.text).toContain('Your sign-in for Harborpine Trading');
    expect(visitor.page.body).toContain(`href="${suite.user.link}"`);
    await visitor.goTo(suite.url);
    expect(visitor.text).toContain('mailbox');
    for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }]) {
      expect((await visitor.request('GET', new URL('/mailbox', suite.url), undefined, headers)).status).toBe(404);
    }
  });

  it('is not there for another machine, nor when mail is sent', async () => {
    const { database, clock, logger } = suite.context;
    const mailer = createMailer({ database, clock, logger, table: 'suite.mail', from: 'a@b.example', smtpUrl: 'smtp://127.0.0.1:9' });
    const statusOf = async (context: TestSuite['context'], remoteAddress: string) => {
      const web = await createWeb(context);
      const { statusCode } = await web.inject({ url: '/mailbox', remoteAddress, headers: { host: context.config.publicUrl.host } });
      await web.close();
      return statusCode;
    };
    expect(await statusOf(suite.context, '127.0.0.1')).toBe(200);
    expect(await statusOf(suite.context, '192.0.2.7')).toBe(404);
    expect(await statusOf({ ...suite.context, mailer }, '127.0.0.1')).toBe(404);
    const config = { ...suite.context.config, publicUrl: new URL('https://suite.example') };
    expect(await statusOf({ ...suite.context, config }, '127.0.0.1')).toBe(404);
  });
});
