import { countWindows, enterLeftWindows, enterWindow } from '../audit/audit-window-store.js';
import type { VaultContext } from '../context.js';
import { eachAlone } from '../each-alone.js';
import { LeaseLost } from '../errors.js';
import { grantName, type GrantKey } from '../ids.js';
import { findTokenSet, readAccessToken, type HeldToken } from '../token/token-set-store.js';
import { Deadline, now, waitAtMost } from './deadline.js';
import type { HeldLease, LeaseEnd } from './held-lease.js';
import { findExpiredLeases, giveLeaseBack, removeExpiredLease, renewLeases, takeLease } from './lease-store.js';

/** Idle leases are given back so many at a time: each takes a transaction, and renewals wait behind them for a connection. */
const mostGivenBackAtOnce = 100;

/** So many windows are entered between two counts: thousands of leases that were taken together are due together. */
const mostEnteredAtOnce = 100;

interface Taking {
  readonly lease: Promise<HeldLease>;
  /** The highest generation that was seen to end while the lease was being taken. */
  endedUpTo: number;
}

/** The leases of this instance: at most one per grant, taken when needed, renewed in one statement while in use. */
export class Leases {
  readonly #context: VaultContext;
  readonly #held = new Map<string, HeldLease>();
  readonly #taking = new Map<string, Taking>();
  readonly #returning = new Map<string, Promise<void>>();
  /** Expired rows as they were first seen, and when by our own monotonic clock. */
  readonly #expiredSince = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #counting: Promise<void> | undefined;
  #closed = false;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /** How many are held, also those that nothing uses at the moment. */
  get size(): number {
    return this.#held.size;
  }

  /** Begins to renew. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#renewing ??= waitAtMost(this.#context.settings.leaseMs, this.#renew()).finally(() => {
        this.#renewing = undefined;
      });
    }, this.#context.settings.leaseMs / 3);
    this.#timer.unref();
  }

  /** The live lease of a grant that is held already, without waiting for anything. */
  held(key: GrantKey): HeldLease | undefined {
    const held = this.#closed ? undefined : this.#held.get(grantName(key));
    if (!held?.isLive) return undefined;
    held.lastHeld = now();
    return held;
  }

