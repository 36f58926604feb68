import type { VaultContext } from './context.js';
import { grantName, type GrantKey } from './ids.js';

/** Work of one kind on grants: so much at a time, however many ticks begin it. What an earlier tick began keeps its place. */
export class Runners {
  readonly #context: VaultContext;
  readonly #running = new Map<string, Promise<void>>();
  #beginning: Promise<void> | undefined;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /**
   * Begins to work on what `take` gives, which is to be no more than there are places. One that fails, as when its grant ends
   * meanwhile, does not stop the others. Throws what `take` throws.
   */
  begin<K extends GrantKey>(take: (atMost: number) => Promise<readonly K[]>, work: (key: K) => Promise<unknown>): Promise<void> {
    // Two that saw the same free places would fill them twice.
    this.#beginning ??= this.#fill(take, work).finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  /** Resolves when all that was begun so far is done. */
  async done(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #fill<K extends GrantKey>(take: (atMost: number) => Promise<readonly K[]>, work: (key: K) => Promise<unknown>): Promise<void> {
    const free = this.#context.settings.dueAtOnce - this.#running.size;
    if (free <= 0) return;
    for (const key of (await take(free)).slice(0, free)) {
      const name = grantName(key);
      if (this.#running.has(name)) continue;
      this.#running.set(name, this.#run(name, () => work(key)));
    }
  }

  async #run(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#context.logger.warn({ err: error, grant: name }, 'work on a grant was not done');
    } finally {
      this.#running.delete(name);
    }
  }
}
