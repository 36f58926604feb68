import pg from 'pg';
import { Participant } from './participant.js';

/** How two pieces of work went that were interleaved in one way. */
export interface Scheduled {
  readonly results: readonly [unknown, unknown];
  /** Who ended first, 0 or 1: whose last statement was done first. */
  readonly first: 0 | 1;
  /** Who was let on, statement by statement. */
  readonly order: string;
}

type Both<T> = readonly [T, T];

/** Two connections and a look at who waits for whom. */
export class Scheduler implements AsyncDisposable {
  readonly participants: Both<Participant>;
  readonly #observer: pg.Client;

  private constructor(participants: Both<Participant>, observer: pg.Client) {
    this.participants = participants;
    this.#observer = observer;
  }

  static async connect(url: string): Promise<Scheduler> {
    const observer = new pg.Client({ connectionString: url });
    await observer.connect();
    return new Scheduler([await Participant.connect(url), await Participant.connect(url)], observer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const participant of this.participants) await participant[Symbol.asyncDispose]();
    await this.#observer.end();
  }

  /**
   * Runs both, one statement at a time, in an order that no run before had; undefined when there is none left. `tried` is
   * what has been tried, kept from run to run.
   */
  async next(tried: Choice[], work: Both<() => Promise<unknown>>): Promise<Scheduled> {
    const [a, b] = this.participants;
    const results = Promise.all([a.begin(work[0]), b.begin(work[1])]);
    results.catch(() => undefined);
    let order = '';
    let who: 0 | 1 = 0;
    let first: 0 | 1 | undefined;
    for (;;) {
      const canGo = await this.#canGo();
      // If both are done by one step, the other had waited for the one that was let on.
      if (a.isDone || b.isDone) first ??= a.isDone && b.isDone ? who : a.isDone ? 0 : 1;
      if (a.isDone && b.isDone) break;
      if (canGo.length === 0) continue;
      const choice = (tried[order.length] ??= { left: [...canGo] });
      const [next] = choice.left;
      if (next === undefined || !canGo.includes(next)) throw new Error(`the order ${order} cannot be repeated`);
      who = next;
      order += who === 0 ? 'a' : 'b';
      this.participants[who].go();
    }
    return { results: await results, first: first ?? 0, order };
  }

  async #canGo(): Promise<(0 | 1)[]> {
    const [a, b] = this.participants;
    const able: (0 | 1)[] = [];
    if ((await a.settled(this.#observer, b)) && !a.isDone) able.push(0);
    if ((await b.settled(this.#observer, a)) && !b.isDone) able.push(1);
    return able;
  }
}

/** Who could go at one point, and was not let on yet; the first one is being tried. */
export interface Choice {
  readonly left: (0 | 1)[];
}

/** Moves on to the next order; false when every order was tried. */
export function advance(tried: Choice[]): boolean {
  for (let last = tried.at(-1); last; last = tried.at(-1)) {
    last.left.shift();
    if (last.left.length > 0) return true;
    tried.pop();
  }
  return false;
}
