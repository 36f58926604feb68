import { databaseKinds } from '@wayleave/dev/database';
import { hash } from '@node-rs/argon2';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { givePassword, logInDirectly, passLogInPage } from '../tests/opt-in.js';
import { clientId, password, redirectUri, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import type { Visitor } from '../tests/visitor.js';
import { createProfile } from './create-profile.js';
import type { Profile } from './profile.js';

const newPassword = 'lantern gravel orbit 77';
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

describe.each(databaseKinds())('a profile\'s own pages, on %s', (kind) => {
  let site: PeopleSite;
  let profile: Profile;
  let username: string;
  beforeAll(async () => {
    site = await startPeopleSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    profile = await site.newProfile();
    ({ username } = profile);
  });

  async function loggedIn(): Promise<Visitor> {
    const visitor = site.visitor();
    expect((await logInDirectly(visitor, username, password)).status).toBe(303);
    return visitor;
  }

  async function change(visitor: Visitor, current: string, wanted: string) {
    return visitor.submit(await visitor.get('/profile'), '/profile/password', { current, password: wanted });
  }

  /** A whole opt-in: the access token that the application holds in the end. */
  async function authorize(visitor: Visitor, client = clientId): Promise<string> {
    const answer = await givePassword(visitor, await passLogInPage(site, visitor, username, { client_id: client }), password);
    const code = new URL(answer.location).searchParams.get('code') ?? '';
    const consumed = await site.authorization.consumeCode({ code, clientId: client, clientAuthenticated: true, redirectUri, codeVerifier });
    if (consumed.verdict !== 'valid') throw new Error(consumed.verdict);
    return consumed.tokens.accessToken.reveal();
  }

  it('shows who it is, its accounts and the connected applications', async () => {
    const visitor = site.visitor();
    await logInDirectly(visitor, 'shipping@harborpine.example', password);
    const page = await visitor.get('/profile');
    for (const text of ['harborpine-shipping', 'A1B2C3', '4D5E6F', 'No application may read your data.']) expect(page.body).toContain(text);
  });

  it('RF09 withdraws one application and leaves the others', async () => {
    const { application } = await site.authorization.registerApplication({ displayName: 'Intelligent Delivery History', redirectUris: [redirectUri] });
    const visitor = site.visitor();
    const tokens = [await authorize(visitor), await authorize(visitor, application.clientId)];
    const page = await visitor.get('/profile');
    expect(page.body).toContain('Customer Solutions - Intelligent Data Management');
    const answer = await visitor.follow(await visitor.submit(page, '/profile/withdraw', { client_id: clientId }));
    expect(answer.body).toContain('Withdrawn.');
    expect(answer.body).not.toContain('Intelligent Data Management');
    expect(answer.body).toContain('Intelligent Delivery History');
    const states = await Promise.all(tokens.map((token) => site.authorization.findAccessToken(token)));
    expect(states.map((holder) => holder?.state)).toEqual(['void', 'valid']);
  });

  it('withdraws nothing for a client that was never authorized, whatever it is called', async () => {
    const visitor = await loggedIn();
    await authorize(visitor);
    const page = await visitor.get('/profile');
    for (const client of ['', 'somebody-else-0001', 'nul\0', "' or true --"]) {
      const answer = await visitor.follow(await visitor.submit(page, '/profile/withdraw', { client_id: client }));
      expect(answer.body).toContain('had no authorization any more');
      expect(answer.body).toContain('Intelligent Data Management');
    }
  });

  it('SS01 sets its cookies so that scripts and other sites do not get them, __Host- on https', async () => {
    const attributes = (cookies: string[] | undefined) => (cookies ?? []).map((cookie) => cookie.replace(/=[^;]+/, ''));
    const plain = await logInDirectly(site.visitor(), username, password);
    for (const cookie of attributes(plain.headers['set-cookie'])) expect(cookie).toMatch(/^upscom(_\w+)?(; Max-Age=[^;]*)?; Path=\/; HttpOnly; SameSite=Lax$/);
    await using secure = await startPeopleSite({ beside: site, publicUrl: new URL('https://upscom.test') });
    const answer = await logInDirectly(secure.visitor(), username, password);
    expect(answer.status).toBe(303);
    const cookies = answer.headers['set-cookie'] ?? [];
    expect(attributes(cookies).map((cookie) => cookie.split(';')[0])).toEqual(['__Host-upscom', '__Host-upscom_device']);
    for (const cookie of attributes(cookies)) expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(Buffer.byteLength(cookies.join())).toBeLessThan(4096);
  });

  it('SS02 gives a new session id at every log-in and password change; the old one is dead, and only hashes are stored', async () => {
    const visitor = site.visitor();
    visitor.cookies.set('upscom', 'ses-planted-by-somebody-else');
    await logInDirectly(visitor, username, password);
    const first = visitor.cookies.get('upscom') ?? '';
    expect(first).not.toBe('ses-planted-by-somebody-else');
    expect(Buffer.from(first.replace('ses-', ''), 'base64url')).toHaveLength(32);
    await givePassword(visitor, await passLogInPage(site, visitor, username), password);
    const second = visitor.cookies.get('upscom') ?? '';
    await change(visitor, password, newPassword);
    const third = visitor.cookies.get('upscom') ?? '';
    expect(new Set([first, second, third]).size).toBe(3);
    for (const [token, status] of [[first, 401], [second, 401], [third, 200]] as const) {
      const replay = site.visitor();
      replay.cookies.set('upscom', token);
      expect((await replay.get('/profile')).status).toBe(status);
    }
    const { rows } = await sql<{ row: string }>`select session::text as row from upscom.session`.execute(site.people.db);
    for (const token of [first, second, third]) expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('SS03 ends a session after its idle and its absolute time, and at log-out for good', async () => {
    const idle = await loggedIn();
    site.clock.advance(site.settings.sessionIdleMs);
    expect((await idle.get('/profile')).status).toBe(401);
    const busy = await loggedIn();
    for (let spent = 0; spent < site.settings.sessionAbsoluteMs; spent += site.settings.sessionIdleMs / 2) {
      expect((await busy.get('/profile')).status).toBe(200);
      site.clock.advance(site.settings.sessionIdleMs / 2);
    }
    expect((await busy.get('/profile')).status).toBe(401);
    const leaving = await loggedIn();
    const token = leaving.cookies.get('upscom') ?? '';
    expect((await leaving.submit(await leaving.get('/profile'), '/log-out', {})).status).toBe(303);
    expect(leaving.cookies.has('upscom')).toBe(false);
    leaving.cookies.set('upscom', token);
    const after = await leaving.get('/profile');
    expect(after.status).toBe(401);
    expect(after.headers['cache-control']).toBe('no-store');
    expect(after.body).not.toContain(username);
  });

  it('SS04 a password change ends the other sessions and keeps this one', async () => {
    const [here, there, elsewhere] = [await loggedIn(), await loggedIn(), await loggedIn()];
    const answer = await here.follow(await change(here, password, newPassword));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Your password was changed.');
    expect((await there.get('/profile')).status).toBe(401);
    expect((await elsewhere.get('/profile')).status).toBe(401);
    expect((await logInDirectly(site.visitor(), username, password)).status).toBe(422);
    expect((await logInDirectly(site.visitor(), username, newPassword)).status).toBe(303);
  });

  it('SS05 changes nothing by GET, without the token, from another site or from another kind of body', async () => {
    const visitor = await loggedIn();
    await authorize(visitor);
    const page = await visitor.get('/profile');
    const routes: [string, Record<string, string>][] = [
      ['/profile/password', { current: password, password: newPassword }], ['/profile/withdraw', { client_id: clientId }], ['/log-out', {}],
    ];
    for (const [path, fields] of routes) {
      expect((await visitor.get(path)).status).toBe(405);
      expect((await visitor.post(path, fields)).status).toBe(403);
      expect((await visitor.submit(page, path, fields, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
      expect((await visitor.submit(page, path, fields, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
      expect((await visitor.submit(page, path, fields, { headers: { 'content-type': 'text/plain' } })).status).toBe(403);
    }
    for (const path of ['/log-in', '/lasso/signup', '/lasso/forgot/username', '/lasso/forgot/password', '/lasso/reset', '/lasso/signup/confirm', '/lasso/password']) {
      expect((await visitor.post(path, {})).status).toBe(403);
    }
    expect((await visitor.get('/profile')).status).toBe(200);
  });

  it('RF08 ST04 a password change voids codes, tokens and sessions at once, and what comes after it works', async () => {
    const visitor = site.visitor();
    const token = await authorize(visitor);
    const answer = await givePassword(visitor, await passLogInPage(site, visitor, username), password);
    const code = new URL(answer.location).searchParams.get('code') ?? '';
    await change(visitor, password, newPassword);
    expect((await site.authorization.findAccessToken(token))?.state).toBe('void');
    expect((await site.authorization.consumeCode({ code, clientId, clientAuthenticated: true, redirectUri, codeVerifier })).verdict).toBe('invalid');
    expect((await visitor.get('/profile')).body).toContain('No application may read your data.');
    const after = await givePassword(visitor, await passLogInPage(site, visitor, username), newPassword);
    const fresh = new URL(after.location).searchParams.get('code') ?? '';
    expect((await site.authorization.consumeCode({ code: fresh, clientId, clientAuthenticated: true, redirectUri, codeVerifier })).verdict).toBe('valid');
  });

  it('of two password changes at once one wins, and the other says so', async () => {
    const visitors = [await loggedIn(), await loggedIn()];
    const pages = await Promise.all(visitors.map((visitor) => visitor.get('/profile')));
    const answers = await Promise.all(visitors.map((visitor, index) => visitor.submit(pages[index]!, '/profile/password', { current: password, password: `${newPassword} ${index}` })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(303);
    expect([401, 409, 422]).toContain(statuses[1]);
    const { epoch } = await site.people.db.selectFrom('upscom.profile').select('epoch').where('id', '=', profile.id).executeTakeFirstOrThrow();
    expect(epoch).toBe(2);
  });

  it('PW01 stores argon2id with salt and parameters, and hashes again at log-in when they have risen', async () => {
    const hashOf = async () => (await site.people.db.selectFrom('upscom.profile').select('password_hash').where('id', '=', profile.id).executeTakeFirstOrThrow()).password_hash;
    expect(await hashOf()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/);
    const weak = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await site.people.db.updateTable('upscom.profile').set({ password_hash: weak }).where('id', '=', profile.id).execute();
    const visitor = await loggedIn();
    expect(await hashOf()).toContain('m=19456,t=2,p=1');
    expect((await visitor.get('/profile')).status).toBe(200);
    expect((await logInDirectly(site.visitor(), username, password)).status).toBe(303);
  });

  it('PW02 takes long passwords, spaces, emoji and every character exactly as typed, or refuses them', async () => {
    const beginning = 'the same first seventy-two bytes of two passwords that differ only at their end: ';
    const taken = ['  spaces at both ends kept  ', 'emoji 🦊🦉🐝🐍🦋 password', 'CaseMatters quartz violin', 'a1 '.repeat(21) + 'b', 'x1y2 '.repeat(25) + 'end', 'q9 '.repeat(333) + 'z', `${beginning}one`];
    for (const [index, wanted] of taken.entries()) {
      const name = `${username}-${index}`;
      await createProfile(site.people, { username: name, email: `${name}@harborpine.example`, password: wanted, accounts: [] });
      expect((await logInDirectly(site.visitor(), name, wanted)).status).toBe(303);
      for (const almost of [wanted.trim(), wanted.toLowerCase(), wanted.slice(0, -1), `${wanted} `, `${beginning}two`].filter((one) => one !== wanted && [...one].length <= 1000)) {
        expect((await logInDirectly(site.visitor(), name, almost)).status).toBe(422);
      }
      site.clock.advance(site.settings.attemptWindowMs);
    }
    const visitor = await loggedIn();
    for (const refused of ['nul \0 inside this one', 'w2 '.repeat(334)]) expect((await change(visitor, password, refused)).status).toBe(422);
    expect((await logInDirectly(site.visitor(), username, 'w2 '.repeat(334))).status).toBe(400);
  });

  it('PW04 changes nothing without the current password, and limits guessing it', async () => {
    const visitor = await loggedIn();
    const page = await visitor.get('/profile');
    expect((await visitor.submit(page, '/profile/password', { password: newPassword })).status).toBe(422);
    const statuses = new Set<number>();
    for (let guess = 0; guess < site.settings.browserAttempts; guess += 1) {
      statuses.add((await visitor.submit(page, '/profile/password', { current: `wrong guess ${guess}`, password: newPassword })).status);
    }
    expect([...statuses]).toEqual([422]);
    const limited = await visitor.submit(page, '/profile/password', { current: password, password: newPassword });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    site.clock.advance(site.settings.attemptWindowMs);
    expect((await logInDirectly(site.visitor(), username, password)).status).toBe(303);
  });

  it('PW07 lets password managers in: types and autocomplete on every form', async () => {
    const visitor = await loggedIn();
    const logIn = (await site.visitor().get('/log-in')).body;
    expect(logIn).toMatch(/name="username" type="text" value="" autocomplete="username"/);
    expect(logIn).toMatch(/name="password" type="password" value="" autocomplete="current-password"/);
    expect((await visitor.get('/profile')).body).toMatch(/name="password" type="password" value="" autocomplete="new-password"/);
    expect((await visitor.get('/lasso/signup')).body).toMatch(/name="password" type="password" value="" autocomplete="new-password"/);
    await change(visitor, password, newPassword);
    expect((await site.newestMail(profile.email)).subject).toBe('Your password was changed');
  });
});

describe('the load of passwords', () => {
  it('PW05 refuses a password of 1 MB before hashing, and stays responsive under 200 log-ins at once', async () => {
    await using site = await startPeopleSite();
    const { username } = site.profile;
    const visitor = site.visitor();
    const page = await visitor.get('/log-in');
    expect((await visitor.submit(page, '/log-in', { username, password: 'x'.repeat(1_100_000) })).status).toBe(413);
    site.settings.nameAttempts = 1_000;
    const logIns = Promise.all(Array.from({ length: 200 }, () => visitor.submit(page, '/log-in', { username, password })));
    const times: number[] = [];
    for (let probe = 0; probe < 10; probe += 1) {
      const started = performance.now();
      expect((await visitor.get('/healthz')).status).toBe(200);
      times.push(performance.now() - started);
    }
    const statuses = new Set((await logIns).map(({ status }) => status));
    expect([...statuses].every((status) => status === 303 || status === 503)).toBe(true);
    expect(times.sort((a, b) => a - b)[5]).toBeLessThan(500);
  });
});