  /** The live lease of a grant. Throws NotOptedIn, NeedsOptIn, LeaseLost, or what the database says. */
  async hold(key: GrantKey): Promise<HeldLease> {
    const name = grantName(key);
    for (;;) {
      if (this.#closed) throw new LeaseLost();
      const live = this.held(key);
      if (live) return live;
      const dead = this.#held.get(name);
      if (dead) this.#release(dead, 'lost');
      const returning = this.#returning.get(name);
      if (returning) {
        await returning;
        continue;
      }
      // Nothing was awaited since the three maps were read: no second lease can appear beside one that they hold.
      const lease = await (this.#taking.get(name) ?? this.#take(key)).lease;
      if (!lease.isLive) throw lease.whyDead;
      return lease;
    }
  }

  /** Ends what this instance holds of this generation and older ones, and gives it back once its calls settled. */
  async end(name: string, upTo: number, why: LeaseEnd): Promise<void> {
    const taking = this.#taking.get(name);
    if (taking) taking.endedUpTo = Math.max(taking.endedUpTo, upTo);
    const held = this.#held.get(name);
    if (held && held.generation <= upTo) this.#release(held, why);
    await this.#returning.get(name);
  }

  /** Lets the next good answer take back what the grant's row remembers of refusals and troubles. */
  doubt(key: GrantKey): void {
    const held = this.#held.get(grantName(key));
    if (held) held.doubted = true;
  }

  /** Gives the lease that is held now a token that was just stored. */
  adopt(key: GrantKey, generation: number, token: HeldToken): void {
    const held = this.#held.get(grantName(key));
    if (held?.generation === generation && held.token.version < token.version) held.token = token;
  }

  /** Reads the stored access token again and gives the version that is stored now. */
  async reload(lease: HeldLease): Promise<number> {
    const row = await findTokenSet(this.#context.db, lease.key);
    if (row?.generation !== lease.generation) return lease.token.version;
    if (row.version > lease.token.version) lease.token = readAccessToken(this.#context.keys, row);
    return row.version;
  }

  /**
   * Removes rows that other instances left behind. A row counts as left behind when it stayed as it is for a whole lease
   * by our own clock after its end: no step of the database's clock can make a live one look dead.
   */
  async sweep(): Promise<void> {
    const expired = await findExpiredLeases(this.#context);
    const seen = new Set(expired.map(({ take_id, until }) => `${take_id} ${until}`));
    for (const name of this.#expiredSince.keys()) if (!seen.has(name)) this.#expiredSince.delete(name);
    const { leaseMs, wireAllowanceMs } = this.#context.settings;
    const { monotonicMs } = now();
    const left = expired.filter((row) => {
      const name = `${row.take_id} ${row.until}`;
      const since = this.#expiredSince.get(name);
      if (since === undefined) this.#expiredSince.set(name, monotonicMs);
      return since !== undefined && monotonicMs - since > leaseMs + wireAllowanceMs;
    });
    await eachAlone(this.#context.logger, 'removing a lease that was left behind', left, (row) => removeExpiredLease(this.#context, row));
    await enterLeftWindows(this.#context);
  }

  /** Ends every use of this instance and gives its leases back. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.allSettled([...this.#taking.values()].map(({ lease }) => lease));
    for (const lease of [...this.#held.values()]) this.#release(lease, 'lost');
    await this.#renewing;
    if (this.#counting) await waitAtMost(this.#context.settings.leaseMs, this.#counting);
    await Promise.all(this.#returning.values());
  }

  #take(key: GrantKey): Taking {
    const name = grantName(key);
    const taking: Taking = { endedUpTo: 0, lease: takeLease(this.#context, key) };
    this.#taking.set(name, taking);
    const settle = (lease: HeldLease | null) => {
      this.#taking.delete(name);
      if (!lease) return;
      this.#held.set(name, lease);
      if (lease.generation <= taking.endedUpTo) this.#release(lease, 'moved');
      else this.#endAtDeadline(lease);
    };
    taking.lease.then(settle, () => settle(null));
    return taking;
  }

  /**
   * Calls that run when a lease runs out are cut; what keeps new ones from being sent is the check at their first byte. The
   * timer knows the lease by its ids only: it would keep the token of one that is long given back.
   */
  #endAtDeadline({ key, takeId, remainingMs }: HeldLease): void {
    const timer = setTimeout(() => {
      const lease = this.#held.get(grantName(key));
      if (lease?.takeId !== takeId) return;
      if (lease.isLive) this.#endAtDeadline(lease);
      else this.#release(lease, 'lost');
    }, Math.max(1, remainingMs));
    timer.unref();
  }

  #release(lease: HeldLease, why: LeaseEnd): void {
    const name = grantName(lease.key);
    if (!this.#isHeld(lease)) return;
    this.#held.delete(name);
    lease.end(why);
    const giveBack = () => giveLeaseBack(this.#context, lease)
      .catch((error: unknown) => this.#context.logger.warn({ err: error, grant: name }, 'a lease could not be given back; it runs out by itself'));
    // A database that does not answer keeps nobody from taking the lease anew: what comes late is meant for the old taking only.
    const returning = lease.settled()
      .then(() => waitAtMost(this.#context.settings.leaseMs, giveBack()))
      .finally(() => {
        if (this.#returning.get(name) === returning) this.#returning.delete(name);
      });
    this.#returning.set(name, returning);
  }

  async #renew(): Promise<void> {
    const { settings, logger } = this.#context;
    const { monotonicMs } = now();
    const inUse: HeldLease[] = [];
    for (const lease of [...this.#held.values()]) {
      const isOver = lease.isIdle && monotonicMs - lease.lastHeld.monotonicMs > settings.leaseIdleMs;
      if (isOver && this.#returning.size < mostGivenBackAtOnce) this.#release(lease, 'lost');
      else inUse.push(lease);
    }
    if (inUse.length === 0) return;
    try {
      const { start, renewals } = await renewLeases(this.#context, inUse);
      const answers = new Map(renewals.map((renewal) => [renewal.takeId, renewal]));
      const deadline = new Deadline(start, settings.leaseMs);
      for (const lease of inUse) {
        const answer = answers.get(lease.takeId);
        if (answer === undefined) {
          this.#release(lease, lease.isLive ? 'moved' : 'lost');
          continue;
        }
        // What another instance ran into, a good answer here takes back, too.
        if (answer.isDoubted) lease.doubted = true;
        // The answer to an older renewal that comes late moves no end back.
        if (answer.isRenewed && deadline.remainingMs > lease.remainingMs) lease.renew(deadline);
      }
      await Promise.all(inUse.filter(({ takeId, token }) => (answers.get(takeId)?.version ?? 0) > token.version).map((lease) => this.#follow(lease)));
    } catch (error) {
      logger.warn({ err: error, leases: inUse.length }, 'leases could not be renewed');
    }
    // No renewal waits for it: whoever holds the audit chain of one company must not cost the others their leases.
    this.#counting ??= this.#count(inUse.filter((lease) => this.#isHeld(lease)))
      .catch((error: unknown) => logger.warn({ err: error }, 'uses could not be counted; they are after a later renewal'))
      .finally(() => {
        this.#counting = undefined;
      });
  }

  #isHeld(lease: HeldLease): boolean {
    return this.#held.get(grantName(lease.key)) === lease;
  }

  /** Takes over the token that a refresh elsewhere stored. One that cannot be opened, as during a rotation, is its grant's trouble alone. */
  async #follow(lease: HeldLease): Promise<void> {
    try {
      await this.reload(lease);
    } catch (error) {
      this.#context.logger.warn({ err: error, grant: grantName(lease.key) }, 'a newer token could not be read');
    }
  }

  /** Writes down what was done so far; what goes on for long is entered into the audit chain in between. */
  async #count(leases: readonly HeldLease[]): Promise<void> {
    await countWindows(this.#context, leases);
    const { monotonicMs } = now();
    const due = leases.filter(({ entered }) => monotonicMs - entered.monotonicMs >= this.#context.settings.auditWindowMs);
    const entering = due.slice(0, mostEnteredAtOnce).map((lease) => ({ ...lease.key, lease }));
    await eachAlone(this.#context.logger, 'entering uses into the audit', entering, async ({ lease }) => {
      if (!this.#isHeld(lease)) return;
      await enterWindow(this.#context, lease);
      lease.entered = now();
    });
  }
}
