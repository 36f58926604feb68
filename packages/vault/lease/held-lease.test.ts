import { systemClock } from '@wayleave/platform/clock';
import { Secret } from '@wayleave/platform/secret';
import { UpsUnreachable, type SendOptions, type Transport, type UpsResponse } from '@wayleave/ups-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GrantEnded, LeaseLost } from '../errors.js';
import { idm, track } from '../tests/test-vault.js';
import { Deadline, now } from './deadline.js';
import { HeldLease } from './held-lease.js';

const wireAllowanceMs = 100;
const work = { job: null, purpose: 'test' };
const ok: UpsResponse = { status: 200, headers: {}, body: '' };

/** The network in the test's hands: what is handed over waits until it is let on, and is written or not. */
class SlowNetwork implements Transport {
  written = 0;
  #options: SendOptions = {};
  #refuse: (error: unknown) => void = () => {};
  #resolve: (response: UpsResponse) => void = () => {};

  send(_: unknown, options: SendOptions = {}): Promise<UpsResponse> {
    this.#options = options;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#refuse = reject;
      options.signal?.addEventListener('abort', () => reject(new UpsUnreachable(this.written > 0)));
    });
  }

  /** The connection is there: the first byte goes out now. */
  connect(): void {
    try {
      this.#options.beforeFirstByte?.();
      this.written += 1;
    } catch (error) {
      this.#refuse(error);
    }
  }

  answer(): void {
    this.#resolve(ok);
  }

  close(): void {}
}

describe('a lease', () => {
  let network: SlowNetwork;
  let lease: HeldLease;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    network = new SlowNetwork();
    lease = new HeldLease({
      key: idm, generation: 1, takeId: 't', deadline: new Deadline(now(), 60_000), wireAllowanceMs, clock: systemClock, doubted: false,
      token: { version: 1, accessToken: new Secret('access'), issuedAt: new Date(), expiresAt: new Date() },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const use = () => lease.call(network, track, work);
  const refresh = () => lease.redeem(network, track, 60_000, () => {});
  /** As a process that was stopped and goes on finds it: no timer has struck and no signal was given. */
  const passUnnoticed = () => lease.renew(new Deadline({ monotonicMs: 0, wallMs: 0 }, 1));
  const hasSettled = async () => {
    let settled = false;
    void lease.settled().then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(0);
    return () => settled;
  };

  it('that ran out unnoticed sends no use that waited for its connection', async () => {
    const waiting = expect(use()).rejects.toThrow(LeaseLost);
    passUnnoticed();
    network.connect();
    expect(network.written).toBe(0);
    await waiting;
  });

  it('that ran out unnoticed sends no refresh that waited for its connection', async () => {
    const waiting = expect(refresh()).rejects.toThrow(LeaseLost);
    passUnnoticed();
    network.connect();
    expect(network.written).toBe(0);
    await waiting;
  });

  it('that ended sends neither', async () => {
    lease.end('moved');
    await expect(use()).rejects.toThrow(GrantEnded);
    await expect(refresh()).rejects.toThrow(GrantEnded);
  });

  it('is given back only when the bytes of a call that was cut had time to arrive', async () => {
    const cut = expect(use()).rejects.toThrow(GrantEnded);
    network.connect();
    lease.end('moved');
    const isOver = await hasSettled();
    await vi.advanceTimersByTimeAsync(wireAllowanceMs - 1);
    expect(isOver()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver()).toBe(true);
    await cut;
  });

  it('is given back at once when its call was never written', async () => {
    const cut = expect(use()).rejects.toThrow(GrantEnded);
    lease.end('moved');
    expect((await hasSettled())()).toBe(true);
    await cut;
  });

  it('does not cut a refresh that was sent, and is given back before its answer, when its bytes have arrived', async () => {
    const sent = refresh();
    network.connect();
    lease.end('moved');
    const isOver = await hasSettled();
    expect(isOver()).toBe(false);
    await vi.advanceTimersByTimeAsync(wireAllowanceMs);
    expect(isOver()).toBe(true);
    network.answer();
    expect(await sent).toEqual(ok);
  });
});
