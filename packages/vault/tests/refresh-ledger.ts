import type { ServerResponse } from 'node:http';
import type { Arrival, ScriptedUps } from './scripted-ups.js';
import { refreshPath } from './test-vault.js';

interface Post {
  readonly token: string;
  /** What UPS made for it, whether or not that reached anybody. */
  made: string | null;
  isOpen: boolean;
}

/** Watches what UPS is sent refresh tokens for, and answers as slowly as it is told to. */
export class RefreshLedger {
  readonly #ups: ScriptedUps;
  readonly #posts: Post[] = [];
  readonly #overlaps: string[] = [];
  readonly #next = new Map<string, { does: 'waits' | 'spends'; reached: () => void }>();
  readonly #delays = new Map<string, number>();

  constructor(ups: ScriptedUps, latencyMs: { readonly from: number; readonly to: number }) {
    this.#ups = ups;
    ups.always(refreshPath, (arrival, response) => {
      const post = this.#open(arrival, response);
      const next = this.#next.get(post.token);
      this.#next.delete(post.token);
      if (next?.does === 'waits') return next.reached();
      const before = ups.issued().length;
      if (next) {
        ups.spend(post.token);
        post.made = ups.issued()[before] ?? null;
        return next.reached();
      }
      // Log-uniform, so that short and long ones are equally common.
      const waitMs = this.#delays.get(post.token) ?? latencyMs.from * (latencyMs.to / latencyMs.from) ** Math.random();
      setTimeout(() => {
        const before = ups.issued().length;
        ups.answer(arrival, response);
        post.made = ups.issued()[before] ?? null;
      }, waitMs);
    });
  }

  /** The next POST of this token is not answered. Resolves when it is there and UPS has done with it what it is said to do. */
  next(token: string, does: 'waits' | 'spends'): Promise<void> {
    return new Promise((resolve) => {
      this.#next.set(token, { does, reached: resolve });
    });
  }

  /** Answers this token after this time. */
  delay(token: string, ms: number): void {
    this.#delays.set(token, ms);
  }

  get posts(): number {
    return this.#posts.length;
  }

  postsOf(token: string): number {
    return this.#posts.filter((post) => post.token === token).length;
  }

  isOpen(token: string): boolean {
    return this.#posts.some((post) => post.token === token && post.isOpen);
  }

  /**
   * Tokens of which two POSTs were under way at a time, and tokens that were sent again though what UPS had made for them
   * had reached somebody: it was used.
   */
  breaches(): string[] {
    const carried = new Set(this.#ups.arrivals.map(({ bearer }) => bearer));
    const repeated = this.#posts.filter(({ token, made }, place) => made !== null && carried.has(made)
      && this.#posts.some((other, otherPlace) => other.token === token && otherPlace > place));
    return [...this.#overlaps, ...repeated.map(({ token }) => `${token} was sent again though its answer was used`)];
  }

  #open(arrival: Arrival, response: ServerResponse): Post {
    const token = arrival.form.get('refresh_token') ?? '';
    if (this.isOpen(token)) this.#overlaps.push(`two POSTs of ${token} at a time`);
    const post: Post = { token, made: null, isOpen: true };
    this.#posts.push(post);
    response.on('close', () => {
      post.isOpen = false;
    });
    return post;
  }
}
