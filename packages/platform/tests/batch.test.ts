import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBatch } from '../batch/index.js';

/** Work that waits until it is let go, and remembers its batches. */
function held(options: { most: number; keyOf?: (item: number) => string }) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const batch = createBatch<number, string>({
    ...options,
    async work(items) {
      batches.push([...items]);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items.map((item) => `done ${item}`);
    },
  });
  return { batch, batches, letGo: async () => {
    do {
      gates.shift()?.();
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    } while (gates.length > 0);
  } };
}

describe('a batch', () => {
  it('is everything that came in one turn, and then what waited meanwhile', async () => {
    const { batch, batches, letGo } = held({ most: 3 });
    const first = batch(1);
    await new Promise(setImmediate);
    const all = [first, ...[2, 3, 4, 5, 6].map((item) => batch(item))];
    await letGo();
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5, 6].map((item) => `done ${item}`));
    expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('never holds a key twice, and keeps the order of what shares one', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (keys, most) => {
      const { batch, batches, letGo } = held({ most, keyOf: (item) => String(keys[item]) });
      const all = keys.map((_, item) => batch(item));
      await letGo();
      expect(await Promise.all(all)).toEqual(keys.map((_, item) => `done ${item}`));
      for (const one of batches) expect(new Set(one.map((item) => keys[item])).size).toBe(one.length);
      for (const key of new Set(keys)) {
        const order = batches.flat().filter((item) => keys[item] === key);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
    }), { numRuns: 50 });
  });

  it('fails for its own callers only', async () => {
    let failing = true;
    const batch = createBatch<number, number>({
      most: 10,
      async work(items) {
        if (!failing) return items;
        failing = false;
        throw new Error('the database is gone');
      },
    });
    await expect(batch(1)).rejects.toThrow('the database is gone');
    expect(await batch(2)).toBe(2);
  });
});
