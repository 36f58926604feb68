import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { companyId, type ApplicationId, type GrantKey } from '@wayleave/vault';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { suiteMigrations } from '../suite.js';
import { findDelay } from './delay-store.js';
import { countFollowed, follow, listFollowed, recordAnswer, recordFailure, unfollow } from './followed-package-store.js';
import { claimDue, dueNumbers, giveBack, resumeFollowing } from './following-store.js';
import type { LatestState } from './followed-package.js';

const idm: GrantKey = { company: companyId('harborpine'), application: 'idm' };
const idh: GrantKey = { company: companyId('harborpine'), application: 'idh' };
const other: GrantKey = { company: companyId('lowtide'), application: 'idm' };
const start = new Date('2026-11-20T14:00:00Z');
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const claimMs = 180_000;
const perMinute = { application: 3_000, grant: 600 };
const state: LatestState = { type: 'I', code: '005', text: 'On the Way', scanAt: start, scanLocal: '2026-11-20 09:00:00', scanPlace: 'Albany, NY, US' };

describe.each(databaseKinds())('what is followed, on %s', (kind) => {
  let database: TestDatabase;
  const db = () => database.kysely<unknown>();
  const claim = (minutes: number, limit: number, application: ApplicationId = 'idm') => claimDue(db(), application, { now: later(minutes), limit, claimMs, perMinute });
  const delayAt = (minutes: number) => findDelay(db(), idm, { now: later(minutes), perMinute });
  const add = (grant: GrantKey, numbers: string[], now = start) => db().transaction().execute((trx) => follow(trx, grant, { numbers, by: 'admin@harborpine.example', now }));

  beforeAll(async () => {
    database = await testDatabase(kind, [suiteMigrations]);
    await sql`insert into suite.company (id, name, time_zone, created_at) values ('harborpine', 'Harborpine Trading', 'America/New_York', now()), ('lowtide', 'Lowtide', 'America/New_York', now())`.execute(db());
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await sql`delete from suite.followed_package`.execute(db());
    await sql`delete from suite.following`.execute(db());
    await sql`update suite.call_budget set used_up_to = 0, halvings = 0, slowed_at = 0, short_at = null`.execute(db());
  });

  it('is kept per company and application', async () => {
    expect(await add(idm, ['1ZAAAAAA01', '1ZAAAAAA02'])).toBe(2);
    expect(await add(idm, ['1ZAAAAAA02', '1ZAAAAAA03'])).toBe(1);
    expect(await countFollowed(db(), idm)).toEqual({ total: 3, toGo: 3, lastAnswerAt: null });
    expect(await countFollowed(db(), idh)).toMatchObject({ total: 0 });
    expect(await countFollowed(db(), other)).toMatchObject({ total: 0 });
    expect(await unfollow(db(), other, '1ZAAAAAA01')).toBe(false);
    expect(await unfollow(db(), idm, '1ZAAAAAA01')).toBe(true);
    expect((await listFollowed(db(), idm, { page: 1, pageSize: 10 })).map(({ number }) => number)).toEqual(['1ZAAAAAA02', '1ZAAAAAA03']);
    expect((await listFollowed(db(), idm, { page: 2, pageSize: 1 })).map(({ number }) => number)).toEqual(['1ZAAAAAA03']);
  });

  it('keeps the last answer when a later attempt fails, and forgets the failure at the next answer', async () => {
    await add(idm, ['1ZAAAAAA01']);
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state, now: later(1), dueAt: later(16) });
    await recordFailure(db(), idm, { number: '1ZAAAAAA01', failure: 'unreachable', now: later(16), dueAt: later(46) });
    const [failed] = await listFollowed(db(), idm, { page: 1, pageSize: 1 });
    expect(failed).toMatchObject({ askedAt: later(1), state, failure: { at: later(16), kind: 'unreachable' } });
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state: null, now: later(46), dueAt: later(61) });
    const [answered] = await listFollowed(db(), idm, { page: 1, pageSize: 1 });
    expect(answered).toMatchObject({ askedAt: later(46), state: null, failure: null });
  });

  it('does not let an older answer or failure replace a newer answer', async () => {
    await add(idm, ['1ZAAAAAA01']);
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state, now: later(10), dueAt: later(25) });
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state: null, now: later(9), dueAt: later(24) });
    await recordFailure(db(), idm, { number: '1ZAAAAAA01', failure: 'unreadable', now: later(9), dueAt: later(24) });
    const [answered] = await listFollowed(db(), idm, { page: 1, pageSize: 1 });
    expect(answered).toMatchObject({ askedAt: later(10), state, failure: null });
  });

  it('is claimed once by many workers, and again when a claim ran out', async () => {
    await add(idm, ['1ZAAAAAA01']);
    await add(idh, ['1ZAAAAAA01']);
    await add(other, ['1ZAAAAAA01']);
    const claims = (await Promise.all(Array.from({ length: 8 }, (_, index) => claim(0, 1, index % 2 === 0 ? 'idm' : 'idh')))).flat();
    expect(claims.map(({ company, application }) => `${company}/${application}`).sort()).toEqual(['harborpine/idh', 'harborpine/idm', 'lowtide/idm']);
    expect(await claim(2, 9)).toEqual([]);
    expect(await claim(3, 9)).toHaveLength(2);
    expect(await claim(3, 9, 'idh')).toHaveLength(1);
  });

  it('is due again when its next package is', async () => {
    await add(idm, ['1ZAAAAAA01', '1ZAAAAAA02']);
    const [claimed] = await claim(0, 1);
    if (!claimed) throw new Error('nothing was claimed');
    expect(await dueNumbers(db(), claimed, start)).toEqual(['1ZAAAAAA01', '1ZAAAAAA02']);
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state, now: start, dueAt: later(15) });
    await recordAnswer(db(), idm, { number: '1ZAAAAAA02', state, now: start, dueAt: later(20) });
    await giveBack(db(), claimed, { now: start, notBefore: start, delay: null });
    expect(await claim(14, 1)).toEqual([]);
    const [next] = await claim(15, 1);
    expect(next && (await dueNumbers(db(), next, later(15)))).toEqual(['1ZAAAAAA01']);
  });

  it('is due at once when packages were added while a run was on', async () => {
    await add(idm, ['1ZAAAAAA01']);
    const [claimed] = await claim(0, 1);
    if (!claimed) throw new Error('nothing was claimed');
    await recordAnswer(db(), idm, { number: '1ZAAAAAA01', state, now: start, dueAt: later(15) });
    await add(idm, ['1ZAAAAAA02'], later(1));
    await giveBack(db(), claimed, { now: later(1), notBefore: later(1), delay: null });
    const [next] = await claim(1, 1);
    expect(next && (await dueNumbers(db(), next, later(1)))).toEqual(['1ZAAAAAA02']);
  });

  it('cannot be given back by whoever lost the claim', async () => {
    await add(idm, ['1ZAAAAAA01']);
    const [lost] = await claim(0, 1);
    const [held] = await claim(3, 1);
    if (!lost || !held) throw new Error('nothing was claimed');
    await giveBack(db(), lost, { now: later(3), notBefore: later(60), delay: 'unreachable' });
    expect(await delayAt(0)).toBeNull();
    expect(await claim(4, 1)).toEqual([]);
  });

  it('says since when it waits, and goes on at once after an opt-in', async () => {
    await add(idm, ['1ZAAAAAA01']);
    for (const minutes of [0, 15]) {
      const [claimed] = await claim(minutes, 1);
      if (!claimed) throw new Error('nothing was claimed');
      await giveBack(db(), claimed, { now: later(minutes), notBefore: later(minutes + 15), delay: 'no-grant' });
    }
    expect(await delayAt(0)).toEqual({ reason: 'no-grant', since: start });
    expect(await claim(16, 1)).toEqual([]);
    await db().transaction().execute((trx) => resumeFollowing(trx, idm, later(16)));
    expect(await delayAt(0)).toBeNull();
    expect(await claim(16, 1)).toHaveLength(1);
  });

  it('goes on at once when the new opt-in was there before the run under the old one had ended', async () => {
    await add(idm, ['1ZAAAAAA01']);
    const [claimed] = await claim(0, 1);
    if (!claimed) throw new Error('nothing was claimed');
    await db().transaction().execute((trx) => resumeFollowing(trx, idm, start));
    await giveBack(db(), claimed, { now: start, notBefore: later(15), delay: 'no-grant' });
    expect(await delayAt(0)).toBeNull();
    expect(await claim(0, 1)).toHaveLength(1);
  });

  it('rests when nothing is left to follow', async () => {
    await add(idm, ['1ZAAAAAA01']);
    await unfollow(db(), idm, '1ZAAAAAA01');
    const [claimed] = await claim(0, 1);
    if (!claimed) throw new Error('nothing was claimed');
    await giveBack(db(), claimed, { now: start, notBefore: start, delay: null });
    expect(await claim(600, 1)).toEqual([]);
    await add(idm, ['1ZAAAAAA02'], later(600));
    expect(await claim(600, 1)).toHaveLength(1);
  });
});
