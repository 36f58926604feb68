import { databaseKinds, type DatabaseKind } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { challenge, exchange, idh, idm, issueCode, pair, refresh, startMachineSite, tokens, track, verifier, type MachineSite } from './machine-site.js';
import { givePassword, passThisLogInPage } from './opt-in.js';
import { Visitor } from './visitor.js';

describe.each(databaseKinds())('what is kept, on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  beforeAll(async () => {
    site = await startMachineSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  async function dump(): Promise<string> {
    const db = site.database.kysely<unknown>();
    const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'upscom' order by 1`.execute(db);
    const lines = await Promise.all(tables.rows.map(async ({ name }) => (await sql<{ line: string }>`select row::text as line from ${sql.table(`upscom.${name}`)} as row`.execute(db)).rows));
    return lines.flat().map(({ line }) => line).join('\n');
  }

  it('ST01 of codes, tokens and client secrets is their SHA-256', async () => {
    const unused = await issueCode(site);
    const code = await issueCode(site);
    const given = pair(await exchange(site, code));
    const next = pair(await refresh(site, given.refresh));
    const text = await dump();
    const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');
    for (const secret of [unused, code, given.access, given.refresh, next.access, next.refresh, idm.clientSecret, idh.clientSecret]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
      expect(text).toContain(hash(secret));
    }
    expect(text).not.toContain(verifier);
    for (const token of [given.refresh, unused]) expect(text).not.toContain(Buffer.from(token, 'base64').toString('ascii').slice(0, 33));
  });

  it('CD08 RF08 ST04: a password change voids every code and token of before, and none of after', async () => {
    const code = await issueCode(site);
    const both = [await tokens(site), await tokens(site, idh)];
    await site.changePassword();
    const stale = await issueCode(site);
    expect((await exchange(site, code)).status).toBe(400);
    expect((await exchange(site, stale)).status).toBe(400);
    for (const [index, old] of both.entries()) {
      expect((await track(site, old.access)).status).toBe(401);
      expect((await refresh(site, old.refresh, index === 0 ? idm : idh)).status).toBe(400);
    }
    expect(await site.authorization.connectedApplications(site.profile.id)).toEqual([]);
    const now = { ...site, profile: { ...site.profile, epoch: site.profile.epoch + 1 } };
    const fresh = await tokens(now);
    expect((await track(site, fresh.access)).status).toBe(200);
    expect((await refresh(site, fresh.refresh)).status).toBe(200);
    site = now;
  });

  it('RF08 holds within the same millisecond: time decides nothing', async () => {
    const db = site.database.kysely<unknown>();
    const same = await tokens(site);
    await sql`update upscom.profile set epoch = epoch + 1`.execute(db);
    await sql`update upscom.access_token set issued_at = (select max(password_changed_at) from upscom.profile)`.execute(db);
    expect((await track(site, same.access)).status).toBe(401);
    site = { ...site, profile: { ...site.profile, epoch: site.profile.epoch + 1 } };
    const next = await tokens(site);
    await sql`update upscom.access_token set issued_at = '2000-01-01' where family_id in (select id from upscom.token_family where epoch = ${site.profile.epoch})`.execute(db);
    expect((await track(site, next.access)).status).toBe(200);
  });

  it('CD08 RF09: a withdrawal ends one application\'s codes and tokens and leaves the other\'s', async () => {
    const code = await issueCode(site);
    const [ours, theirs] = [await tokens(site), await tokens(site, idh)];
    const connected = await site.authorization.connectedApplications(site.profile.id);
    expect(connected.map(({ displayName }) => displayName)).toEqual(['Intelligent Data Management', 'Intelligent Delivery History']);
    expect(connected[0]?.since).toBeInstanceOf(Date);
    const ended = await site.database.kysely().transaction().execute((trx) => site.authorization.withdrawApplication(trx, site.profile.id, idm.clientId));
    expect(ended).toBeGreaterThanOrEqual(1);
    expect((await exchange(site, code)).status).toBe(400);
    expect((await track(site, ours.access)).status).toBe(401);
    expect((await refresh(site, ours.refresh)).status).toBe(400);
    expect((await track(site, theirs.access)).status).toBe(200);
    expect((await refresh(site, theirs.refresh, idh)).status).toBe(200);
    expect((await site.authorization.connectedApplications(site.profile.id)).map(({ clientId }) => clientId)).toEqual([idh.clientId]);
    expect((await track(site, (await tokens(site)).access)).status).toBe(200);
  });

  it.runIf(kind === 'pglite')('LG02 of each act and each token call is one line in the log: who, with which application, from where, in which request', async () => {
    const owner = await site.control.createProfile({ username: 'lowtide', email: 'shipping@lowtide.example', password: 'lantern heron marsh 7', accounts: [] });
    const before = site.log.length;
    const visitor = new Visitor({ port: Number(new URL(site.url).port), publicUrl: new URL(site.url) });
    const query = new URLSearchParams({ client_id: idm.clientId, redirect_uri: idm.redirectUri, response_type: 'code', code_challenge: challenge }).toString();
    const logInPage = async () => passThisLogInPage(visitor, await visitor.get(`/lasso/signin?${query}`), owner.username);
    const authorize = async () => {
      const { location } = await givePassword(visitor, await logInPage(), 'lantern heron marsh 7');
      return new URL(location).searchParams.get('code') ?? '';
    };
    expect((await givePassword(visitor, await logInPage(), 'wrong')).status).toBe(422);
    await site.control.changeSettings({ name_attempts: 1 });
    expect((await givePassword(visitor, await logInPage(), 'wrong')).status).toBe(429);
    await site.control.changeSettings({ name_attempts: 10 });
    const code = await authorize();
    const given = pair(await exchange(site, code));
    const next = pair(await refresh(site, given.refresh));
    expect((await refresh(site, given.refresh)).status).toBe(400);
    const another = await authorize();
    await exchange(site, another);
    await exchange(site, another);
    await exchange(site, await authorize());
    await visitor.submit(await visitor.get('/profile'), '/profile/withdraw', { client_id: idm.clientId });
    await visitor.submit(await visitor.get('/profile'), '/profile/password', { current: 'lantern heron marsh 7', password: 'lantern heron marsh 8' });

    const lines = site.log.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    const about = { profile: owner.id, client: idm.clientId, address: '127.0.0.1', request: expect.stringMatching(/^[\w-]{12}$/) as string };
    const call = (route: string, status: number) => lines.filter((line) => line['route'] === `/security/v1/oauth/${route}` && line['status'] === status);
    const told = (event: string) => lines.filter(({ msg }) => msg === event);
    const info = { ...about, level: 30 };
    const warning = { ...about, level: 40 };
    expect(told('log-in refused')).toEqual([expect.objectContaining(info)]);
    expect(told('log-in limited')).toEqual([expect.objectContaining(warning)]);
    expect(told('logged in')).toEqual(Array(3).fill(expect.objectContaining(info)));
    expect(told('application authorized')).toEqual(Array(3).fill(expect.objectContaining(info)));
    expect(call('token', 200)).toEqual(Array(3).fill(expect.objectContaining({ ...info, grant: expect.stringMatching(/^[\w-]{36}$/) as string })));
    expect(call('refresh', 200)).toEqual([expect.objectContaining({ ...info, grant: call('token', 200)[0]?.['grant'] })]);
    expect(told('a spent refresh token was presented again')).toEqual([expect.objectContaining({ ...warning, grant: call('token', 200)[0]?.['grant'] })]);
    expect(told('an authorization code was presented again; its tokens are revoked')).toEqual([expect.objectContaining({ ...warning, grant: call('token', 200)[1]?.['grant'] })]);
    expect(told('application withdrawn')).toEqual([expect.objectContaining(info)]);
    expect(told('password changed')).toEqual([expect.objectContaining({ ...info, client: null })]);
    for (const secret of [code, another, given.access, given.refresh, next.access, next.refresh, verifier]) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('is forgotten a week after nothing of it can be used any more, and not before', async () => {
    const week = 7 * 86_400_000;
    const given = await tokens(site);
    await issueCode(site);
    const families = async () => Number((await sql<{ count: string }>`select count(*) from upscom.token_family`.execute(site.database.kysely())).rows[0]?.count);
    const codes = async () => Number((await sql<{ count: string }>`select count(*) from upscom.authorization_code where family_id is null`.execute(site.database.kysely())).rows[0]?.count);
    await site.control.advanceClock(week + 3_600_000);
    const before = await families();
    await site.authorization.forgetEnded();
    expect([await families(), await codes()]).toEqual([before, 0]);
    const { refresh: next } = pair(await refresh(site, given.refresh));
    await site.control.advanceClock(61 * 86_400_000 + week);
    await site.authorization.forgetEnded();
    expect(await families()).toBe(0);
    expect((await refresh(site, next)).status).toBe(400);
    await site.control.advanceClock(-61 * 86_400_000 - 2 * week - 3_600_000);
  });
});
