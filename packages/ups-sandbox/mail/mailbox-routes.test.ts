import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPeopleSite, type PeopleSite } from '../tests/people-site.js';

describe('the mailbox page', () => {
  let site: PeopleSite;
  beforeAll(async () => {
    site = await startPeopleSite();
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('shows the newest mail first, and says when there is none', async () => {
    const visitor = site.visitor();
    expect((await visitor.get('/mailbox')).body).toContain('No mail yet.');
    for (const subject of ['first mail', 'second mail']) await site.people.mailer.enqueue({ to: 'a@harborpine.example', subject, body: 'text' });
    const { body } = await visitor.get('/mailbox');
    expect(body.indexOf('second mail')).toBeLessThan(body.indexOf('first mail'));
    expect(body).toMatch(/to a@harborpine\.example · \d{1,2} \w{3} \d{4} \d{1,2}:\d{2} [AP]M UTC/);
  });

  it('makes links of its own addresses only, and text of everything else', async () => {
    const own = `${site.publicUrl.origin}/lasso/reset?token=abc&x=1`;
    const body = `${own} https://evil.example/x javascript:alert(1) <img src=x onerror=alert(1)> ${site.publicUrl.origin}.evil.example/`;
    await site.people.mailer.enqueue({ to: '<b>@harborpine.example', subject: '<script>1</script>', body });
    const page = await site.visitor().get('/mailbox');
    expect(page.body.match(/<a href="[^"]*">/g)?.filter((link) => link.includes('http'))).toEqual([`<a href="${own.replace('&', '&amp;')}">`]);
    expect(page.body).not.toMatch(/<img|<script|<b>@/);
  });

  it('is not there for another machine, whatever it says', async () => {
    const from = (remoteAddress: string) => site.app.inject({
      url: '/mailbox', remoteAddress, headers: { host: site.publicUrl.host, 'x-forwarded-for': '127.0.0.1' },
    });
    for (const inside of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect((await from(inside)).statusCode).toBe(200);
    for (const outside of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::1', '0.0.0.0']) expect((await from(outside)).statusCode).toBe(404);
  });

  it('is not there when mail goes to a mail server', async () => {
    Object.assign(site.people.mailer, { mailboxOnly: false });
    expect((await site.visitor().get('/mailbox')).status).toBe(404);
    Object.assign(site.people.mailer, { mailboxOnly: true });
  });
});
