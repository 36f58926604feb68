import { signIn, startTestConstellation, optIn, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRole } from '../index.js';
import { findCredentials } from '../sign-in/member-store.js';
import { answerOfUps, beginOptIn, freshCallback, postForm, tokenCalls } from '../tests/walk.js';

describe.each(databaseKinds())('the way back from UPS.com, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  let otherAdmin: Visitor;
  const at = (path: string) => new URL(path, constellation.suiteUrl);
  const state = async (product: 'idm' | 'idh' = 'idm', who = admin) => {
    await who.goTo(at(product === 'idm' ? '/idm' : '/company-manager'));
    return who.text;
  };

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
  });
  afterAll(() => constellation.stop());
  beforeEach(async () => {
    otherAdmin = new Visitor();
    await signIn(otherAdmin, constellation, constellation.signIns.otherAdmin);
  });

  it('CB01 refuses an answer without state, with a wrong one and with one of another session, before any call for a token', async () => {
    const genuine = await freshCallback(otherAdmin, constellation, 'idm');
    const before = await tokenCalls(constellation);
    const refused = [
      ['/callback/stand-in/idm?code=abc', 'does not say which authorization'],
      ['/callback/stand-in/idm', 'does not say which authorization'],
      ['/callback/stand-in/idm?code=abc&state=', 'does not say which authorization'],
      ['/callback/stand-in/idm?code=abc&state=wrong', 'does not belong to any authorization'],
      [genuine.href, 'belongs to another sign-in'],
    ] as const;
    for (const [address, sentence] of refused) {
      const page = await admin.goTo(at(address));
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.url.pathname + page.url.search).toBe('/idm/not-completed');
      expect(admin.text).toContain(sentence);
      expect(admin.text).toContain('Nothing was changed');
      expect(admin.text).toContain('Start again');
      expect(admin.text).toContain('Account Executive');
      expect(admin.text).toContain('Changing the UPS.com password');
    }
    expect(await tokenCalls(constellation)).toEqual(before);
    expect(await state()).toContain('Not authorized');
  });

  it('CB03 does not link a company to the UPS.com login of whoever sent an admin there', async () => {
    const attackers = await freshCallback(otherAdmin, constellation, 'idm');
    await admin.goTo(attackers);
    expect(admin.page.status).toBe(403);
    expect(await state('idm', admin)).toContain('Not authorized');
    expect(await state('idm', otherAdmin)).toContain('Not authorized');
  });

  it('CB02 refuses a state used twice and one older than ten minutes, with a page to start again', async () => {
    const callback = await freshCallback(admin, constellation, 'idm');
    await admin.goTo(callback);
    expect(admin.text).toContain('A token was generated');
    const before = await tokenCalls(constellation);
    await admin.goTo(callback);
    expect(admin.text).toContain('This answer was used already');
    expect(admin.text).toContain('the authorization you had before still works');

    const late = await freshCallback(admin, constellation, 'idm');
    constellation.clock.advance(10 * 60_000 + 1);
    await admin.goTo(late);
    expect(admin.text).toContain('That took too long');
    expect(admin.text).toContain('within 10 minutes');
    expect(admin.text).toContain('Start again');
    expect(await tokenCalls(constellation)).toEqual(before);
    expect(await state()).toContain('Authorized');
  });

  it('CB05 refuses an answer on the callback of another application or environment', async () => {
    const callback = await freshCallback(admin, constellation, 'idh');
    const before = await tokenCalls(constellation);
    await admin.goTo(at(`/callback/stand-in/idm${callback.search}`));
    expect(admin.text).toContain('This answer came to the wrong address');
    const again = await freshCallback(admin, constellation, 'idh');
    await admin.goTo(at(`/callback/production/idh${again.search}`));
    expect(admin.text).toContain('This answer came to the wrong address');
    expect((await admin.goTo(at(`/callback/stand-in/odcs${again.search}`))).status).toBe(404);
    expect(await tokenCalls(constellation)).toEqual(before);
    expect(await state('idh')).toContain('Not opted in');
  });

  it('CB06 closes a denied opt-in with a friendly page, shows nothing of the query, and refuses mixed and doubled answers', async () => {
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
    const before = await tokenCalls(constellation);
    const denied = await beginOptIn(admin, constellation, 'idm');
    const page = await admin.goTo(at(`/callback/stand-in/idm?error=access_denied&error_description=%3Cscript%3Ecanary%3C/script%3E&state=${denied}`));
    expect(page.status).toBe(200);
    expect(admin.text).toContain('The authorization was cancelled');
    expect(admin.text).toContain('the authorization you had before still works');
    expect(page.body).not.toContain('canary');
    await admin.goTo(at(`/callback/stand-in/idm?code=abc&state=${denied}`));
    expect(admin.text).toContain('used already');

    await admin.goTo(at('/callback/stand-in/idm?error=access_denied&state=wrong'));
    expect(admin.text).toContain('does not belong to any authorization');

    const mixed = await freshCallback(admin, constellation, 'idm');
    mixed.searchParams.set('error', 'access_denied');
    await admin.goTo(mixed);
    expect(admin.page.status).toBe(400);
    const doubled = await freshCallback(admin, constellation, 'idm');
    doubled.searchParams.append('code', 'another');
    await admin.goTo(doubled);
    expect(admin.page.status).toBe(400);
    expect(await tokenCalls(constellation)).toEqual(before);
    expect(await state()).toContain('Authorized');
  });

  it('CB07 ends on a clean address, also when it fails, and its pages load nothing from elsewhere', async () => {
    const good = await freshCallback(admin, constellation, 'idm');
    for (const address of [good, good, at('/callback/stand-in/idm?code=abc&state=def')]) {
      const answer = await admin.request('GET', address);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toMatch(/^\/idm\/(token-manager|not-completed)$/);
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toBe('');
      const page = await admin.goTo(answer.headers.get('location') ?? '');
      const loaded = [...page.body.matchAll(/<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
      expect(loaded.length).toBeGreaterThan(0);
      for (const source of loaded) expect(source).toMatch(/^\/(?!\/)/);
    }
  });

  it('CB08 goes to its own page whatever address the answer asks for', async () => {
    for (const target of ['//evil.example', '/\\evil.example', 'https:evil.example', '%09//evil.example', 'x'.repeat(2048)]) {
      const callback = await freshCallback(admin, constellation, 'idm');
      callback.search += `&return_to=${target}`;
      const answer = await admin.request('GET', callback);
      expect(answer.headers.get('location')).toMatch(/^\/idm\/(token-manager|not-completed)$/);
    }
  });

  it('takes no answer from whoever is not signed in, and says so on a clean address', async () => {
    const callback = await freshCallback(admin, constellation, 'idm');
    const before = await tokenCalls(constellation);
    const stranger = new Visitor();
    const page = await stranger.goTo(callback);
    expect(page.url.pathname + page.url.search).toBe('/idm/not-completed');
    expect(page.status).toBe(401);
    expect(stranger.text).toContain('You were signed out meanwhile');
    expect(await tokenCalls(constellation)).toEqual(before);
  });

  it('shows a page for each way in which UPS.com can fail to hand over a token, and keeps the former authorization', async () => {
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
    const failures = [
      [{ status: 503, body: '<html>down</html>' }, /did not answer in time|sent something unreadable/],
      [{ cut: true }, /did not answer in time/],
      [{ status: 200, body: '<html>hello</html>' }, /sent something unreadable/],
      [{ status: 200, body_bytes: 5_000_000 }, /sent something unreadable/],
      [{ status: 429, body: '{"response":{"errors":[{"code":"10429","message":"Too Many Requests"}]}}' }, /asks us to wait/],
      [{ status: 403, body: '{"response":{"errors":[{"code":"10403","message":"Blocked Merchant"}]}}' }, /has blocked this application|does not accept this application|refused the last step/],
    ] as const;
    for (const [fault, title] of failures) {
      const callback = await freshCallback(admin, constellation, 'idm');
      await constellation.control.orderWeather({ endpoint: 'token', content_type: 'application/json', ...fault });
      await admin.goTo(callback);
      expect(admin.page.url.pathname).toBe('/idm/not-completed');
      expect(admin.text).toMatch(title);
      expect(admin.text).toContain('the authorization you had before still works');
      expect(admin.text).toContain('Start again');
      expect(admin.text).toContain('Account Executive');
    }
    const { companyId } = await memberOf(constellation.signIns.admin.name);
    expect((await constellation.suite.vault.probe(companyId, 'idm')).kind).toBe('stands');
  });

  it('CB12 lets only admins start and finish, each for their own company', async () => {
    const { user, otherUser } = constellation.signIns;
    const visitor = new Visitor();
    await signIn(visitor, constellation, user);
    for (const path of ['/idm/authorize', '/idm/clear', '/idm/check', '/idh/opt-in', '/idh/clear', '/idh/check']) {
      const answer = await postForm(visitor, constellation, '/idm', path, { generation: '1' });
      expect(answer.status, path).toBe(403);
      expect(visitor.text).toContain(constellation.signIns.admin.mail);
    }
    for (const path of ['/idm/token-manager', '/idm/clear', '/idh/clear']) expect((await visitor.goTo(at(path))).status, path).toBe(403);

    const { companyId, id } = await memberOf(otherUser.name);
    await changeRole(constellation.suite, companyId, id, 'admin');
    const passing = new Visitor();
    await signIn(passing, constellation, otherUser);
    const callback = await freshCallback(passing, constellation, 'idh');
    const before = await tokenCalls(constellation);
    await changeRole(constellation.suite, companyId, id, 'user');
    const page = await passing.goTo(callback);
    expect(page.status).toBe(403);
    expect(passing.text).toContain('Only an admin may finish this');
    expect(await tokenCalls(constellation)).toEqual(before);

    const asked = await freshCallback(otherAdmin, constellation, 'idm');
    asked.searchParams.set('company', companyId);
    await otherAdmin.goTo(asked);
    expect(otherAdmin.text).toContain('A token was generated');
    expect(await state('idh')).toContain('Not opted in');
  });

  async function memberOf(signInName: string) {
    const member = await findCredentials(constellation.suite.db, signInName);
    if (!member) throw new Error(`nobody is called ${signInName}`);
    return member;
  }

  it('LG02 is one line in the log, as is a Clear, with who, for which application, from where, in which request', async () => {
    const { companyId: company, id: member } = await memberOf(constellation.signIns.admin.name);
    const before = constellation.log.length;
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
    await admin.goTo(at('/callback/stand-in/idm?code=abc&state=wrong'));
    await admin.goTo(at('/idm/clear'));
    await admin.press('Clear');
    const told = constellation.log.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => /^(opt-in|Clear) /.test(String(msg)));
    const about = { level: 30, application: 'idm', company, member, address: '127.0.0.1', request: expect.stringMatching(/^[\w-]{12}$/) as string };
    expect(told).toEqual([
      expect.objectContaining({ ...about, msg: 'opt-in completed', outcome: 'opted-in' }),
      expect.objectContaining({ ...about, msg: 'opt-in not completed', reason: 'state-unknown' }),
      expect.objectContaining({ ...about, msg: 'Clear pressed', outcome: 'cleared' }),
    ]);
  });

  it('takes no answer in a later session, not even of the same person', async () => {
    const callback = await freshCallback(admin, constellation, 'idm');
    await admin.goTo(at('/idm'));
    await admin.press('Sign out');
    await signIn(admin, constellation, constellation.signIns.admin);
    await admin.goTo(callback);
    expect(admin.page.status).toBe(403);
    expect(admin.text).toContain('belongs to another sign-in');
  });

  it('finishes several opt-ins of one browser in any order', async () => {
    const first = await beginOptIn(admin, constellation, 'idm');
    const second = await freshCallback(admin, constellation, 'idm');
    expect(second.searchParams.get('state')).not.toBe(first);
    const third = await freshCallback(admin, constellation, 'idh');
    await admin.goTo(third);
    expect(admin.text).toContain('A token was generated');
    await admin.goTo(second);
    expect(admin.text).toContain('A token was generated');
  });

  it('leaves nothing to answer once the answer was opened', async () => {
    await beginOptIn(admin, constellation, 'idm');
    const callback = await answerOfUps(admin, constellation);
    await admin.goTo(callback);
    await admin.goTo(at('/idm/not-completed'));
    expect(admin.page.url.pathname).toBe('/idm/token-manager');
  });
});
