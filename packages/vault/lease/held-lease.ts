import type { Clock } from '@wayleave/platform/clock';
import { authorize, type Transport, type UpsRequest, type UpsResponse } from '@wayleave/ups-api';
import { Usage, type Work } from '../audit/usage.js';
import { GrantEnded, LeaseLost, NeedsOptIn } from '../errors.js';
import type { GrantKey } from '../ids.js';
import type { HeldToken } from '../token/token-set-store.js';
import { CallCut } from './call-cut.js';
import { delay, now, type Deadline, type Moment } from './deadline.js';

/** Why a lease is over: the generation moved on, UPS refused the grant, or it could not be renewed in time. */
export type LeaseEnd = 'moved' | 'voided' | 'lost';

interface Exchange {
  readonly cut: CallCut;
  /** A redemption whose bytes have left is never cut: its answer is needed, if only to know that it is to be destroyed. */
  readonly outlivesEnd: boolean;
  written: boolean;
  answer: Promise<UpsResponse>;
}

export interface HeldLeaseOptions {
  readonly key: GrantKey;
  readonly generation: number;
  readonly takeId: string;
  readonly token: HeldToken;
  readonly deadline: Deadline;
  readonly wireAllowanceMs: number;
  /** For the times that people are shown; the lease itself runs on the machine's. */
  readonly clock: Clock;
  /** Whether the grant's row remembers a refusal or a trouble that a good answer would take back. */
  readonly doubted: boolean;
}

/** One instance's right to use one generation of a grant, in memory: while it lives, a use costs no statement. */
export class HeldLease {
  readonly key: GrantKey;
  readonly generation: number;
  readonly takeId: string;
  token: HeldToken;
  doubted: boolean;
  /** Uses and refreshes at work; the lease is renewed while there are any. */
  holders = 0;
  lastHeld: Moment = now();
  callsCutOff = 0;
  lastCallEndedAt: Date | null = null;
  readonly usage = new Usage();
  /** When what was done under it was last entered into the audit chain. */
  entered: Moment = now();
  readonly #running = new Set<Exchange>();
  readonly #wireAllowanceMs: number;
  readonly #clock: Clock;
  #deadline: Deadline;
  #end: LeaseEnd | undefined;

  constructor(options: HeldLeaseOptions) {
    this.key = options.key;
    this.generation = options.generation;
    this.takeId = options.takeId;
    this.token = options.token;
    this.doubted = options.doubted;
    this.#deadline = options.deadline;
    this.#wireAllowanceMs = options.wireAllowanceMs;
    this.#clock = options.clock;
  }

  get isLive(): boolean {
    return this.#end === undefined && !this.#deadline.passed;
  }

  get remainingMs(): number {
    return this.#deadline.remainingMs;
  }

  get isIdle(): boolean {
    return this.holders === 0 && this.#running.size === 0;
  }

  renew(deadline: Deadline): void {
    this.#deadline = deadline;
  }

  /** Sends a use's request with the access token. Throws what `whyDead` says when the lease ends before the answer. */
  async call(transport: Transport, request: UpsRequest, work: Work): Promise<UpsResponse> {
    const token = this.token.accessToken.reveal();
    const response = await this.#exchange(transport, authorize(request, token), false, {}, () => {
      this.usage.call(work, this.#clock.now());
    });
    this.usage.answer(work, Buffer.byteLength(response.body));
    this.lastCallEndedAt = this.#clock.now();
    return response;
  }

  /** Sends a refresh, on a connection of its own. It starts only while the lease lives, and once sent is not cut. */
  redeem(transport: Transport, request: UpsRequest, deadlineMs: number, beforeFirstByte: () => void): Promise<UpsResponse> {
    return this.#exchange(transport, request, true, { fresh: true, deadlineMs }, beforeFirstByte);
  }

  /** Ends the lease: nothing more is sent, and running calls are cut. The first reason stays. */
  end(why: LeaseEnd): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    for (const exchange of this.#running) {
      if (exchange.outlivesEnd && exchange.written) continue;
      if (!exchange.outlivesEnd) this.callsCutOff += 1;
      exchange.cut.cut();
    }
    if (this.callsCutOff > 0) this.lastCallEndedAt = this.#clock.now();
  }

  /** After `end`: resolves when every call was never written, was answered, or was cut and its bytes had time to arrive. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running].map((exchange) => this.#released(exchange)));
  }

  get whyDead(): Error {
    return this.#whyDead(false);
  }

  #whyDead(sent: boolean): Error {
    if (this.#end === 'moved') return new GrantEnded();
    return this.#end === 'voided' ? new NeedsOptIn() : new LeaseLost(sent);
  }

  async #exchange(
    transport: Transport, request: UpsRequest, outlivesEnd: boolean, options: { fresh?: boolean; deadlineMs?: number }, beforeFirstByte: () => void,
  ): Promise<UpsResponse> {
    if (!this.isLive) throw this.whyDead;
    const cut = new CallCut();
    const answer = transport.send(request, {
      ...options,
      signal: cut,
      beforeFirstByte: () => {
        if (!this.isLive) throw this.whyDead;
        beforeFirstByte();
        exchange.written = true;
      },
    });
    const exchange: Exchange = { cut, outlivesEnd, written: false, answer };
    this.#running.add(exchange);
    this.lastHeld = now();
    let isAnswered = false;
    try {
      const response = await answer;
      isAnswered = true;
      if (this.#end !== undefined && !outlivesEnd) throw this.#whyDead(true);
      return response;
    } catch (error) {
      if (cut.aborted) throw this.#whyDead(exchange.written);
      throw error;
    } finally {
      this.lastHeld = now();
      if (isAnswered || !exchange.written) this.#running.delete(exchange);
      else void delay(this.#wireAllowanceMs).then(() => this.#running.delete(exchange));
    }
  }

  async #released(exchange: Exchange): Promise<void> {
    if (exchange.outlivesEnd && exchange.written) return delay(this.#wireAllowanceMs);
    const answered = await exchange.answer.then(() => true, () => false);
    if (!answered && exchange.written) await delay(this.#wireAllowanceMs);
  }
}
