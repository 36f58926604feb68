import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock/index.js';
import { TooManyRequests } from '../errors/index.js';
import { createLinkStore } from '../one-time-link/index.js';
import { createSessionStore } from '../session/index.js';
import { createThrottle } from '../throttle/index.js';
import { createStoreTables } from './tables.js';

const minute = 60_000;

describe.each(databaseKinds())('stores on %s', (kind) => {
  let database: TestDatabase;
  const clock = new MovableClock();
  beforeAll(async () => {
    database = await testDatabase(kind);
    await createStoreTables(database);
  });
  afterAll(() => database.close());

  const sessions = () => createSessionStore({ database, table: 't.session', clock, idleMs: 30 * minute, absoluteMs: 8 * 60 * minute });
  const links = () => createLinkStore({ database, table: 't.one_time_link', clock });
  const throttle = () => createThrottle({ database, table: 't.throttle', clock });

  it('SS02 keeps only the hash of a session', async () => {
    const token = await sessions().create('ann', 1);
    const { rows } = await sql<{ text: string }>`select s::text as text from t.session s`.execute(database.kysely());
    expect(rows.map(({ text }) => text).join()).not.toContain(token);
    expect(await sessions().find(token)).toMatchObject({ subject: 'ann', epoch: 1 });
    expect(await sessions().find(`${token}x`)).toBeNull();
  });

  it('SS03 ends a session that idles, and one that is used for too long', async () => {
    const idle = await sessions().create('ben', 1);
    const busy = await sessions().create('ben', 1);
    for (let passed = 0; passed < 31; passed += 10) {
      clock.advance(10 * minute);
      await sessions().find(busy);
    }
    expect(await sessions().find(idle)).toBeNull();
    expect(await sessions().find(busy)).not.toBeNull();
    for (let passed = 0; passed < 8 * 60; passed += 20) {
      clock.advance(20 * minute);
      await sessions().find(busy);
    }
    expect(await sessions().find(busy)).toBeNull();
  });

  it('SS04 ends every session but the one that is kept', async () => {
    const [kept, other] = [await sessions().create('cat', 1), await sessions().create('cat', 1)];
    const stranger = await sessions().create('dan', 1);
    await sessions().endAll('cat', undefined, kept);
    expect(await sessions().find(other)).toBeNull();
    expect(await sessions().find(kept)).not.toBeNull();
    expect(await sessions().find(stranger)).not.toBeNull();
  });

  it('hands out a waiting message once', async () => {
    const token = await sessions().create('eve', 1);
    await sessions().setFlash(token, { kind: 'generated' });
    expect(await sessions().takeFlash(token)).toEqual({ kind: 'generated' });
    expect(await sessions().takeFlash(token)).toBeNull();
  });

  it('PW06 lets a link be spent once, by one of many, and not by looking', async () => {
    const token = await links().create({ purpose: 'reset', subject: 'ann', data: { name: 'x' }, lifetimeMs: 15 * minute });
    expect(await links().peek(token, 'reset')).toMatchObject({ subject: 'ann', data: { name: 'x' } });
    expect(await links().peek(token, 'confirm')).toBeNull();
    const spent = await Promise.all(Array.from({ length: 8 }, () => links().consume(token, 'reset', database.kysely())));
    expect(spent.filter((link) => link !== null)).toHaveLength(1);
    expect(await links().peek(token, 'reset')).toBeNull();
  });

  it('PW06 lets a newer link end the older one, and time end both', async () => {
    const older = await links().create({ purpose: 'reset', subject: 'ben', lifetimeMs: 15 * minute });
    const newer = await links().create({ purpose: 'reset', subject: 'ben', lifetimeMs: 15 * minute });
    expect(await links().peek(older, 'reset')).toBeNull();
    clock.advance(15 * minute);
    expect(await links().peek(newer, 'reset')).toBeNull();
  });

  it('counts exactly the allowed hits, also when they come at once, and opens again after the window', async () => {
    const limit = { limit: 5, windowMs: 10 * minute };
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => throttle().hit('key', limit)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(throttle().check('key', limit)).rejects.toThrow(TooManyRequests);
    await throttle().hit('another key', limit);
    clock.advance(10 * minute);
    await throttle().check('key', limit);
    await throttle().hit('key', limit);
  });

  it('begins anew where the clock was set back before the window, and not where two clocks differ a little', async () => {
    const limit = { limit: 1, windowMs: 10 * minute };
    await throttle().hit('back', limit);
    clock.advance(-5_000);
    await expect(throttle().check('back', limit)).rejects.toThrow(TooManyRequests);
    await expect(throttle().hit('back', limit)).rejects.toThrow(TooManyRequests);
    clock.advance(-3 * 24 * 60 * minute);
    await throttle().check('back', limit);
    await throttle().hit('back', limit);
    await expect(throttle().hit('back', limit)).rejects.toThrow(TooManyRequests);
    clock.advance(10 * minute);
    await throttle().hit('back', limit);
    clock.advance(3 * 24 * 60 * minute);
  });

  it('tells how long to wait', async () => {
    const limit = { limit: 1, windowMs: 10 * minute };
    await throttle().hit('patience', limit);
    clock.advance(8 * minute);
    const refusal = await throttle().hit('patience', limit).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TooManyRequests);
    expect((refusal as TooManyRequests).retryAfterSeconds).toBeLessThanOrEqual(120);
    expect((refusal as TooManyRequests).retryAfterSeconds).toBeGreaterThan(110);
  });
});
