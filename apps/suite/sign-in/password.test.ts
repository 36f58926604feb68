import { Visitor } from '@wayleave/dev/visitor';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addMember } from '../company/members.js';
import { databaseKinds, startTestSuite, tokenOf, type TestSuite } from '../tests/test-suite.js';
import { DeadLink, forgottenLimits, linkLifetimes, mailForgottenLinks, memberOfLink, setPassword } from './password.js';
import { findMember } from './member-store.js';
import { signIn } from './sign-in.js';
import { sessionEpoch } from './signed-in.js';

const newPassword = 'another four unrelated words';

describe.each(databaseKinds())('passwords on %s', (kind) => {
  let suite: TestSuite;
  let made = 0;
  beforeAll(async () => {
    suite = await startTestSuite(kind);
  });
  afterAll(() => suite[Symbol.asyncDispose]());
  beforeEach(() => sql`delete from suite.throttle`.execute(suite.context.db));

  const newcomer = () => addMember(suite.context, suite.admin.company, { mail: `new${(made += 1)}@harborpine.example`, role: 'user', signInName: '' });
  const mailsTo = async (recipient: string) => (await suite.context.mailer.list(200)).filter((mail) => mail.recipient === recipient);
  const linkIn = (body = '') => /https?:\S+/.exec(body)?.[0] ?? '';
  const set = (link: string, typed = newPassword) => setPassword(suite.context, { token: tokenOf(link), password: typed, browser: 'b' });

  it('are set through a one-time link, which a look at the page does not spend', async () => {
    const { link, signInName } = await newcomer();
    const visitor = new Visitor();
    for (let looks = 0; looks < 3; looks += 1) await visitor.goTo(new URL(link));
    expect(visitor.page.body).toContain(`value="${signInName}" autocomplete="username"`);
    expect(visitor.page.body).toMatch(/type="password"[^>]* autocomplete="new-password"/);
    expect(visitor.page.headers.get('referrer-policy')).toBe('no-referrer');
    await visitor.press('Set password', { 'New password': newPassword });
    expect(visitor.text).toContain('Your password is set');
    await visitor.goTo(new URL('/idm/sign-in', suite.url));
    await visitor.press('Sign In', { 'Sign In name': signInName, Password: newPassword });
    expect(visitor.page.url.pathname).toBe('/idm');
  });

  it('follow the policy: a refused one stays unset, is named, and leaves the link as it was', async () => {
    const { link, mail } = await newcomer();
    const visitor = new Visitor();
    for (const [typed, why] of [['short', /at least 10 characters/], ['password123456', /lists/], ['harborpine1234', /your name/], [mail, /your name|address/]] as const) {
      await visitor.goTo(new URL(link));
      await visitor.press('Set password', { 'New password': typed });
      expect(visitor.page.status).toBe(422);
      expect(visitor.text).toMatch(why);
      expect(visitor.page.body).not.toContain(`value="${typed}"`);
    }
    await visitor.press('Set password', { 'New password': newPassword });
    expect(visitor.text).toContain('Your password is set');
  });

  it.each([`${'xyz'.repeat(20)}abcd`, '🗝️ spaces and signs ', `${'p'.repeat(72)}tail one two three`, 'Case Matters In This One'])('are kept exactly as typed: %j', async (exact) => {
    const { link, signInName } = await newcomer();
    await set(link, exact);
    const tryWith = (other: string) => signIn(suite.context, { signInName, password: other, browser: 'b', address: '::1', request: 'r' });
    expect(await tryWith(exact)).toMatch(/^ses-/);
    for (const other of [exact.slice(0, -1), exact.trim() === exact ? `${exact} ` : exact.trim(), exact.toLowerCase() === exact ? exact.toUpperCase() : exact.toLowerCase()]) {
      expect(await tryWith(other)).toBeNull();
    }
  });

  it('PW06 a link works once, not after a newer one, not after its time, and not for anybody else', async () => {
    const { link, mail } = await newcomer();
    await set(link);
    await expect(set(link)).rejects.toThrow(DeadLink);
    await mailForgottenLinks(suite.context, mail);
    const older = linkIn((await mailsTo(mail))[0]?.body);
    await mailForgottenLinks(suite.context, mail);
    const newer = linkIn((await mailsTo(mail))[0]?.body);
    await expect(set(older)).rejects.toThrow(DeadLink);
    suite.clock.advance(linkLifetimes.forgottenMs);
    await expect(set(newer)).rejects.toThrow(DeadLink);
    for (const guess of ['', 'lnk-', `lnk-${'A'.repeat(43)}`, tokenOf(newer).slice(0, -1)]) await expect(memberOfLink(suite.context, guess)).rejects.toThrow(DeadLink);
    expect(Buffer.from(tokenOf(newer).replace('lnk-', ''), 'base64url')).toHaveLength(32);
    const { rows } = await sql<{ all: string }>`select string_agg(l::text, '|') as all from suite.one_time_link l`.execute(suite.context.db);
    expect(rows[0]?.all).not.toContain(tokenOf(newer).slice(4));
  });

  it('PW06 a link carries the configured host, whatever the request says', async () => {
    const { mail, link } = await newcomer();
    expect(new URL(link).origin).toBe(suite.url.origin);
    const visitor = new Visitor();
    await visitor.goTo(new URL('/forgot-password', suite.url));
    const csrf = /name="csrf" value="([^"]+)"/.exec(visitor.page.body)?.[1] ?? '';
    const forged = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    await visitor.request('POST', new URL('/forgot-password', suite.url), new URLSearchParams({ csrf, who: mail }), forged);
    await vi.waitFor(async () => expect(await mailsTo(mail)).toHaveLength(2));
    expect(new URL(linkIn((await mailsTo(mail))[0]?.body)).origin).toBe(suite.url.origin);
  });

  it('of several callers with one link, one sets the password', async () => {
    const { link } = await newcomer();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => set(link, `${newPassword} ${index}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('SS04 a new password ends every session and tells the owner', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => suite.visitor(suite.user)));
    await mailForgottenLinks(suite.context, suite.user.signInName);
    const [mail] = await mailsTo(suite.user.mail);
    await set(linkIn(mail?.body));
    for (const visitor of sessions) {
      await visitor.goTo(new URL('/idm/help', suite.url));
      expect(visitor.page.url.pathname).toBe('/idm/sign-in');
    }
    expect((await mailsTo(suite.user.mail))[0]?.subject).toMatch(/was changed/);
  });

  it('SS04 a sign-in that was checked against the old password opens nothing once there is a new one', async () => {
    const { link, member } = await newcomer();
    const before = await findMember(suite.context.db, member);
    if (!before) throw new Error('the newcomer is missing');
    await set(link);
    const overtaken = await suite.context.sessions.create(member, sessionEpoch(before));
    const visit = await new Visitor().request('GET', new URL('/idm/help', suite.url), undefined, { cookie: `wayleave=${overtaken}` });
    expect(visit.status).toBe(303);
  });

  it('EN02 asking for a link looks the same for everybody; only the mail differs', async () => {
    const pages = [];
    for (const who of [suite.admin.mail, suite.admin.signInName, 'nobody@nowhere.example', 'nobody.at.all']) {
      const visitor = new Visitor();
      await visitor.goTo(new URL('/forgot-password?product=idm', suite.url));
      const { status, url, body } = await visitor.press('Mail me a link', { who });
      pages.push({ status, path: url.pathname + url.search, body });
    }
    expect(pages[0]?.status).toBe(200);
    for (const page of pages) expect(page).toEqual(pages[0]);
    await vi.waitFor(async () => expect((await mailsTo(suite.admin.mail)).filter(({ subject }) => subject.startsWith('Set a new password'))).toHaveLength(2));
    expect(await mailsTo('nobody@nowhere.example')).toEqual([]);
  });

  it('are asked for a limited number of times: openly per name and address, silently per member', async () => {
    const { mail, signInName } = await newcomer();
    for (let times = 0; times < forgottenLimits.perMember.limit + 3; times += 1) await mailForgottenLinks(suite.context, times % 2 ? mail : signInName);
    expect(await mailsTo(mail)).toHaveLength(1 + forgottenLimits.perMember.limit);
    const visitor = new Visitor();
    for (let times = 0; times <= forgottenLimits.perTyped.limit; times += 1) {
      await visitor.goTo(new URL('/forgot-password', suite.url));
      await visitor.press('Mail me a link', { who: 'nobody.at.all' });
    }
    expect(visitor.page.status).toBe(429);
  });
});
