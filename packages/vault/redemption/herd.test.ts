import { describe, expect, it } from 'vitest';
import { defaultVaultSettings } from '../settings.js';
import { afterCalls, freeCalls } from './pace.js';
import { backOffMs, refreshAfterMs } from './redemption.js';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const marginMs = 15 * minute * 1000;

interface Simulation {
  readonly grants: number;
  readonly days: number;
  readonly callsPerMinute: number;
  readonly workers: number;
  /** Seconds from the claim of a refresh to its stored pair. Less than the five that a tick waits for what it began. */
  readonly latency: number;
  /** The seconds in which UPS takes no refresh. */
  readonly outage?: { readonly from: number; readonly to: number };
}

interface Outcome {
  /** The most calls of a minute, and the calls of a minute on average over the whole time. */
  readonly peak: number;
  readonly mean: number;
  /** How many tokens were found expired when their turn came, and the second of the last one. */
  readonly expired: number;
  readonly lastExpired: number;
}

/** From the end of a worker's tick to its next one, in seconds. */
const pause = 1;

/**
 * Production's rules on a clock of seconds: when a token is refreshed, how long a failure waits, how many calls a client's pace
 * leaves, and how many refreshes a worker's tick begins; the next one comes when they are done. Every grant begins in the same
 * second, with a token of one hour.
 */
function simulate({ grants, days, callsPerMinute, workers, latency, outage = { from: 0, to: 0 } }: Simulation): Outcome {
  // Who is due in a second: lists in a ring that is longer than any wait.
  const ring = 4_095;
  const first = new Int32Array(ring + 1).fill(-1);
  const next = new Int32Array(grants);
  const expiresAt = new Int32Array(grants);
  const failures = new Map<number, number>();
  // Who is due and waits for a call, first come first served as in SQL.
  const line = new Int32Array(grants);
  let head = 0;
  let waiting = 0;
  let seed = 2_463_534_242;
  const random = () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 4_294_967_296;
  };
  const schedule = (grant: number, second: number) => {
    next[grant] = first[second & ring] ?? -1;
    first[second & ring] = grant;
  };
  const issue = (grant: number, now: number) => {
    expiresAt[grant] = now + hour;
    schedule(grant, now + Math.ceil(refreshAfterMs(hour * 1000, marginMs, random()) / 1000));
  };
  const fail = (grant: number, now: number) => {
    const failed = (failures.get(grant) ?? 0) + 1;
    failures.set(grant, failed);
    schedule(grant, now + Math.ceil(backOffMs(failed, 5_000, 900_000, random()) / 1000));
  };
  for (let grant = 0; grant < grants; grant += 1) issue(grant, 0);

  const outcome = { peak: 0, mean: 0, expired: 0, lastExpired: 0 };
  let usedUpTo = 0;
  let calls = 0;
  let callsOfMinute = 0;
  for (let now = 1; now <= days * day; now += 1) {
    for (let grant = first[now & ring] ?? -1; grant >= 0; grant = next[grant] ?? -1) {
      const place = head + waiting;
      line[place < grants ? place : place - grants] = grant;
      waiting += 1;
    }
    first[now & ring] = -1;
    let ticks = 0;
    for (let worker = 0; worker < workers; worker += 1) if ((now + worker) % (latency + pause) === 0) ticks += 1;
    const taken = Math.min(waiting, ticks * defaultVaultSettings.dueAtOnce, freeCalls(usedUpTo, now * 1000, callsPerMinute));
    usedUpTo = afterCalls(usedUpTo, now * 1000, taken, callsPerMinute);
    const isDown = now >= outage.from && now < outage.to;
    for (let call = 0; call < taken; call += 1) {
      const grant = line[head] ?? 0;
      head = head + 1 < grants ? head + 1 : 0;
      if (isDown) {
        fail(grant, now + latency);
        continue;
      }
      if (failures.size > 0) failures.delete(grant);
      if (now + latency >= (expiresAt[grant] ?? 0)) {
        outcome.expired += 1;
        outcome.lastExpired = now;
      }
      issue(grant, now + latency);
    }
    waiting -= taken;
    calls += taken;
    callsOfMinute += taken;
    if (now % minute > 0) continue;
    outcome.peak = Math.max(outcome.peak, callsOfMinute);
    callsOfMinute = 0;
  }
  return { ...outcome, mean: calls / (days * 1_440) };
}

describe('grants whose tokens live for an hour, all opted in at once', () => {
  it('a hundred thousand with two workers, for ninety days: no token expires, and no minute has half as many calls again as the mean', { timeout: 300_000 }, () => {
    const { expired, peak, mean } = simulate({ grants: 100_000, days: 90, callsPerMinute: 4_000, workers: 2, latency: 1 });
    expect(expired).toBe(0);
    expect(peak / mean).toBeLessThanOrEqual(1.5);
    expect(mean).toBeLessThan(100_000 / 33);
  });

  it('are too many for one worker when a refresh takes two seconds, and half of them are not when it takes one', () => {
    expect(simulate({ grants: 100_000, days: 1, callsPerMinute: 4_000, workers: 1, latency: 2 }).expired).toBeGreaterThan(0);
    expect(simulate({ grants: 50_000, days: 1, callsPerMinute: 2_000, workers: 1, latency: 1 }).expired).toBe(0);
  });

  it('go on within the pace after an outage, and are all served within the hour', () => {
    const outage = { from: 20 * hour, to: 21.5 * hour };
    const { expired, lastExpired, peak } = simulate({ grants: 10_000, days: 2, callsPerMinute: 400, workers: 1, latency: 1, outage });
    expect(expired).toBeGreaterThan(0);
    expect(lastExpired).toBeLessThan(outage.to + hour);
    expect(peak).toBeLessThanOrEqual(400);
  });
});
