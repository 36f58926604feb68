import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explore } from './explore.js';
import { ModelDatabase } from './model-database.js';
import type { Bound } from './state.js';

const never: Bound = { uses: 0, refreshes: 0, recoveries: 0, clears: 0, optIns: 0, others: 0, decisions: 0, crashes: 0, unclear: 0, kept: 0, voids: 0, rotations: 0 };

/** How often what may happen, and how many states there are at least: a model that shrinks unnoticed proves nothing. */
const bounds: [Partial<Bound>, number][] = [
  [{ optIns: 2, clears: 1, crashes: 1 }, 400],
  [{ clears: 2, optIns: 1, crashes: 1 }, 300],
  [{ uses: 1, clears: 2 }, 1_200],
  [{ uses: 1, clears: 1, crashes: 1 }, 3_400],
  [{ refreshes: 2, recoveries: 1 }, 25_000],
  [{ refreshes: 1, recoveries: 1, unclear: 1, kept: 1, voids: 1 }, 22_000],
  [{ refreshes: 1, clears: 1 }, 2_800],
  [{ refreshes: 1, rotations: 1 }, 1_600],
  [{ optIns: 2, others: 2, decisions: 1, clears: 1 }, 850],
  [{ refreshes: 1, optIns: 1, others: 1, decisions: 1 }, 8_000],
  [{ uses: 1, optIns: 1, others: 1, decisions: 1 }, 1_200],
];

/** `npm run model`: many minutes. */
const farBounds: [Partial<Bound>, number][] = [
  [{ uses: 1, clears: 1, optIns: 1 }, 4_500],
  [{ refreshes: 1, recoveries: 1, optIns: 1 }, 22_000],
  [{ uses: 2, clears: 1, crashes: 1 }, 9_000],
  [{ uses: 1, clears: 2, optIns: 1, crashes: 1 }, 160_000],
  [{ refreshes: 2, recoveries: 1, unclear: 1, kept: 1, voids: 1 }, 190_000],
  [{ refreshes: 1, recoveries: 1, unclear: 1, clears: 1, optIns: 1 }, 320_000],
  [{ refreshes: 1, recoveries: 1, clears: 1, crashes: 1 }, 168_000],
  [{ refreshes: 1, clears: 1, optIns: 1, rotations: 1 }, 88_000],
  [{ optIns: 1, others: 1, decisions: 1, clears: 1, rotations: 1 }, 260],
  [{ uses: 1, optIns: 1, others: 1, decisions: 1, clears: 1 }, 10_000],
  [{ optIns: 3, others: 2, decisions: 2, clears: 1 }, 28_000],
  [{ refreshes: 1, optIns: 1, others: 1, decisions: 1, clears: 1 }, 60_000],
  [{ refreshes: 1, recoveries: 1, unclear: 1, voids: 1, optIns: 1, others: 1, decisions: 1 }, 400_000],
  [{ uses: 1, optIns: 1, others: 1, decisions: 1, crashes: 1 }, 6_100],
];

describe('two instances, in every order of what can happen', () => {
  let database: ModelDatabase;
  beforeAll(async () => {
    database = await ModelDatabase.open('pglite');
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const named = (chosen: typeof bounds) => chosen.map(([bound, atLeast]) => [Object.entries(bound).map(([what, times]) => `${times} ${what}`).join(', '), bound, atLeast] as const);

  it.each(named(process.env['WAYLEAVE_MODEL'] === 'far' ? [...bounds, ...farBounds] : bounds))('keep every promise: %s', { timeout: 1_800_000 }, async (_, bound, atLeast) => {
    const { states, broken } = await explore(database, { ...never, ...bound });
    expect(broken && `${broken.promise}: ${broken.way.join(', ')}`).toBeNull();
    expect(states).toBeGreaterThanOrEqual(atLeast);
  });
});
