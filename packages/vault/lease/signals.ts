import type { Database } from '@wayleave/platform/database';
import { sql, type RawBuilder } from 'kysely';
import type { VaultTrx } from '../context.js';
import { grantName, type GrantKey } from '../ids.js';

/**
 * What instances tell each other. `moved` and `voided`: this generation and all before it may no longer be used.
 * `changed`: a lease was given back, a pair stored or a redemption settled. Nothing depends on a signal arriving; it
 * saves waiting.
 */
export interface Signal {
  readonly kind: 'moved' | 'voided' | 'changed';
  readonly grant: string;
  readonly generation: number;
}

const channel = 'wayleave_vault';

/** The instances' common channel, and those in this process who wait for something on it. */
export class Signals {
  readonly #waiting = new Map<string, Set<() => void>>();
  #stop: (() => Promise<void>) | undefined;

  /** Begins to listen. `onEnded` is called for every grant that ended in another process, or in this one. */
  async start(database: Database, onEnded: (grant: string, generation: number, why: 'moved' | 'voided') => void): Promise<void> {
    this.#stop = await database.listen(channel, (payload) => {
      const signal = readSignal(payload);
      if (!signal) return;
      if (signal.kind !== 'changed') onEnded(signal.grant, signal.generation, signal.kind);
      this.wake(signal.grant);
    });
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    for (const grant of [...this.#waiting.keys()]) this.wake(grant);
  }

  /** Sends when the transaction commits. */
  async send(trx: VaultTrx, kind: Signal['kind'], key: GrantKey, generation: number): Promise<void> {
    await sql`select ${this.notification(kind, key, generation)}`.execute(trx);
  }

  /** The expression that sends, for a statement that does so on a condition. */
  notification(kind: Signal['kind'], key: GrantKey, generation: number): RawBuilder<unknown> {
    const payload = JSON.stringify({ kind, grant: grantName(key), generation } satisfies Signal);
    return sql`pg_notify(${channel}, ${payload})`;
  }

  /** Resolves at the next signal for this grant, or after this time. */
  async next(key: GrantKey, timeoutMs: number): Promise<void> {
    const grant = grantName(key);
    const waiting = this.#waiting.get(grant) ?? new Set();
    this.#waiting.set(grant, waiting);
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(grant);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      waiting.add(done);
    });
  }

  wake(grant: string): void {
    for (const done of [...(this.#waiting.get(grant) ?? [])]) done();
  }
}

function readSignal(payload: string): Signal | null {
  try {
    const signal = JSON.parse(payload) as Partial<Signal>;
    const known = signal.kind === 'moved' || signal.kind === 'voided' || signal.kind === 'changed';
    return known && typeof signal.grant === 'string' && typeof signal.generation === 'number' ? (signal as Signal) : null;
  } catch {
    return null;
  }
}
