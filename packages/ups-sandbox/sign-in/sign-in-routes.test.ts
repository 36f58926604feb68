import { databaseKinds } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientId, password, redirectUri, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import { pathOf, unescaped, type Answer, type Visitor } from '../tests/visitor.js';
import { agreementVersion } from './agreement.js';
import { mostSignInRequests } from './sign-in-request-store.js';

const username = 'harborpine-shipping';

describe.each(databaseKinds())('the pages of an authorization, on %s', (kind) => {
  let site: PeopleSite;
  beforeAll(async () => {
    site = await startPeopleSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  /** Passes the Log In page and gives the Password page. */
  async function toPassword(visitor: Visitor, parameters: Record<string, string | null> = {}, typed = username): Promise<Answer> {
    const logIn = await visitor.get(site.signInPath(parameters));
    expect(logIn.status).toBe(200);
    const answer = await visitor.submit(logIn, '/lasso/signin', { username: typed, agreement: agreementVersion, action: 'continue' });
    expect(answer.status).toBe(303);
    return visitor.follow(answer);
  }

  async function optIn(visitor: Visitor, parameters: Record<string, string | null> = {}): Promise<URL> {
    const page = await toPassword(visitor, parameters);
    const answer = await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    expect(answer.status).toBe(303);
    return new URL(answer.location);
  }

  async function codesIssued(): Promise<number> {
    const { count } = await site.people.db.selectFrom('upscom.agreement_acceptance').select((select) => select.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
    return Number(count);
  }

  it('answers 200 to a plain client without cookies, with the labels of UPS.com', async () => {
    const { status, body, headers } = await site.visitor().get(site.signInPath());
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const text of ['<h1>Log In</h1>', "Don't have a profile?", '>Sign up</a>', '>Email or Username</label>', '>Confidentiality Agreement</legend>',
      'UPS Technology Agreement', '>Continue</button>', '>Forgot Username/Password</a>', '>Cancel</button>', 'Stand-in, not UPS']) expect(body).toContain(text);
    expect(body).not.toContain('checked');
  });

  it('ends at the redirect URI with a code, the scope and the state', async () => {
    const callback = await optIn(site.visitor(), { state: 'abc' });
    expect(callback.origin + callback.pathname).toBe(redirectUri);
    expect([...callback.searchParams.keys()]).toEqual(['code', 'scope', 'state']);
    expect(callback.searchParams.get('code')).toMatch(/==$/);
    expect(callback.searchParams.get('scope')).toBe('read');
    expect(callback.searchParams.get('state')).toBe('abc');
  });

  it('RL05 keeps so many log-ins and no more: those that are over make room, open ones stay, and the next is told to wait', async () => {
    const { db } = site.people;
    const page = async (visitor: Visitor) => visitor.submit(await visitor.get(site.signInPath()), '/lasso/signin', { username, agreement: agreementVersion, action: 'continue' });
    const early = site.visitor();
    const opened = await page(early);
    await sql`
      insert into upscom.sign_in_request (id_hash, browser_hash, query, typed_name, agreement_version, agreed_at, expires_at)
      select sha256(n::text::bytea), '', '', '', '', now(), now() + interval '1 hour' from generate_series(1, ${mostSignInRequests}::int4) n`.execute(db);
    const refused = await page(site.visitor());
    expect(refused.status).toBe(503);
    expect(refused.body).toContain('Try again in some minutes');
    expect((await early.follow(opened)).body).toContain('<h1>Password</h1>');
    await sql`update upscom.sign_in_request set closed_at = now() where browser_hash = ''`.execute(db);
    expect((await page(site.visitor())).status).toBe(303);
    const { rows } = await sql<{ count: string }>`select count(*) from upscom.sign_in_request where browser_hash = ''`.execute(db);
    expect(rows).toEqual([{ count: '0' }]);
  });

  it('AZ06 returns any state byte for byte and shows it nowhere', async () => {
    const state = '\r\nLocation: https://evil.example\r\n\r\n"\'<script>alert(1)</script> %00 ' + 'ü漢😀'.repeat(300);
    const visitor = site.visitor();
    const page = await visitor.get(site.signInPath({ state }));
    expect(page.body).not.toContain('<script>alert');
    const callback = await optIn(visitor, { state });
    expect(callback.searchParams.get('state')).toBe(state);
    expect((await visitor.get(site.signInPath({ state: 'x'.repeat(5000) }))).status).toBe(400);
  });

  it('AZ07 leaves state and scope out of the callback when they were not sent', async () => {
    const callback = await optIn(site.visitor(), { state: null, scope: null });
    expect([...callback.searchParams.keys()]).toEqual(['code']);
  });

  it('AZ10 skips neither page nor box for a live UPS.com session', async () => {
    const visitor = site.visitor();
    await optIn(visitor);
    expect((await visitor.get('/profile')).status).toBe(200);
    const again = await visitor.get(site.signInPath({ state: 'second' }));
    expect(again.status).toBe(200);
    expect(again.body).not.toContain('checked');
    expect((await visitor.submit(again, '/lasso/signin', { username, action: 'continue' })).status).toBe(422);
    expect((await toPassword(visitor)).body).toContain('<h1>Password</h1>');
  });

  it('AZ11 names the application, the data, how long it lasts and how it ends, all inert', async () => {
    const evil = '"><img src=x onerror=alert(1)>';
    const { application } = await site.authorization.registerApplication({ displayName: evil, redirectUris: [redirectUri] });
    const visitor = site.visitor();
    const page = await visitor.get(site.signInPath({ client_id: application.clientId }));
    expect(page.body).not.toContain('<img');
    expect(unescaped(page.body)).toContain(`Customer Solutions - ${evil}`);
    for (const text of ['shipping account numbers', 'contact information', 'rates', 'package tracking status', 'username entered above', 'Withdraw', 'changing your password', '60 days']) {
      expect(page.body).toContain(text);
    }
    const typed = 'a&lt;b "><img src=x>';
    const named = await toPassword(visitor, {}, typed);
    expect(named.body).not.toContain('<img');
    expect(unescaped(named.body)).toContain(`Welcome back, <span class="typed">${typed}</span>`);
  });

  it('AZ12 sends Cancel on either page back with access_denied and the state, and closes the request', async () => {
    const visitor = site.visitor();
    const before = await codesIssued();
    const first = await visitor.submit(await visitor.get(site.signInPath({ state: 's&1' })), '/lasso/signin', { action: 'cancel' });
    expect(first.location).toBe(`${redirectUri}?error=access_denied&state=s%261`);
    const page = await toPassword(visitor, { state: 's2' });
    const second = await visitor.submit(page, '/lasso/password', { action: 'cancel' });
    expect(second.location).toBe(`${redirectUri}?error=access_denied&state=s2`);
    expect((await visitor.submit(page, '/lasso/password', { password, action: 'log-in' })).status).toBe(409);
    expect(await codesIssued()).toBe(before);
    site.settings.cancelGoesBack = false;
    const stays = await visitor.submit(await visitor.get(site.signInPath()), '/lasso/signin', { action: 'cancel' });
    site.settings.cancelGoesBack = true;
    expect(stays.location).toBe('');
    expect(stays.body).toContain('You stopped here');
  });

  it('AZ13 refuses a form without its token or from another site, and changes nothing', async () => {
    const visitor = site.visitor();
    const before = await codesIssued();
    const logIn = await visitor.get(site.signInPath());
    const form = { username, agreement: agreementVersion, action: 'continue' };
    expect((await visitor.post(site.signInPath(), form)).status).toBe(403);
    const page = await toPassword(visitor);
    const given = { password, action: 'log-in' };
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }]) {
      expect((await visitor.submit(logIn, '/lasso/signin', form, { headers })).status).toBe(403);
      expect((await visitor.submit(page, '/lasso/password', given, { headers })).status).toBe(403);
    }
    expect((await visitor.submit(page, '/lasso/password', { ...given, csrf: 'forged' })).status).toBe(403);
    expect(await codesIssued()).toBe(before);
  });

  it('AZ14 lets a log-in be finished only in the browser in which it was begun', async () => {
    const [attacker, victim] = [site.visitor(), site.visitor()];
    const page = await toPassword(attacker);
    const [, request = ''] = /name="request" value="([^"]+)"/.exec(page.body) ?? [];
    const victimsOwn = await toPassword(victim);
    expect((await victim.get(`/lasso/password?request=${request}`)).status).toBe(404);
    const before = await codesIssued();
    const answer = await victim.submit(victimsOwn, '/lasso/password', { request, password, action: 'log-in' });
    expect(answer.status).toBe(404);
    expect(answer.location).toBe('');
    expect(await codesIssued()).toBe(before);
  });

  it('AZ15 validates the parameters again at every step', async () => {
    const visitor = site.visitor();
    const logIn = await visitor.get(site.signInPath());
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(logIn.body) ?? [];
    const form = { csrf, username, agreement: agreementVersion, action: 'continue' };
    for (const changed of [{ redirect_uri: 'https://evil.example/' }, { redirect_uri: `${redirectUri}/` }, { client_id: 'somebody-else-0001' }, { response_type: 'token' }, { code_challenge: 'short' }]) {
      for (const action of ['continue', 'cancel']) {
        const answer = await visitor.post(site.signInPath(changed), { ...form, action });
        expect([400, 401]).toContain(answer.status);
        expect(answer.location).toBe('');
      }
    }
    const page = await toPassword(visitor);
    await site.authorization.registerApplication({ clientId, clientSecret: 'a-secret-of-the-tests', displayName: 'Intelligent Data Management', redirectUris: ['https://moved.example/callback'] });
    const late = await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    await site.authorization.registerApplication({ clientId, clientSecret: 'a-secret-of-the-tests', displayName: 'Intelligent Data Management', redirectUris: [redirectUri] });
    expect(late.status).toBe(400);
    expect(late.location).toBe('');
  });

  it('AZ16 finishes ten tabs in any order, each with its own state', async () => {
    const visitor = site.visitor();
    await visitor.get('/');
    const tabs = await Promise.all(Array.from({ length: 10 }, async (_, tab) => ({ state: `tab-${tab}`, page: await toPassword(visitor, { state: `tab-${tab}` }) })));
    for (const { state, page } of [...tabs.slice(5).reverse(), ...tabs.slice(0, 5)]) {
      const answer = await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
      expect(answer.status).toBe(303);
      expect(new URL(answer.location).searchParams.get('state')).toBe(state);
    }
  });

  it('AZ17 answers the password with 303', async () => {
    const visitor = site.visitor();
    const answer = await visitor.submit(await toPassword(visitor), '/lasso/password', { password, action: 'log-in' });
    expect(answer.status).toBe(303);
  });

  it('AZ18 issues one code for a double click and for a form sent again later', async () => {
    const visitor = site.visitor();
    const page = await toPassword(visitor);
    const before = await codesIssued();
    const send = () => visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    const statuses = (await Promise.all([send(), send(), send(), send()])).map(({ status }) => status).sort();
    expect(statuses).toEqual([303, 409, 409, 409]);
    const again = await send();
    expect(again.status).toBe(409);
    expect(again.location).toBe('');
    expect(again.body).toContain('already finished');
    expect(await codesIssued()).toBe(before + 1);
  });

  it('AZ19 treats a browser that never was at /authorize the same: AZ02, AZ03, AZ04 and AZ05 hold on the Log In page', async () => {
    const visitor = site.visitor();
    const refused: [string, number][] = [
      [site.signInPath({ client_id: 'nobody-knows-this' }), 401],
      [site.signInPath({ client_id: 'nobody-knows-this', redirect_uri: 'https://evil.example/' }), 401],
      [site.signInPath({ client_id: null }), 400],
      [site.signInPath({ redirect_uri: 'https://evil.example/' }), 400],
      [site.signInPath({ redirect_uri: 'https://evil.example/', response_type: 'token' }), 400],
      [site.signInPath({ redirect_uri: null }), 400],
      [site.signInPath({ response_type: 'token' }), 400],
      [site.signInPath({ response_type: null }), 400],
      [`${site.signInPath()}&state=another`, 400],
      [`${site.signInPath()}&client_id=${clientId}`, 400],
    ];
    for (const [path, status] of refused) {
      const answer = await visitor.get(path);
      expect([path, answer.status, answer.location]).toEqual([path, status, '']);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.body).not.toContain('evil.example');
    }
    expect((await visitor.get(`${site.signInPath()}&&&unknown=1`)).status).toBe(200);
  });

  it('AZ20 refuses the password step without the name step, and the name step without the box', async () => {
    const visitor = site.visitor();
    const before = await codesIssued();
    expect((await visitor.get('/lasso/password')).status).toBe(404);
    const page = await toPassword(visitor);
    expect((await visitor.submit(page, '/lasso/password', { request: '', password, action: 'log-in' })).status).toBe(404);
    expect((await visitor.submit(page, '/lasso/password', { request: 'sir_forged', password, action: 'log-in' })).status).toBe(404);
    const logIn = await visitor.get(site.signInPath());
    for (const agreement of ['', 'on', '2020-01']) {
      const answer = await visitor.submit(logIn, '/lasso/signin', { username: 'kept & typed', agreement, action: 'continue' });
      expect(answer.status).toBe(422);
      expect(answer.body).toContain('To go on, tick the box.');
      expect(unescaped(answer.body)).toContain('value="kept & typed"');
    }
    expect(await codesIssued()).toBe(before);
  });

  it('AZ20 keeps the name of the first step, whatever the second one says', async () => {
    const visitor = site.visitor();
    const page = await toPassword(visitor, {}, 'somebody-else');
    const answer = await visitor.submit(page, '/lasso/password', { username, typedName: username, password, action: 'log-in' });
    expect(answer.status).toBe(422);
  });

  it('AZ20 stores the acceptance with the version of the text and the time of the tick', async () => {
    const visitor = site.visitor();
    const at = site.clock.now();
    const page = await toPassword(visitor);
    site.clock.advance(60_000);
    await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    const accepted = await site.people.db.selectFrom('upscom.agreement_acceptance').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
    expect(accepted).toMatchObject({ profile_id: site.profile.id, client_id: clientId, text_version: agreementVersion, typed_name: username });
    expect(Math.abs(accepted.agreed_at.getTime() - at.getTime())).toBeLessThan(30_000);
    expect(accepted.completed_at.getTime() - accepted.agreed_at.getTime()).toBeGreaterThanOrEqual(60_000);
  });

  it('starts again with the name filled in when the password took too long', async () => {
    const visitor = site.visitor();
    const page = await toPassword(visitor, { state: 'slow' });
    site.clock.advance(31 * 60_000);
    const answer = await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    expect(answer.status).toBe(303);
    const again = await visitor.follow(answer);
    expect(again.body).toContain(`value="${username}"`);
    expect(again.body).toContain('took too long');
    expect(pathOf(answer.location)).toContain('state=slow');
  });

  it('refuses names that nobody can have, the same for all', async () => {
    const visitor = site.visitor();
    const logIn = await visitor.get(site.signInPath());
    for (const typed of ['', '   ', 'x'.repeat(300), 'nul\0name', 'line\nbreak']) {
      const answer = await visitor.submit(logIn, '/lasso/signin', { username: typed, agreement: agreementVersion, action: 'continue' });
      expect(answer.status).toBe(422);
      expect(answer.body).toContain('id="username-error"');
    }
  });

  it('issues no code to a password that was changed between its check and the code', async () => {
    const visitor = site.visitor();
    const page = await toPassword(visitor);
    const before = await codesIssued();
    const db = site.people.db;
    const verify = site.people.passwords.verify.bind(site.people.passwords);
    const passwords = { ...site.people.passwords };
    Object.assign(site.people.passwords, {
      verify: async (given: string, stored: string | null) => {
        const fits = await verify(given, stored);
        await db.updateTable('upscom.profile').set((set) => ({ epoch: set('epoch', '+', 1) })).where('id', '=', site.profile.id).execute();
        return fits;
      },
    });
    const answer = await visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
    Object.assign(site.people.passwords, passwords);
    expect(answer.status).toBe(422);
    expect(await codesIssued()).toBe(before);
  });
});
