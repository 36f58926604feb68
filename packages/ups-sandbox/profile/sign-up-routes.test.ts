import { databaseKinds } from '@wayleave/dev/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { givePassword, passThisLogInPage } from '../tests/opt-in.js';
import { linkIn, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import { pathOf, unescaped, type Answer, type Visitor } from '../tests/visitor.js';

const known = 'shipping@harborpine.example';

interface Wished {
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

describe.each(databaseKinds())('signing up, on %s', (kind) => {
  let site: PeopleSite;
  let wished: Wished;
  let attempt = 0;
  beforeAll(async () => {
    site = await startPeopleSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(() => {
    attempt += 1;
    wished = { username: `new-shipper-${attempt}`, email: `new${attempt}@harborpine.example`, password: 'violin copper meadow 19' };
  });

  async function signUp(visitor: Visitor, fields: Partial<Wished> = {}, from = '/lasso/signup'): Promise<Answer> {
    return visitor.submit(await visitor.get(from), '/lasso/signup', { ...wished, ...fields });
  }

  async function confirmPage(visitor: Visitor): Promise<Answer> {
    return visitor.get(pathOf(linkIn(await site.newestMail(wished.email)).href));
  }

  async function profiles(): Promise<string[]> {
    return (await site.people.db.selectFrom('upscom.profile').select('username').execute()).map(({ username }) => username);
  }

  it('in the middle of an opt-in it goes on with that opt-in, which needs the box and the password', async () => {
    const visitor = site.visitor();
    const logIn = await visitor.get(site.signInPath({ state: 'mid "1"' }));
    const [, href = ''] = /href="(\/lasso\/signup[^"]*)"/.exec(logIn.body) ?? [];
    const sent = await visitor.follow(await signUp(visitor, {}, unescaped(href)));
    expect(sent.body).toContain('Look into your mailbox');
    expect(sent.body).toContain('href="/mailbox"');
    expect(await profiles()).not.toContain(wished.username);
    const mailbox = await visitor.get('/mailbox');
    const [, link = ''] = /<a href="([^"]*signup\/confirm[^"]*)">/.exec(mailbox.body) ?? [];
    const confirmed = await visitor.submit(await visitor.get(pathOf(unescaped(link))), '/lasso/signup/confirm', { username: wished.username });
    const again = await visitor.follow(confirmed);
    expect(again.body).toContain('Your mail address is confirmed');
    expect(again.body).toContain(`value="${wished.username}"`);
    expect(again.body).not.toContain('checked');
    const answer = await givePassword(visitor, await passThisLogInPage(visitor, again, wished.username), wished.password);
    expect(new URL(answer.location).searchParams.get('state')).toBe('mid "1"');
  });

  it('without an opt-in it ends at the profile\'s own log-in', async () => {
    const visitor = site.visitor();
    await signUp(visitor);
    const confirmed = await visitor.submit(await confirmPage(visitor), '/lasso/signup/confirm', { username: wished.username });
    expect(pathOf(confirmed.location)).toBe(`/log-in?username=${wished.username}&notice=profile-confirmed`);
  });

  it('EN02 shows the same for a taken address, and tells only the mailbox', async () => {
    const [stranger, newcomer] = [site.visitor(), site.visitor()];
    const taken = await signUp(stranger, { email: known.toUpperCase() });
    const free = await signUp(newcomer);
    expect([taken.status, taken.location, taken.body]).toEqual([free.status, free.location, free.body]);
    expect((await site.newestMail(known)).subject).toBe('You have a profile already');
    expect((await site.newestMail(wished.email)).subject).toBe('Confirm your mail address');
    expect(await profiles()).not.toContain(wished.username);
  });

  it('EN02 tells a taken username only to who reads the mailbox, and lets them choose another', async () => {
    const visitor = site.visitor();
    expect((await signUp(visitor, { username: 'HarborPine-Shipping' })).status).toBe(303);
    const page = await confirmPage(visitor);
    const taken = await visitor.submit(page, '/lasso/signup/confirm', { username: 'HarborPine-Shipping' });
    expect(taken.status).toBe(422);
    expect(taken.body).toContain('Somebody has this username already.');
    expect((await profiles()).filter((name) => /harborpine/i.test(name))).toEqual(['harborpine-shipping']);
    expect((await visitor.submit(taken, '/lasso/signup/confirm', { username: 'another-name' })).status).toBe(303);
    expect(await profiles()).toContain('another-name');
  });

  it('PW03 refuses weak passwords and other wrong fields by name, keeps what was typed but the password, and writes nothing', async () => {
    const visitor = site.visitor();
    const cases: [Partial<Wished>, string][] = [
      [{ username: 'a' }, 'A username has 3 to 40 letters'],
      [{ username: 'has@sign' }, 'A username has 3 to 40 letters'],
      [{ email: 'new@harborpine' }, 'This address has no ending, such as .com.'],
      [{ email: 'harborpine.example' }, 'This address has no name before an @'],
      [{ email: 'new@harborpine.example\r\nBcc: x@y.example' }, 'The part before the @ has a character'],
      [{ password: '' }, 'Choose a password.'],
      [{ password: 'password123' }, 'lists that attackers try first'],
      [{ password: `${wished.username}-12` }, 'little more than your name'],
    ];
    for (const [fields, sentence] of cases) {
      const answer = await signUp(visitor, fields);
      expect([fields, answer.status]).toEqual([fields, 422]);
      expect(answer.body).toContain(sentence);
      expect(answer.body).toContain(`value="${(fields.username ?? wished.username)}"`);
      expect(answer.body).not.toContain(fields.password || wished.password);
    }
    await expect(site.newestMail(wished.email)).rejects.toThrow('no such mail');
  });

  it('a confirmation link works once, dies when a newer one is sent, and looking at it spends nothing', async () => {
    const visitor = site.visitor();
    await signUp(visitor);
    const older = await confirmPage(visitor);
    await signUp(visitor, { username: 'newer-name' });
    expect((await visitor.submit(older, '/lasso/signup/confirm', { username: wished.username })).status).toBe(410);
    const page = await confirmPage(visitor);
    const both = await Promise.all([1, 2].map(() => visitor.submit(page, '/lasso/signup/confirm', { username: 'newer-name' })));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  });
});
