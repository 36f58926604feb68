import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { companyId, type GrantKey } from '@wayleave/vault';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { suiteMigrations } from '../suite.js';
import { portionCalls } from './call-budget.js';
import { findBudget, slowApplication } from './call-budget-store.js';
import { findDelay } from './delay-store.js';
import { follow } from './followed-package-store.js';
import { claimDue, dueNumbers, giveBack, type Claim } from './following-store.js';
import { expectWithin } from './tests/window.js';

const start = Date.parse('2026-11-20T14:00:00Z');
const second = (seconds: number) => new Date(start + seconds * 1_000);
const claimMs = 60_000;
const longTest = 120_000;
const names = ['large1', 'large2', 'large3', 'large4', 'large5', 'small'];
const grantOf = (name: string): GrantKey => ({ company: companyId(name), application: 'idm' });

describe.each(databaseKinds())('the budgets, on %s', (kind) => {
  let database: TestDatabase;
  const db = () => database.kysely<unknown>();
  beforeAll(async () => {
    database = await testDatabase(kind, [suiteMigrations]);
    await sql`insert into suite.company (id, name, time_zone, created_at) select name, name, 'America/New_York', now() from unnest(${names}::text[]) as given (name)`.execute(db());
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await sql`delete from suite.followed_package`.execute(db());
    await sql`delete from suite.following`.execute(db());
    await sql`update suite.call_budget set used_up_to = 0, halvings = 0, slowed_at = 0, short_at = null`.execute(db());
  });

  const add = (name: string, count: number, at = second(0)) =>
    db().transaction().execute((trx) => follow(trx, grantOf(name), { numbers: Array.from({ length: count }, (_, index) => `1ZAAAA${String(index).padStart(6, '0')}`), by: 'admin', now: at }));
  /** Asks for what was drawn, as if UPS had answered at once, and gives which numbers that were. */
  const ask = async (claim: Claim, now: Date, on: Kysely<unknown> = db()): Promise<string[]> => {
    const numbers = await dueNumbers(on, claim, now);
    await sql`update suite.followed_package set due_at = ${new Date(now.getTime() + 3_600_000)}, asked_at = ${now} where company_id = ${claim.company} and number = any(${numbers})`.execute(on);
    return numbers;
  };
  const run = async (now: Date, perMinute: { application: number; grant: number }, on?: Kysely<unknown>) => {
    const asked: { name: string; numbers: string[] }[] = [];
    for (const claim of await claimDue(on ?? db(), 'idm', { now, limit: 4, claimMs, perMinute })) {
      asked.push({ name: claim.company, numbers: await ask(claim, now, on) });
      await giveBack(on ?? db(), claim, { now, notBefore: now, delay: null });
    }
    return asked;
  };
  const delayOf = (name: string, now: Date, perMinute: { application: number; grant: number }) => findDelay(db(), grantOf(name), { now, perMinute });

  it('of an application goes round: who has few packages waits for at most one portion of each who has many', { timeout: longTest }, async () => {
    const perMinute = { application: 600, grant: 600 };
    for (const name of names.slice(0, 5)) await add(name, 300);
    for (let at = 0; at < 20; at += 1) await run(second(at), perMinute);
    await add('small', 5, second(20));
    const since = new Map(names.map((name) => [name, 0]));
    for (let at = 20; since.get('small') !== 5; at += 1) {
      expect(at).toBeLessThan(120);
      for (const { name, numbers } of await run(second(at), perMinute)) since.set(name, (since.get(name) ?? 0) + numbers.length);
    }
    for (const name of names.slice(0, 5)) expect(since.get(name)).toBeLessThanOrEqual(2 * portionCalls);
    const { rows } = await sql<{ asked: number }>`select count(*)::int4 as asked from suite.followed_package where company_id like 'large%' and asked_at is not null group by company_id`.execute(db());
    const counts = rows.map(({ asked }) => asked);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(portionCalls);
  });

  it('keep the order of a company\'s packages, and lose and repeat none', async () => {
    await add('small', 60);
    await add('small', 90, second(5));
    const asked: string[] = [];
    for (let at = 5; asked.length < 90; at += 1) {
      expect(at).toBeLessThan(120);
      asked.push(...(await run(second(at), { application: 120, grant: 60 })).flatMap(({ numbers }) => numbers));
    }
    expect(asked).toEqual(Array.from({ length: 90 }, (_, index) => `1ZAAAA${String(index).padStart(6, '0')}`));
  });

  it('of a grant holds its company back alone, and says so with the time', async () => {
    const perMinute = { application: 3_000, grant: 60 };
    await add('large1', 100);
    await add('small', 5);
    const first = await run(second(0), perMinute);
    expect(first.map(({ name, numbers }) => [name, numbers.length])).toEqual([['large1', 4], ['small', 4]]);
    const delay = await delayOf('large1', second(0), perMinute);
    expect(delay).toMatchObject({ reason: 'grant-budget', since: second(0), waiting: 96, callsPerMinute: 60 });
    const goesOnAt = delay?.reason === 'grant-budget' ? delay.goesOnAt : null;
    if (goesOnAt === null) throw new Error('it does not say when it goes on');
    expect(await run(new Date(goesOnAt.getTime() - 1), perMinute)).toEqual([]);
    expect(await run(goesOnAt, perMinute)).toHaveLength(2);
    expect(await delayOf('large1', goesOnAt, perMinute)).toMatchObject({ since: second(0), waiting: 94 });
    expect(await delayOf('small', goesOnAt, perMinute)).toBeNull();
  });

  it('of a grant lets a company whose packages were added meanwhile make room in the line', async () => {
    const perMinute = { application: 3_000, grant: 20 };
    for (const name of names.slice(0, 4)) await add(name, 3);
    await run(second(0), perMinute);
    for (const name of names.slice(0, 4)) await add(name, 4, second(0.4));
    await add('small', 1, second(0.5));
    expect(await run(second(0.5), perMinute)).toEqual(names.slice(0, 4).map((name) => ({ name, numbers: [] })));
    expect(await run(second(0.5), perMinute)).toEqual([{ name: 'small', numbers: ['1ZAAAA000000'] }]);
  });

  it('of an application says to those in line who share it that it is used up, until it is not', async () => {
    const perMinute = { application: 20, grant: 20 };
    await add('large1', 3);
    await add('small', 3, second(1));
    const told: string[] = [];
    const stop = await database.listen('suite_followed', (key) => void told.push(key));
    expect((await run(second(1), perMinute)).map(({ name }) => name)).toEqual(['large1']);
    await expect.poll(() => told).toContain('idm|small');
    await stop();
    expect(await delayOf('small', second(1), perMinute)).toMatchObject({ reason: 'application-budget', since: second(1), waiting: 3, callsPerMinute: 20, goesOnAt: new Date(start + 2_600) });
    expect(await delayOf('small', second(12), perMinute)).toBeNull();
    expect((await run(second(3), perMinute)).map(({ name }) => name)).toEqual(['small']);
  });

  it('of an application is halved for all processes when UPS asks for fewer calls, once a minute', async () => {
    await slowApplication(db(), 'idm', second(0));
    await slowApplication(db(), 'idm', second(1));
    expect(await findBudget(db(), 'idm')).toMatchObject({ halvings: 1, slowedAt: start });
    expect(await findBudget(db(), 'idh')).toMatchObject({ halvings: 0 });
    await add('large1', 400);
    await add('large2', 400);
    const asked = await run(second(2), { application: 600, grant: 600 });
    expect(asked.map(({ numbers }) => numbers.length)).toEqual([12, 11]);
  });

  it('hold in every window when many workers draw at the same time and some never come back', { timeout: longTest }, async () => {
    const perMinute = { application: 300, grant: 100 };
    for (const name of names) await add(name, 400);
    const others = kind === 'postgres' ? await Promise.all([1, 2, 3, 4].map(() => database.connect({ max: 2 }))) : [database, database];
    const drawn: { at: number; name: string; calls: number }[] = [];
    for (let at = 0; at < 100; at += 1) {
      const now = second(at);
      await Promise.all(others.map(async (other, worker) => {
        const claims = await claimDue(other.kysely<unknown>(), 'idm', { now, limit: 1 + (worker % 2), claimMs, perMinute });
        drawn.push(...claims.map(({ company, calls }) => ({ at: now.getTime(), name: company, calls })));
        for (const claim of claims) {
          await ask(claim, now, other.kysely<unknown>());
          if (worker !== 0 || at % 20 !== 3) await giveBack(other.kysely<unknown>(), claim, { now, notBefore: now, delay: null });
        }
      }));
    }
    if (kind === 'postgres') await Promise.all(others.map((other) => other.close()));
    expectWithin(drawn, perMinute.application, 6_000);
    for (const name of names) expectWithin(drawn.filter((draw) => draw.name === name), perMinute.grant, 6_000);
    expect(drawn.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThanOrEqual(100 * perMinute.application / 76);
  });
});
