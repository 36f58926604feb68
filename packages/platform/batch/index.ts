import { setImmediate } from 'node:timers/promises';

/** Does the work of many callers at once; each gets the result of its own item. */
export type Batch<Item, Result> = (item: Item) => Promise<Result>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string | null;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Group commit: while one batch runs, what comes waits, and is the next batch. A lone caller waits for nobody. `work`
 * answers one result for each item, in their order; when it throws, every caller of that batch gets the error. No two
 * items of a batch have the same `keyOf`: the later one goes with a later batch, and sees what the earlier one did.
 */
export function createBatch<Item, Result>(options: {
  readonly most: number;
  readonly keyOf?: (item: Item) => string;
  work(items: readonly Item[]): Promise<readonly Result[]>;
}): Batch<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  function takeNext(): Waiting<Item, Result>[] {
    const keys = new Set<string>();
    const next: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    for (const one of waiting) {
      const fits = next.length < options.most && (one.key === null || !keys.has(one.key));
      (fits ? next : later).push(one);
      if (one.key !== null) keys.add(one.key);
    }
    waiting = later;
    return next;
  }

  /** Whatever else has reached this process by now takes part, turn by turn as long as more comes: a database in process would not let it in. */
  async function arrived(): Promise<void> {
    let before: number;
    do {
      before = waiting.length;
      await setImmediate();
    } while (waiting.length > before && waiting.length < options.most);
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      await arrived();
      const next = takeNext();
      try {
        const results = await options.work(next.map(({ item }) => item));
        if (results.length !== next.length) throw new Error(`a batch of ${next.length} has ${results.length} results`);
        results.forEach((result, index) => next[index]?.resolve(result));
      } catch (error) {
        for (const one of next) one.reject(error);
      }
    }
    isRunning = false;
  }

  return (item) => new Promise((resolve, reject) => {
    waiting.push({ item, key: options.keyOf?.(item) ?? null, resolve, reject });
    if (!isRunning) void run();
  });
}
