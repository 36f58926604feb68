import type { Clock } from '@wayleave/platform/clock';
import type { Logger } from '@wayleave/platform/logging';
import { asksForRest, readTrackResponse, trackRequest, UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type BackOff } from '@wayleave/ups-api';
import { GrantEnded, LeaseLost, NeedsOptIn, NotOptedIn, Suspended, type ApplicationId, type UseTools, type Vault } from '@wayleave/vault';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { CallsPerMinute } from './call-budget.js';
import { slowApplication } from './call-budget-store.js';
import type { StopReason } from './delay.js';
import { isDone, type FailureKind } from './followed-package.js';
import { notifyFollowed, recordAnswer, recordFailure } from './followed-package-store.js';
import { claimDue, dueNumbers, giveBack, type Claim } from './following-store.js';
import { latestState } from './latest-state.js';

export interface FollowRunDeps {
  readonly db: Kysely<unknown>;
  readonly vault: Pick<Vault, 'use'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between two looks at one package. */
  readonly followIntervalMs: number;
  readonly perMinute: CallsPerMinute;
  /** Which grants and applications UPS lets rest, as this process saw it. */
  readonly rest: Rest;
}

/** A grant that UPS stopped waits by itself; an application, whose limit all its grants share, waits as a whole, for less long. */
export interface Rest {
  readonly grants: BackOff;
  readonly applications: BackOff;
}

/** Companies served at the same time by one process, for one application. */
const companiesAtOnce = 4;
/** Calls to UPS at the same time for one company. */
const callsAtOnce = 4;
/** Long enough for the calls that were begun in time, even if each runs into its timeout. */
const claimMs = 60_000;
/** After so many packages in a row without an answer the rest of the portion waits. */
const silencesAtMost = 3;
/** A delivered package is asked this many times less often. */
const doneFactor = 24;
const longestBackOffMs = 3_600_000;

/** Why a run ended before its portion did; `retryAfterMs` only if UPS said it. */
interface Stop {
  readonly reason: 'throttled' | 'unreachable';
  readonly retryAfterMs: number | null;
}

/** A package that was not answered. */
interface Unanswered {
  readonly failure: FailureKind;
  readonly retryAfterMs: number | null;
}

/** Asks UPS about packages that are due under one application, for several companies at once. Gives how many companies had some. */
export async function followDue(deps: FollowRunDeps, application: ApplicationId, signal: AbortSignal): Promise<number> {
  const { db, clock, rest, perMinute } = deps;
  const now = clock.now();
  if (rest.applications.resting(now.getTime()).includes(application)) return 0;
  const claims = await claimDue(db, application, { now, limit: companiesAtOnce, claimMs, perMinute });
  await Promise.all(claims.map((claim) => runClaim(deps, claim, signal)));
  return claims.length;
}

async function runClaim(deps: FollowRunDeps, claim: Claim, signal: AbortSignal): Promise<void> {
  const { db, clock, followIntervalMs } = deps;
  let delay: StopReason | null = null;
  let pauseMs = 0;
  try {
    const stop = await askDue(deps, claim, signal);
    if (stop !== null) {
      delay = stop.reason;
      pauseMs = Math.max(followIntervalMs, restOf(deps, claim, stop));
      if (delay === 'throttled') await slowApplication(db, claim.application, clock.now());
    }
  } catch (error) {
    if (isNoGrant(error)) delay = 'no-grant';
    else deps.logger.error({ err: error, company: claim.company, application: claim.application }, 'following packages failed');
    pauseMs = followIntervalMs;
  }
  const now = clock.now();
  const waits = await giveBack(db, claim, { now, notBefore: new Date(now.getTime() + pauseMs), delay });
  if (waits) await notifyFollowed(db, claim);
}

function grantKey({ company, application }: Claim): string {
  return `${company} ${application}`;
}

/** How long the grant is to rest after this run, in milliseconds; its application rests, too. */
function restOf({ rest, clock }: FollowRunDeps, claim: Claim, { retryAfterMs }: Stop): number {
  const at = clock.now().getTime();
  rest.applications.failed(claim.application, { at, retryAfterMs });
  return rest.grants.failed(grantKey(claim), { at, retryAfterMs }) - at;
}

function isNoGrant(error: unknown): boolean {
  return error instanceof GrantEnded || error instanceof NeedsOptIn || error instanceof NotOptedIn || error instanceof Suspended;
}

/** One use of the grant for one portion. A Clear or a void makes it throw, between two calls or in the middle of one. */
async function askDue(deps: FollowRunDeps, claim: Claim, signal: AbortSignal): Promise<Stop | null> {
  const { db, vault, clock } = deps;
  const { company, application } = claim;
  const due = claim.calls === 0 ? [] : await dueNumbers(db, claim, clock.now());
  if (due.length === 0) return null;
  return vault.use({ company, application }, { job: 'follow packages', purpose: 'track' }, async (tools) => {
    let silences = 0;
    let stop: Stop | null = null;
    let fatal: unknown;
    const goOn = () => stop === null && fatal === undefined && !signal.aborted && clock.now() < claim.callsEnd;
    const lane = async () => {
      for (let number = due.shift(); number !== undefined && goOn(); number = due.shift()) {
        const { failure = null, retryAfterMs = null } = await askOne(deps, claim, tools, number) ?? {};
        silences = failure === 'unreachable' ? silences + 1 : 0;
        if (failure === 'throttled') stop = { reason: failure, retryAfterMs };
        else if (silences >= silencesAtMost) stop = { reason: 'unreachable', retryAfterMs };
      }
    };
    const guarded = () => lane().catch((error: unknown) => void (fatal ??= error));
    await Promise.all(Array.from({ length: callsAtOnce }, guarded));
    if (fatal !== undefined) throw fatal;
    return stop;
  });
}

/** Asks for one package and stores what came. Gives how it failed, or null. What ends the grant is thrown. */
async function askOne(deps: FollowRunDeps, claim: Claim, tools: UseTools, number: string): Promise<Unanswered | null> {
  const { clock, followIntervalMs } = deps;
  try {
    const now = clock.now();
    const response = await tools.call(trackRequest({ inquiryNumber: number, transId: randomUUID(), transactionSrc: 'wayleave' }));
    const state = latestState(readTrackResponse(response));
    const asked = { askedAt: now.getTime() };
    deps.rest.grants.succeeded(grantKey(claim), asked);
    deps.rest.applications.succeeded(claim.application, asked);
    const dueAt = new Date(now.getTime() + followIntervalMs * (isDone(state) ? doneFactor : 1));
    await tools.store(async (trx) => {
      await recordAnswer(trx, claim, { number, state, now, dueAt });
      await notifyFollowed(trx, claim);
    });
    return null;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    const now = clock.now();
    const dueAt = new Date(now.getTime() + Math.min(followIntervalMs * 2, longestBackOffMs));
    await tools.store(async (trx) => {
      await recordFailure(trx, claim, { number, failure, now, dueAt });
      await notifyFollowed(trx, claim);
    });
    return { failure, retryAfterMs: asksForRest(error)?.retryAfterMs ?? null };
  }
}

function failureOf(error: unknown): FailureKind | null {
  if (error instanceof UpsThrottled) return 'throttled';
  if (error instanceof UpsUnreachable || error instanceof LeaseLost) return 'unreachable';
  // A 5xx is UPS being down, whether or not something readable came with it.
  if (error instanceof UpsUnreadable) return error.status >= 500 ? 'unreachable' : 'unreadable';
  if (error instanceof UpsRefused) return error.status >= 500 ? 'unreachable' : 'refused';
  return null;
}
