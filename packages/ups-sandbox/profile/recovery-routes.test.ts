import { databaseKinds } from '@wayleave/dev/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { givePassword, logInDirectly, passLogInPage, passThisLogInPage } from '../tests/opt-in.js';
import { linkIn, password, redirectUri, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import type { Profile } from './profile.js';
import { pathOf, type Answer, type Visitor } from '../tests/visitor.js';

const newPassword = 'lantern gravel orbit 77';

describe.each(databaseKinds())('recovery, on %s', (kind) => {
  let site: PeopleSite;
  let profile: Profile;
  let username: string;
  let email: string;
  beforeAll(async () => {
    site = await startPeopleSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    profile = await site.newProfile();
    ({ username, email } = profile);
  });

  /** From a Log In page through Forgot Username/Password, asking for one of the two. */
  async function ask(visitor: Visitor, from: string, what: 'username' | 'password', typed: string): Promise<Answer> {
    const logIn = await visitor.get(from);
    const [, href = ''] = /href="(\/lasso\/forgot[^"]*)"/.exec(logIn.body) ?? [];
    const forgot = await visitor.get(href);
    expect(forgot.body).toContain('ends every earlier opt-in');
    const answer = await visitor.submit(forgot, `/lasso/forgot/${what}`, what === 'username' ? { email: typed } : { name: typed });
    return visitor.follow(answer);
  }

  async function resetPage(visitor: Visitor): Promise<Answer> {
    return visitor.get(pathOf(linkIn(await site.newestMail(email, 'Set a new password')).href));
  }

  it('mails a forgotten username, and its link goes on with the same opt-in', async () => {
    const visitor = site.visitor();
    const sent = await ask(visitor, site.signInPath({ state: 'mid' }), 'username', ` ${email.toUpperCase()} `);
    expect(sent.body).toContain('Look into your mailbox');
    const mail = await site.newestMail(email);
    expect(mail.body).toContain(`Your username is ${username}.`);
    const logIn = await visitor.get(pathOf(linkIn(mail).href));
    expect(logIn.body).toContain(`value="${username}"`);
    const answer = await givePassword(visitor, await passThisLogInPage(visitor, logIn, username), password);
    expect(answer.location.startsWith(`${redirectUri}?code=`)).toBe(true);
    expect(new URL(answer.location).searchParams.get('state')).toBe('mid');
  });

  it('resets a forgotten password in the middle of an opt-in, which then needs the box and the new password', async () => {
    const visitor = site.visitor();
    await ask(visitor, site.signInPath({ state: 'mid' }), 'password', username);
    const page = await resetPage(visitor);
    expect(page.body).toContain('ends every earlier opt-in');
    const done = await visitor.submit(page, '/lasso/reset', { password: newPassword });
    expect(done.status).toBe(303);
    const logIn = await visitor.follow(done);
    expect(logIn.body).toContain('Your password was changed.');
    expect(logIn.body).toContain(`value="${username}"`);
    expect(logIn.body).not.toContain('checked');
    expect((await visitor.submit(logIn, '/lasso/signin', { username, action: 'continue' })).status).toBe(422);
    const step = await passThisLogInPage(visitor, logIn, username);
    expect((await givePassword(visitor, step, password)).status).toBe(422);
    const answer = await givePassword(visitor, step, newPassword);
    expect(new URL(answer.location).searchParams.get('state')).toBe('mid');
  });

  it('RF08 a reset ends sessions and raises the epoch, within the same millisecond too', async () => {
    const visitor = site.visitor();
    await logInDirectly(visitor, username, password);
    const code = new URL((await givePassword(visitor, await passLogInPage(site, visitor, username), password)).location).searchParams.get('code') ?? '';
    expect((await visitor.get('/profile')).status).toBe(200);
    await ask(site.visitor(), '/log-in', 'password', email);
    await visitor.submit(await resetPage(visitor), '/lasso/reset', { password: newPassword });
    expect((await visitor.get('/profile')).status).toBe(401);
    const { epoch } = await site.people.db.selectFrom('upscom.profile').select('epoch').where('id', '=', profile.id).executeTakeFirstOrThrow();
    expect(epoch).toBe(profile.epoch + 1);
    const exchanged = await site.authorization.consumeCode({
      code, clientId: 'wayleave-idm-client-0001', clientAuthenticated: true, redirectUri, codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    });
    expect(exchanged.verdict).toBe('invalid');
  });

  it('PW06 a reset link works once, the older of two dies, and looking at it spends nothing', async () => {
    const visitor = site.visitor();
    await ask(visitor, '/log-in', 'password', email);
    const older = await resetPage(visitor);
    await ask(visitor, '/log-in', 'password', email);
    expect((await visitor.submit(older, '/lasso/reset', { password: newPassword })).status).toBe(410);
    for (let look = 0; look < 3; look += 1) expect((await resetPage(visitor)).status).toBe(200);
    const page = await resetPage(visitor);
    expect((await visitor.submit(page, '/lasso/reset', { password: 'short' })).status).toBe(422);
    const both = await Promise.all([newPassword, 'another lantern orbit 78'].map((one) => visitor.submit(page, '/lasso/reset', { password: one })));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect((await visitor.submit(page, '/lasso/reset', { password: newPassword })).status).toBe(410);
    expect((await resetPage(visitor)).status).toBe(410);
  });

  it('PW06 a reset link dies with a password change, and with time', async () => {
    const visitor = site.visitor();
    await ask(visitor, '/log-in', 'password', email);
    const link = pathOf(linkIn(await site.newestMail(email, 'Set a new password')).href);
    await logInDirectly(visitor, username, password);
    await visitor.submit(await visitor.get('/profile'), '/profile/password', { current: password, password: newPassword });
    expect((await visitor.get(link)).status).toBe(410);
    await ask(visitor, '/log-in', 'password', email);
    site.clock.advance(site.settings.linkLifetimeMs);
    expect((await resetPage(visitor)).status).toBe(410);
  });

  it('PW06 a reset link changes its own account only, whoever is logged in', async () => {
    const other = await site.newProfile();
    const visitor = site.visitor();
    await logInDirectly(visitor, other.username, other.password);
    await ask(visitor, '/log-in', 'password', email);
    const page = await resetPage(visitor);
    await visitor.submit(page, '/lasso/reset', { password: newPassword, username: other.username, subject: other.id });
    expect((await logInDirectly(site.visitor(), other.username, other.password)).status).toBe(303);
    expect((await logInDirectly(site.visitor(), username, newPassword)).status).toBe(303);
  });

  it('PW06 a link has 256 random bits, is stored as a hash, and its host comes from the configuration', async () => {
    const visitor = site.visitor();
    const forgot = await visitor.get('/lasso/forgot');
    const forged = { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' } };
    expect((await visitor.submit(forgot, '/lasso/forgot/password', { name: email }, forged)).status).toBe(303);
    expect((await visitor.submit(forgot, '/lasso/forgot/password', { name: email }, { headers: { host: 'evil.example' } })).status).toBe(421);
    const link = linkIn(await site.newestMail(email, 'Set a new password'));
    expect(link.origin).toBe(site.publicUrl.origin);
    const token = link.searchParams.get('token') ?? '';
    expect(Buffer.from(token.replace(/^lnk-/, ''), 'base64url')).toHaveLength(32);
    const { rows } = await sql<{ token_hash: Buffer; row: string }>`select token_hash, one_time_link::text as row from upscom.one_time_link where subject = ${profile.id}`.execute(site.people.db);
    expect(rows.map((row) => row.token_hash.toString('hex'))).toEqual([sha256(token).toString('hex')]);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(site.log.join('')).not.toContain(token);
  });

  it('PW06 guessed links open nothing', async () => {
    const visitor = site.visitor();
    await ask(visitor, '/log-in', 'password', email);
    for (const token of ['', 'lnk-', `lnk-${'A'.repeat(43)}`, "' or true --", '%00', 'x'.repeat(5000)]) {
      const answer = await visitor.get(`/lasso/reset?token=${encodeURIComponent(token)}`);
      expect(answer.status).toBe(410);
    }
  });

  it('tells the owner of a changed password by mail', async () => {
    const visitor = site.visitor();
    await ask(visitor, '/log-in', 'password', email);
    await visitor.submit(await resetPage(visitor), '/lasso/reset', { password: newPassword });
    expect((await site.newestMail(email)).subject).toBe('Your password was changed');
  });

  it('RL05 sends one address only so many mails, and says so for unknown ones alike', async () => {
    for (const typed of [email, `nobody.${email}`]) {
      const visitor = site.visitor();
      const forgot = await visitor.get('/lasso/forgot');
      const statuses: number[] = [];
      for (let mail = 0; mail < 6; mail += 1) statuses.push((await visitor.submit(forgot, '/lasso/forgot/username', { email: typed })).status);
      expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    }
  });
});
