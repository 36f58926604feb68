import { timeTells } from '@wayleave/dev/timing';
import { Visitor } from '@wayleave/dev/visitor';
import { TooManyRequests } from '@wayleave/platform/errors';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRole } from '../company/members.js';
import { databaseKinds, password, startTestSuite, type TestSuite } from '../tests/test-suite.js';
import { signIn, signInLimits } from './sign-in.js';

describe.each(databaseKinds())('signing in on %s', (kind) => {
  let suite: TestSuite;
  beforeAll(async () => {
    suite = await startTestSuite(kind, { SESSION_IDLE_MINUTES: '30', SESSION_ABSOLUTE_HOURS: '12' });
  });
  afterAll(() => suite[Symbol.asyncDispose]());
  beforeEach(() => sql`delete from suite.throttle`.execute(suite.context.db));

  const cookieOf = (visitor: Visitor) => visitor.cookies(suite.url).get('wayleave') ?? '';
  const attempt = (signInName: string, typed: string, browser: string, address = '192.0.2.1') =>
    signIn(suite.context, { signInName, password: typed, browser, address, request: 'a request of the tests' });
  const open = async (visitor: Visitor, path: string) => visitor.goTo(new URL(path, suite.url));

  it('serves both products, and leads to the page that was asked for', async () => {
    const visitor = new Visitor();
    await open(visitor, '/company-manager?from=idm');
    expect(visitor.page.url.pathname).toBe('/idm/sign-in');
    expect(visitor.text).toContain('Intelligent Data Management');
    await visitor.press('Sign In', { 'Sign In name': ` ${suite.admin.signInName.toUpperCase()} `, Password: password });
    expect(visitor.page.url.pathname + visitor.page.url.search).toBe('/company-manager?from=idm');
    await open(visitor, '/idm/help');
    expect(visitor.page.status).toBe(200);
    await open(visitor, '/idh/help');
    expect(visitor.page.status).toBe(200);
  });

  it('CB08 goes to the product and nowhere else when asked for anything odd', async () => {
    const visitor = new Visitor();
    await open(visitor, `/idm/sign-in?return_to=${encodeURIComponent('//evil.example')}`);
    expect(visitor.page.body).toContain('name="return_to" value="/idm"');
    const forged = await visitor.press('Sign In', { 'Sign In name': suite.admin.signInName, Password: password, return_to: '/\\evil.example' });
    expect(forged.url.host).toBe(suite.url.host);
    expect(forged.url.pathname).toBe('/idm');
  });

  it('looks alike for a wrong password and an unknown name', async () => {
    const pages = await Promise.all([suite.admin.signInName, 'nobody.at.all'].map(async (name) => {
      const visitor = new Visitor();
      await open(visitor, '/idm/sign-in');
      const { status, body } = await visitor.press('Sign In', { 'Sign In name': name, Password: 'not the password' });
      return { status, body: body.replaceAll(name, 'NAME').replace(/name="csrf" value="[^"]+"/, '') };
    }));
    expect(pages[0]?.status).toBe(422);
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]?.body).toContain('That Sign In name and password do not match.');
    expect(pages[0]?.body).not.toContain('not the password');
  });

  it('EN01 takes as long for an unknown name as for a wrong password', async () => {
    const guess = (name: string) => async () => {
      await sql`delete from suite.throttle`.execute(suite.context.db);
      return attempt(name, 'wrong', 'a browser nobody has signed in from');
    };
    const told = await timeTells(40, guess(suite.admin.signInName), guess('nobody.at.all'));
    expect(told).toBeGreaterThan(0.2);
    expect(told).toBeLessThan(0.8);
  });

  it('SS01 sets a cookie that scripts and other sites do not get', async () => {
    const visitor = new Visitor();
    await open(visitor, '/idm/sign-in');
    const fields = new URLSearchParams({ sign_in_name: suite.admin.signInName, password, csrf: /name="csrf" value="([^"]+)"/.exec(visitor.page.body)?.[1] ?? '' });
    const { headers } = await visitor.request('POST', new URL('/idm/sign-in', suite.url), fields);
    const cookie = headers.getSetCookie().find((line) => line.startsWith('wayleave='));
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toMatch(/domain/i);
  });

  it('SS02 begins a new session under a new id, ends the old one, and stores only a hash', async () => {
    const visitor = await suite.visitor(suite.admin);
    const first = cookieOf(visitor);
    const token = await attempt(suite.admin.signInName, password, 'somewhere');
    expect(token).not.toBe(first);
    await open(visitor, '/idm/help');
    await visitor.press('Sign out');
    await visitor.press('Sign In', { 'Sign In name': suite.admin.signInName, Password: password });
    const second = cookieOf(visitor);
    expect(second).not.toBe(first);
    expect(await suite.context.sessions.find(first)).toBeNull();
    expect(Buffer.from(second.replace('ses-', ''), 'base64url')).toHaveLength(32);
    const { rows } = await sql<{ all: string }>`select string_agg(s::text, '|') as all from suite.session s`.execute(suite.context.db);
    expect(rows[0]?.all).not.toContain(second.replace('ses-', ''));
  });

  it('SS02 takes no session id that somebody else has set', async () => {
    const visitor = new Visitor();
    const planted = 'ses-' + 'A'.repeat(43);
    await visitor.request('GET', new URL('/idm/help', suite.url), undefined, { cookie: `wayleave=${planted}` });
    expect(visitor.page.status).toBe(303);
    await open(visitor, '/idm/sign-in');
    const own = visitor.cookies(suite.url).get('wayleave_browser') ?? '';
    const fields = new URLSearchParams({ sign_in_name: suite.admin.signInName, password, csrf: /name="csrf" value="([^"]+)"/.exec(visitor.page.body)?.[1] ?? '' });
    const answer = await visitor.request('POST', new URL('/idm/sign-in', suite.url), fields, { cookie: `wayleave_browser=${own}; wayleave=${planted}` });
    expect(answer.headers.get('location')).toBe('/idm');
    expect(cookieOf(visitor)).toMatch(/^ses-/);
    expect(cookieOf(visitor)).not.toBe(planted);
    expect(await suite.context.sessions.find(planted)).toBeNull();
  });

  it('SS02 a changed role is a new session id at the next page, and the old one is dead', async () => {
    const visitor = await suite.visitor(suite.user);
    const before = cookieOf(visitor);
    await changeRole(suite.context, suite.admin.company, suite.user.member, 'admin');
    await open(visitor, '/company-manager');
    expect(visitor.page.status).toBe(200);
    expect(cookieOf(visitor)).not.toBe(before);
    expect(await suite.context.sessions.find(before)).toBeNull();
    await changeRole(suite.context, suite.admin.company, suite.user.member, 'user');
    await open(visitor, '/company-manager');
    expect(visitor.page.status).toBe(403);
  });

  it('SS02 a changed role leads to no other host', async () => {
    const visitor = await suite.visitor(suite.user);
    await changeRole(suite.context, suite.admin.company, suite.user.member, 'admin');
    const address = `${suite.url.origin}//evil.example/`;
    const { status, headers } = await visitor.request('GET', new URL(address));
    expect(status).toBe(303);
    expect(headers.get('location')).toBe(address);
    await changeRole(suite.context, suite.admin.company, suite.user.member, 'user');
  });

  it('SS03 ends after idle time, after the longest time, and at sign-out, on the server', async () => {
    const idle = await suite.visitor(suite.admin);
    suite.clock.advance(29 * 60_000);
    await open(idle, '/idm/help');
    expect(idle.page.status).toBe(200);
    suite.clock.advance(31 * 60_000);
    await open(idle, '/idm/help');
    expect(idle.page.url.pathname).toBe('/idm/sign-in');
    const busy = await suite.visitor(suite.admin);
    for (let half = 0; half < 24; half += 1) {
      suite.clock.advance(29 * 60_000);
      await open(busy, '/idm/help');
    }
    expect(busy.page.url.pathname).toBe('/idm/help');
    suite.clock.advance(25 * 60_000);
    await open(busy, '/idm/help');
    expect(busy.page.url.pathname).toBe('/idm/sign-in');
    const leaving = await suite.visitor(suite.admin);
    const cookie = cookieOf(leaving);
    await open(leaving, '/idm/help');
    await leaving.press('Sign out');
    expect(leaving.page.url.pathname).toBe('/idm/sign-in');
    const back = await new Visitor().request('GET', new URL('/idm/help', suite.url), undefined, { cookie: `wayleave=${cookie}` });
    expect(back.status).toBe(303);
  });

  it('SS03 answers a form of an ended session with 401', async () => {
    const visitor = await suite.visitor(suite.admin);
    await open(visitor, '/company-manager');
    suite.clock.advance(31 * 60_000);
    const answer = await visitor.press('Save', { Name: 'Somebody' });
    expect(answer.status).toBe(401);
    expect(visitor.text).toContain('You are not signed in, or your session has ended.');
  });

  it('makes a name wait after ten tries, known or not, but not the browser its owner uses', async () => {
    await attempt(suite.admin.signInName, password, 'the usual one');
    for (const name of [suite.admin.signInName, 'nobody.at.all']) {
      for (let tries = 0; tries < signInLimits.perName.limit; tries += 1) expect(await attempt(name, 'wrong', `guess ${tries}`)).toBeNull();
      await expect(attempt(name, password, 'another')).rejects.toThrow(TooManyRequests);
    }
    expect(await attempt(suite.admin.signInName, password, 'the usual one')).toMatch(/^ses-/);
    suite.clock.advance(signInLimits.perName.windowMs);
    expect(await attempt(suite.admin.signInName, password, 'another')).toMatch(/^ses-/);
  });

  it('makes an address wait that tries many names, and a known browser that guesses', async () => {
    for (let tries = 0; tries < signInLimits.perAddress.limit; tries += 1) {
      await suite.context.throttle.hit('sign-in address 192.0.2.9', signInLimits.perAddress);
    }
    await expect(attempt('a.new.name', 'wrong', 'b', '192.0.2.9')).rejects.toThrow(TooManyRequests);
    await attempt(suite.admin.signInName, password, 'the usual one');
    for (let tries = 0; tries < signInLimits.perKnownBrowser.limit; tries += 1) await attempt(suite.admin.signInName, 'wrong', 'the usual one');
    await expect(attempt(suite.admin.signInName, password, 'the usual one')).rejects.toThrow(TooManyRequests);
  });

  it('LG02 is one line in the log, as are a refused try and a limit, with who, from where, in which request', async () => {
    const before = suite.log.length;
    const { signInName, member, company } = suite.user;
    const visitor = new Visitor();
    for (let tries = 0; tries <= signInLimits.perName.limit; tries += 1) {
      await open(visitor, '/idm/sign-in');
      await visitor.press('Sign In', { 'Sign In name': signInName, Password: 'wrong' });
    }
    await sql`delete from suite.throttle`.execute(suite.context.db);
    await open(visitor, '/idm/sign-in');
    await visitor.press('Sign In', { 'Sign In name': 'nobody.here', Password: 'wrong' });
    await suite.visitor(suite.user);
    const lines = suite.log.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = (event: string) => lines.filter(({ msg }) => msg === event);
    const request = expect.stringMatching(/^[\w-]{12}$/) as string;
    const about = { company, member, address: '127.0.0.1', request };
    const refused = told('sign-in refused');
    expect(refused.slice(0, -1)).toEqual(Array(signInLimits.perName.limit).fill(expect.objectContaining({ ...about, level: 30 })));
    expect(refused.at(-1)).toMatchObject({ ...about, company: null, member: null });
    expect(told('sign-in limited')).toEqual([expect.objectContaining({ ...about, level: 40 })]);
    expect(told('signed in')).toEqual([expect.objectContaining({ ...about, level: 30 })]);
    expect(JSON.stringify(lines)).not.toContain('nobody.here');
  });

  it('says how long to wait', async () => {
    const visitor = new Visitor();
    for (let tries = 0; tries <= signInLimits.perName.limit; tries += 1) {
      await open(visitor, '/idm/sign-in');
      await visitor.press('Sign In', { 'Sign In name': 'nobody.here', Password: 'wrong' });
    }
    expect(visitor.page.status).toBe(429);
    expect(visitor.text).toMatch(/Too many tries\. Wait 1[45] minutes, then try again\./);
    expect(Number(visitor.page.headers.get('retry-after'))).toBeGreaterThan(800);
  });
});
