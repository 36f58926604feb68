import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { emptyDatabase, ModelDatabase } from './model-database.js';
import { operations, type Operations } from './operations.js';

let database: ModelDatabase;
let run: Operations;
let state: number;
beforeAll(async () => {
  database = await ModelDatabase.open('pglite');
  run = operations(database);
});
afterAll(() => database[Symbol.asyncDispose]());

async function after<T>(name: string, operation: () => Promise<T>): Promise<unknown> {
  const { to, out } = await database.run(state, name, operation);
  state = to;
  return out;
}

async function optIn(n: number, number: number): Promise<void> {
  await after(`opt-in ${n}`, () => run.beginOptIn({ optIn: n }));
  await after(`callback ${n}`, () => run.callback({ optIn: n }));
  await after(`consent ${n}`, () => run.storeConsent({ number, consent: n, isOther: false }));
}

const lease = (instance: string) => ({ instance, generation: 1, version: 1, consent: 1, n: 0 });

beforeEach(async () => {
  state = emptyDatabase;
  await optIn(1, 1);
  await after('lease A', () => run.take({ instance: 'A1' }));
  await after('lease B', () => run.take({ instance: 'B1' }));
});

it('the end of a Clear that came late does not end a newer Clear', async () => {
  expect(await after('clear 2', () => run.beginClear({ generation: 1 }))).toEqual({ kind: 'clearing', generation: 2 });
  expect(await after('finish 2', () => run.finishClear({ generation: 2 }))).toBe(true);
  await optIn(2, 3);
  expect(await after('clear 4', () => run.beginClear({ generation: 3 }))).toEqual({ kind: 'clearing', generation: 4 });
  expect(await after('finish 2 again', () => run.finishClear({ generation: 2 }))).toBe(false);
  expect(database.summary(state).state).toBe('clearing');
});

it('a recovery that is throttled leaves the answer lost', async () => {
  await after('claim', () => run.claim(lease('A1')));
  await after('unknown', () => run.noteUnknown({ ...lease('A1'), recovery: false }));
  expect(await after('recovery', () => run.claim(lease('B1')))).toMatchObject({ kind: 'claimed', recovery: true });
  await after('kept', () => run.noteKept({ ...lease('B1'), recovery: true }));
  expect(database.summary(state).redemption).toMatchObject({ phase: 'uncertain' });
});
