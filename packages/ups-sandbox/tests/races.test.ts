import { databaseKinds, testDatabase } from '@wayleave/dev/database';
import { systemClock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenCall } from '../authorization/token-call.js';
import { newAuthorizationCode, newRefreshToken } from '../authorization/token-format.js';
import { createAlertSubscriptionStore } from '../carrier/track-alert/alert-subscription-store.js';
import { sandboxMigrations } from '../index.js';
import { holdLock, waitForBlocked } from './held-lock.js';
import { exchange, idh, idm, issueCode, pair, refresh, startMachineSite, tokens, track, type Answer, type MachineSite } from './machine-site.js';

const callers = 20;

function succeeded(answers: readonly Answer[]): Answer[] {
  for (const { status } of answers) expect([200, 400]).toContain(status);
  return answers.filter(({ status }) => status === 200);
}

describe('races in one process', () => {
  let site: MachineSite;
  beforeAll(async () => {
    site = await startMachineSite();
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('CD06 gives one of 20 concurrent exchanges its tokens', async () => {
    const code = await issueCode(site);
    expect(succeeded(await Promise.all(Array.from({ length: callers }, () => exchange(site, code))))).toHaveLength(1);
  });

  it('RF03 gives one of 20 concurrent refreshes its tokens, and leaves no two successors', async () => {
    const { refresh: token } = await tokens(site);
    const won = succeeded(await Promise.all(Array.from({ length: callers }, () => refresh(site, token))));
    expect(won).toHaveLength(1);
    expect((await refresh(site, pair(won[0]!).refresh)).status).toBe(400);
  });
});

describe.runIf(databaseKinds().includes('postgres'))('races on PostgreSQL between two instances of the server', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let elsewhere: Database;
  let site: MachineSite;
  let second: MachineSite;
  beforeAll(async () => {
    database = await testDatabase('postgres', [sandboxMigrations]);
    elsewhere = await database.connect();
    site = await startMachineSite({ database });
    second = await startMachineSite({ database: elsewhere, profile: site.profile });
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await elsewhere.close();
    await database.close();
  });

  const spread = (send: (at: MachineSite) => Promise<Answer>) => Promise.all(Array.from({ length: callers }, (_, index) => send(index % 2 === 0 ? site : second)));

  it('CD06 gives one of 20 concurrent exchanges its tokens', async () => {
    for (let round = 0; round < 3; round += 1) {
      const code = await issueCode(site);
      expect(succeeded(await spread((at) => exchange(at, code)))).toHaveLength(1);
    }
  });

  it('RF03 gives one of 20 concurrent refreshes its tokens, and leaves no two successors', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { refresh: token } = await tokens(site);
      const won = succeeded(await spread((at) => refresh(at, token)));
      expect(won).toHaveLength(1);
      const live = await sql`
        select token_hash from upscom.refresh_token token join upscom.token_family family on family.id = token.family_id
        where spent_at is null and revoked_at is null and family_id = (select grant_id from upscom.arrival where status = 200 and path like '%/refresh' order by id desc limit 1)
      `.execute(database.kysely());
      expect(live.rows.length).toBeLessThanOrEqual(1);
    }
  });

  it('RF04 leaves no usable successor when a refresh is held up in its swap and the token is replayed meanwhile', async () => {
    const given = await tokens(site);
    // The winner holds the family when it waits here to spend the old token and write the new ones.
    await using held = await holdLock(database, sql`lock table upscom.access_token in share mode`);
    const winner = refresh(site, given.refresh);
    await waitForBlocked(database, 1);
    await expect(sql`select from upscom.token_family where id = ${await familyOf(given.refresh)} for update nowait`.execute(database.kysely())).rejects.toThrow(/could not obtain lock/);
    const replay = refresh(second, given.refresh);
    await waitForBlocked(database, 2);
    await held.release();
    const answers = await Promise.all([winner, replay]);
    const [won] = succeeded(answers);
    const successor = pair(won!);
    expect((await track(site, successor.access)).status).toBe(401);
    expect((await refresh(site, successor.refresh)).status).toBe(400);
  });

  it('RF08 refuses a refresh that was under way when the password changed, and everything from before it', async () => {
    const code = await issueCode(site);
    const idle = await tokens(site);
    const given = await tokens(site);
    await using held = await holdLock(database, sql`select from upscom.token_family where id = ${await familyOf(given.refresh)} for update`);
    const underWay = refresh(second, given.refresh);
    await waitForBlocked(database, 1);
    await site.changePassword();
    await held.release();
    expect((await underWay).status).toBe(400);
    expect((await exchange(second, code)).status).toBe(400);
    for (const old of [idle, given]) {
      expect((await track(second, old.access)).status).toBe(401);
      expect((await refresh(site, old.refresh)).status).toBe(400);
    }
    site = { ...site, profile: { ...site.profile, epoch: site.profile.epoch + 1 } };
    const fresh = await tokens(site);
    expect((await track(second, fresh.access)).status).toBe(200);
  });

  it.each(['exchange', 'refresh'])('withdraws also what an %s under way is about to make', async (kind) => {
    const call = kind === 'exchange'
      ? await issueCode(site).then((code) => () => exchange(site, code))
      : await tokens(site).then((given) => () => refresh(site, given.refresh));
    // The call holds the code, or the family, when it waits here to write the tokens.
    await using held = await holdLock(database, sql`lock table upscom.access_token in share mode`);
    const underWay = call();
    await waitForBlocked(database, 1);
    const withdrawn = elsewhere.kysely().transaction().execute((trx) => second.authorization.withdrawApplication(trx, site.profile.id, 'idm-client-0001'));
    await waitForBlocked(database, 2);
    await held.release();
    const given = pair(await underWay);
    expect(await withdrawn).toBeGreaterThanOrEqual(1);
    expect((await track(site, given.access)).status).toBe(401);
  });

  describe('a withdrawal beside a batch of calls that holds some of the same rows', () => {
    const call: TokenCall = { credentials: { method: 'basic', clientId: idm.clientId, clientSecret: idm.clientSecret }, address: '192.0.2.1', arrivedAtMs: Date.now(), path: '/beside' };

    /**
     * Rows in the order in which they lie in their table. By key it is low, middle, high, other; whoever takes them as they lie
     * has `high` and stops at `other` when whoever goes by key has `low` and stops at `middle`.
     */
    async function crossing<Row>(rows: readonly Row[], write: (row: Row) => Promise<void>): Promise<{ low: Row; middle: Row; high: Row; other: Row }> {
      const [low, middle, high, other] = rows as [Row, Row, Row, Row];
      for (const row of [high, other, low, middle]) await write(row);
      return { low, middle, high, other };
    }

    async function withdrawWhile<Served>(held: readonly ReturnType<typeof sql>[], calls: () => Promise<Served>): Promise<{ withdrawn: number; served: Served }> {
      const holds = await Promise.all(held.map((statement) => holdLock(database, statement)));
      const withdrawing = elsewhere.kysely().transaction().execute((trx) => second.authorization.withdrawApplication(trx, site.profile.id, idm.clientId));
      await waitForBlocked(database, 1);
      const serving = calls();
      await waitForBlocked(database, 2);
      await Promise.all(holds.map((one) => one.release()));
      const [withdrawn, served] = await Promise.all([withdrawing, serving]);
      await Promise.all(holds.map((one) => one[Symbol.asyncDispose]()));
      return { withdrawn, served };
    }

    it('never waits for refreshes in a circle', async () => {
      const families = Array.from({ length: 4 }, randomUUID).sort().map((id) => ({ id, token: newRefreshToken(id) }));
      const { low, middle, high, other } = await crossing(families, async ({ id, token }) => {
        await sql`
          insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at) values (${id}, ${idm.clientId}, ${site.profile.id}, ${site.profile.epoch}, '', now())
        `.execute(database.kysely());
        await sql`
          insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
          values (${sha256(token)}, ${id}, ${site.profile.epoch}, now(), now() + interval '1 day')
        `.execute(database.kysely());
      });
      const lock = ({ id }: { id: string }) => sql`select from upscom.token_family where id = ${id} for update`;
      const { withdrawn, served } = await withdrawWhile([lock(middle), lock(other)], () => Promise.all(
        [low, middle, high].map(({ token }) => site.authorization.refreshValidToken({ ...call, refreshToken: token })),
      ));
      expect(withdrawn).toBeGreaterThanOrEqual(4);
      expect(served).toEqual([null, null, null]);
    });

    it('never waits for exchanges in a circle', async () => {
      const codes = Array.from({ length: 4 }, newAuthorizationCode).sort((a, b) => sha256(a).compare(sha256(b)));
      const { low, middle, high, other } = await crossing(codes, async (code) => {
        await sql`
          insert into upscom.authorization_code (code_hash, client_id, profile_id, epoch, redirect_uri, scope, issued_at, expires_at)
          values (${sha256(code)}, ${idm.clientId}, ${site.profile.id}, ${site.profile.epoch}, ${idm.redirectUri}, '', now(), now() + interval '1 day')
        `.execute(database.kysely());
      });
      const lock = (code: string) => sql`select from upscom.authorization_code where code_hash = ${sha256(code)} for update`;
      const { served } = await withdrawWhile([lock(middle), lock(other)], () => Promise.all(
        [low, middle, high].map((code) => site.authorization.exchangeValidCode({ ...call, code, redirectUri: idm.redirectUri, codeVerifier: undefined })),
      ));
      expect(served).toEqual([null, null, null]);
    });
  });

  describe('forgetting what ended, beside calls that hold some of it', () => {
    /** What an exchange of a hundred days ago left: a family whose tokens ended, and the code that led to it. */
    async function endedFamily(id = randomUUID()) {
      const family = { id, token: newRefreshToken(id), code: newAuthorizationCode() };
      const longAgo = sql`now() - interval '100 days'`;
      const whose = sql`${idm.clientId}, ${site.profile.id}, ${site.profile.epoch}`;
      for (const statement of [
        sql`insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at) values (${id}, ${whose}, '', ${longAgo})`,
        sql`insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at) values (${sha256(family.token)}, ${id}, ${site.profile.epoch}, ${longAgo}, ${longAgo})`,
        sql`
          insert into upscom.authorization_code (code_hash, client_id, profile_id, epoch, redirect_uri, scope, issued_at, expires_at, consumed_at, family_id)
          values (${sha256(family.code)}, ${whose}, ${idm.redirectUri}, '', ${longAgo}, ${longAgo}, ${longAgo}, ${id})
        `,
      ]) await statement.execute(database.kysely());
      return family;
    }

    const replay = (code: string) => site.authorization.consumeCode({ code, clientId: idm.clientId, clientAuthenticated: true, redirectUri: idm.redirectUri, codeVerifier: undefined });

    async function left(families: readonly { id: string }[]) {
      const ids = families.map(({ id }) => id);
      const tables = ['token_family', 'refresh_token', 'authorization_code'].map((table) => sql<{ id: string }>`
        select ${sql.ref(table === 'token_family' ? 'id' : 'family_id')} as id from ${sql.table(`upscom.${table}`)} where ${sql.ref(table === 'token_family' ? 'id' : 'family_id')} = any(${ids}::uuid[])
      `.execute(database.kysely()));
      return (await Promise.all(tables)).map(({ rows }) => rows.map(({ id }) => ids.indexOf(id)).sort());
    }

    it('never waits for a replayed code in a circle', async () => {
      const family = await endedFamily();
      await using held = await holdLock(database, sql`select from upscom.refresh_token where family_id = ${family.id} for update`);
      const forgetting = second.authorization.forgetEnded();
      await waitForBlocked(database, 1);
      // The code is held, and the family that it led to is being forgotten.
      const replayed = replay(family.code);
      await waitForBlocked(database, 2);
      await held.release();
      const [{ verdict }] = await Promise.all([replayed, forgetting]);
      expect(verdict).toBe('replayed');
      await second.authorization.forgetEnded();
      expect(await left([family])).toEqual([[], [], []]);
    });

    it('passes over what a call holds, waits for nobody, and forgets that the next time', async () => {
      const families = [await endedFamily(), await endedFamily(), await endedFamily()];
      const [one, two] = families as [typeof families[0], typeof families[0]];
      const aRefresh = await holdLock(database, sql`select from upscom.token_family where id = ${one.id} for update`);
      const aReplay = await holdLock(database, sql`select from upscom.authorization_code where code_hash = ${sha256(two.code)} for update`);
      await Promise.all([site.authorization.forgetEnded(), second.authorization.forgetEnded()]);
      expect(await left(families)).toEqual([[0], [0], [0, 1]]);
      for (const held of [aRefresh, aReplay]) await held[Symbol.asyncDispose]();
      await Promise.all([site.authorization.forgetEnded(), second.authorization.forgetEnded()]);
      expect(await left(families)).toEqual([[], [], []]);
    });
  });

  it('subscriptions to the same packages in opposite orders never wait in a circle', async () => {
    const [low, middle, high] = ['1ZW4Y1350300000017', '1ZW4Y1350300000024', '1ZW4Y1350300000031'] as const;
    const [here, there] = [database, elsewhere].map((on) => createAlertSubscriptionStore({ database: on, clock: systemClock }));
    const subscribe = (store: typeof here, trackingNumbers: readonly string[]) =>
      store!.subscribePackages({ kind: 'application', clientId: idm.clientId, accounts: [] }, { enhanced: false, trackingNumbers: [...trackingNumbers], eventKinds: null });
    await subscribe(here, [low, middle, high]);
    await using held = await holdLock(database, sql`select from upscom.alert_subscription where tracking_number = ${middle} for update`);
    const down = subscribe(here, [high, middle, low]);
    await waitForBlocked(database, 1);
    const up = subscribe(there, [low, high]);
    await waitForBlocked(database, 2);
    await held.release();
    await Promise.all([down, up]);
  });

  it('RL03 lets a client make as many calls as it may, wherever they arrive', async () => {
    const codes = await Promise.all(Array.from({ length: callers }, () => issueCode(site, idh)));
    await site.control.changeSettings({ token_calls_per_minute: 12 });
    await expect.poll(() => second.control.settings().tokenCallsPerMinute).toBe(12);
    const answers = await Promise.all(codes.map((code, index) => exchange(index % 2 === 0 ? site : second, code, idh)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(12).fill(200), ...Array<number>(8).fill(429)]);
    await site.control.changeSettings({ token_calls_per_minute: 3_000 });
    await expect.poll(() => second.control.settings().tokenCallsPerMinute).toBe(3_000);
  });

  async function familyOf(refreshToken: string): Promise<string> {
    const { rows } = await sql<{ family_id: string }>`select family_id from upscom.refresh_token where token_hash = sha256(${refreshToken}::bytea)`.execute(database.kysely());
    return rows[0]!.family_id;
  }
});
