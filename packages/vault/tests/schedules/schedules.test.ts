import { databaseKinds } from '@wayleave/dev/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, ModelDatabase } from '../model/model-database.js';
import { operations, type Operations } from '../model/operations.js';
import { beginning, isFar, pairsAt, places, type Operation } from './places.js';
import { advance, Scheduler, type Choice, type Scheduled } from './schedules.js';

const text = ([name, given]: Operation) => `${name} ${JSON.stringify(given)}`;
const work = (by: Operations, [name, given]: Operation) => () => (by[name] as (given: unknown) => Promise<unknown>)(given);

/** On PGlite there is one connection: transactions come one after the other anyway. */
describe.runIf(databaseKinds().includes('postgres'))('two transactions of the vault', () => {
  let database: ModelDatabase;
  let scheduler: Scheduler;
  let run: Operations;
  beforeAll(async () => {
    database = await ModelDatabase.open('postgres');
    scheduler = await Scheduler.connect(database.url);
    run = operations(database);
  });
  afterAll(async () => {
    await scheduler[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const after = async (state: number, operation: Operation) => database.known(state, text(operation)) ?? database.run(state, text(operation), work(run, operation));

  async function serially(state: number, first: Operation, second: Operation): Promise<string> {
    const one = await after(state, first);
    const other = await after(one.to, second);
    return JSON.stringify([one.out, other.out, other.to]);
  }

  /** Every order of the statements of both; gives how many there are, and those that did not end as whoever ended first then the other. */
  async function beside(state: number, a: Operation, b: Operation): Promise<{ orders: number; wrong: string[] }> {
    const serial = [await serially(state, a, b), await serially(state, b, a)] as const;
    const [forA, forB] = scheduler.participants.map(({ db }) => operations({ db, keys: database.keys }));
    if (!forA || !forB) throw new Error('two are needed');
    const tried: Choice[] = [];
    const wrong: string[] = [];
    let orders = 0;
    do {
      orders += 1;
      const name = `${text(a)} beside ${text(b)}`;
      const { to, out } = await database.run(state, `${name} ${orders}`, () => scheduler.next(tried, [work(forA, a), work(forB, b)]));
      const { results: [ofA, ofB], first, order } = out as Scheduled;
      const result = JSON.stringify(first === 0 ? [ofA, ofB, to] : [ofB, ofA, to]);
      if (result !== serial[first]) wrong.push(`${name}, ${order}: ${result} and not ${serial[first]}`);
    } while (advance(tried));
    return { orders, wrong };
  }

  it.each(places)('end in every order of their statements as one after the other: $name', { timeout: isFar ? 1_800_000 : 120_000 }, async (place) => {
    let state = emptyDatabase;
    for (const operation of [...beginning, ...place.before]) state = (await after(state, operation)).to;
    let orders = 0;
    const wrong: string[] = [];
    for (const [a, b] of pairsAt(place)) {
      const result = await beside(state, a, b);
      orders += result.orders;
      wrong.push(...result.wrong);
    }
    expect(wrong).toEqual([]);
    expect(orders).toBeGreaterThanOrEqual(place.orders);
  });
});
