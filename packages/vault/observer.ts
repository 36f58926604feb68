import type { Transport, UpsRequest } from '@wayleave/ups-api';
import { upsPaths } from '@wayleave/ups-api/wire';
import type { ClearOutcome } from './clear/clear.js';
import { GrantEnded, LeaseLost, NeedsOptIn, NotOptedIn, Suspended } from './errors.js';
import type { TroubleKind } from './grant/grant.js';
import type { ApplicationId } from './ids.js';
import { classify, signOf, signOfError, type Verdict } from './token/verdict.js';

/** Which of UPS's APIs was called. */
export type UpsApi = 'code-exchange' | 'refresh' | 'track' | 'quantum-view' | 'rating' | 'time-in-transit' | 'track-alert' | 'other';

/** What a call to UPS came to; `cut-off` when the grant or its lease ended while it ran. */
export type UpsCallOutcome = Verdict | 'cut-off';

/** How a use ended. `failed` is whatever its work threw that is no word of the vault's. */
export type UseOutcome = 'done' | 'not-opted-in' | 'needs-opt-in' | 'suspended' | 'grant-ended' | 'lease-lost' | 'failed';

/**
 * How one spending of a refresh token ended: with a new pair, with one that came too late, with the grant's end, or with a
 * trouble. `withdrawn` was not sent, because its lease ended before; `failed` is a fault of ours.
 */
export type RedemptionOutcome = 'refreshed' | 'too-late' | 'voided' | TroubleKind | 'withdrawn' | 'failed';

/**
 * Is told what a vault does, to count it: no company, number or address is among it. It is called in the middle of the work,
 * so it must be quick and must not throw.
 */
export interface VaultObserver {
  /** A call to UPS ended, of a use, a probe, a refresh or an opt-in. What never left this machine counts when UPS could not be reached. */
  upsCall(application: ApplicationId, call: { readonly api: UpsApi; readonly outcome: UpsCallOutcome; readonly seconds: number }): void;
  use(application: ApplicationId, outcome: UseOutcome): void;
  redemption(application: ApplicationId, outcome: RedemptionOutcome): void;
  /** A Clear answered, or failed. */
  clear(application: ApplicationId, clear: { readonly outcome: ClearOutcome['kind'] | 'failed'; readonly seconds: number; readonly callsCutOff: number }): void;
}

/** The same transport, which also tells of the calls that an application makes with it. */
export function observeTransport(transport: Transport, application: ApplicationId, observer: VaultObserver | undefined): Transport {
  if (!observer) return transport;
  return {
    send(request, options) {
      const startMs = performance.now();
      const api = apiOf(request);
      const note = (outcome: UpsCallOutcome | null) => {
        if (outcome !== null) observer.upsCall(application, { api, outcome, seconds: secondsSince(startMs) });
      };
      const answer = transport.send(request, options);
      answer.then(
        (response) => note(response.status >= 200 && response.status < 300 ? 'good' : classify(placeOf(api), signOf(response))),
        (error: unknown) => note(outcomeOfError(api, error, options?.signal?.aborted ?? false)),
      );
      return answer;
    },
    close: () => transport.close(),
  };
}

/** Tells how a use ended, and gives it back. */
export function observeUse<T>(observer: VaultObserver | undefined, application: ApplicationId, use: Promise<T>): Promise<T> {
  if (observer) use.then(() => observer.use(application, 'done'), (error: unknown) => observer.use(application, useOutcomeOf(error)));
  return use;
}

/** Tells how a Clear ended and how long it took, and gives what it gives. */
export async function observeClear(observer: VaultObserver | undefined, application: ApplicationId, clear: () => Promise<ClearOutcome>): Promise<ClearOutcome> {
  const startMs = performance.now();
  try {
    const outcome = await clear();
    const callsCutOff = outcome.kind === 'cleared' ? outcome.callsCutOff : 0;
    observer?.clear(application, { outcome: outcome.kind, seconds: secondsSince(startMs), callsCutOff });
    return outcome;
  } catch (error) {
    observer?.clear(application, { outcome: 'failed', seconds: secondsSince(startMs), callsCutOff: 0 });
    throw error;
  }
}

const apis: readonly (readonly [path: string, UpsApi])[] = [
  [upsPaths.token, 'code-exchange'], [upsPaths.refresh, 'refresh'], ['/api/track/v1/', 'track'], [upsPaths.quantumView, 'quantum-view'],
  [upsPaths.rating, 'rating'], [upsPaths.timeInTransit, 'time-in-transit'], [upsPaths.trackAlert, 'track-alert'],
];

function apiOf({ path }: UpsRequest): UpsApi {
  return apis.find(([beginning]) => path.startsWith(beginning))?.[1] ?? 'other';
}

function placeOf(api: UpsApi) {
  return api === 'code-exchange' || api === 'refresh' ? api : 'use';
}

/** Null for what was never sent, because the lease ended before its first byte. */
function outcomeOfError(api: UpsApi, error: unknown, isAborted: boolean): UpsCallOutcome | null {
  const sign = signOfError(error);
  if (sign === null || (isAborted && sign.status === 'unsent')) return null;
  return isAborted ? 'cut-off' : classify(placeOf(api), sign);
}

function useOutcomeOf(error: unknown): UseOutcome {
  if (error instanceof NotOptedIn) return 'not-opted-in';
  if (error instanceof NeedsOptIn) return 'needs-opt-in';
  if (error instanceof Suspended) return 'suspended';
  if (error instanceof GrantEnded) return 'grant-ended';
  return error instanceof LeaseLost ? 'lease-lost' : 'failed';
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
