import type { UpsRequest, UpsResponse } from '@wayleave/ups-api';
import { sql } from 'kysely';
import { workOf, type Work } from '../audit/usage.js';
import type { VaultContext, VaultTrx } from '../context.js';
import { GrantEnded, LeaseLost, NeedsOptIn, NotOptedIn } from '../errors.js';
import { lockGrant, noteGoodAnswer } from '../grant/grant-store.js';
import { grantName, type GrantKey } from '../ids.js';
import type { Instance } from '../instance.js';
import { forgetSubscription, rememberSubscription } from '../subscription/account-subscription-store.js';
import type { UseTools, VaultTransaction } from '../vault.js';
import type { HeldLease } from './held-lease.js';

/** One call, tried at most this often: with newer tokens, or because a lease ran out before anything was sent. */
const maxAttempts = 3;

/** Runs `work` under the generation of the grant that lives now. Throws NotOptedIn, NeedsOptIn, GrantEnded, LeaseLost, and what `work` throws. */
export async function runUse<T>(instance: Instance, key: GrantKey, purpose: string | Work, work: (tools: UseTools) => Promise<T>): Promise<T> {
  const lease = instance.leases.held(key) ?? await instance.leases.hold(key);
  const use: Use = { instance, key, what: workOf(purpose), generation: lease.generation };
  lease.holders += 1;
  try {
    return await work({
      call: (request) => call(use, request),
      store: (write) => store(use, (trx) => write(trx as unknown as VaultTransaction)),
      rememberAccountSubscription: (account) => store(use, (trx) => rememberSubscription(trx, instance.context, key, account)),
      forgetAccountSubscription: (account) => store(use, (trx) => forgetSubscription(trx, key, account)),
    });
  } finally {
    lease.holders -= 1;
  }
}

interface Use {
  readonly instance: Instance;
  readonly key: GrantKey;
  readonly what: Work;
  readonly generation: number;
}

async function call(use: Use, request: UpsRequest): Promise<UpsResponse> {
  const { context, refusals } = use.instance;
  for (let attempt = 1; ; attempt += 1) {
    const lease = heldFresh(use) ?? await holdFresh(use);
    const { token } = lease;
    let response: UpsResponse;
    try {
      response = await lease.call(context.transports[use.key.application], request, use.what);
    } catch (error) {
      if (error instanceof LeaseLost && !error.sent && attempt < maxAttempts) continue;
      throw error;
    }
    if (response.status === 401) {
      const isNewer = await refusals.answer(lease, token, response);
      if (isNewer && attempt < maxAttempts) continue;
    } else if (response.status === 403) {
      await refusals.noteBlocked(lease, response);
    } else if (response.status < 300 && lease.doubted) {
      await takeBackDoubts(use, lease);
    }
    return response;
  }
}

/** A good answer takes back what uses ran into before. Where the database fails at that, the answer is none the worse, and the next one does. */
async function takeBackDoubts({ instance: { context }, key, generation }: Use, lease: HeldLease): Promise<void> {
  lease.doubted = false;
  try {
    await noteGoodAnswer(context, key, generation);
  } catch (error) {
    lease.doubted = true;
    context.logger.warn({ err: error, grant: grantName(key) }, 'what uses ran into before could not be taken back; it is at a later answer');
  }
}

/** The lease that is held already, if it is of this use's generation and its token has not expired: most calls wait for nothing. */
function heldFresh({ instance, key, generation }: Use): HeldLease | undefined {
  const lease = instance.leases.held(key);
  return lease?.generation === generation && lease.token.expiresAt > instance.context.clock.now() ? lease : undefined;
}

/** The lease, with an access token that has not expired. Throws what keeps one from being had. */
async function holdFresh(use: Use): Promise<HeldLease> {
  const lease = await hold(use);
  if (lease.token.expiresAt > use.instance.context.clock.now()) return lease;
  const redeemed = await use.instance.redemptions.redeem(use.key, 'expired', lease.token.version);
  if (redeemed.kind === 'postponed') throw redeemed.error;
  if (redeemed.kind === 'voided') throw new NeedsOptIn();
  return hold(use);
}

async function hold({ instance, key, generation }: Use): Promise<HeldLease> {
  try {
    const lease = await instance.leases.hold(key);
    if (lease.generation === generation) return lease;
  } catch (error) {
    if (!(error instanceof NotOptedIn)) throw error;
  }
  throw new GrantEnded();
}

async function store<R>({ instance, key, generation }: Use, write: (trx: VaultTrx) => Promise<R>): Promise<R> {
  const { db, databaseKind, settings } = instance.context;
  return db.transaction().setIsolationLevel('read committed').execute(async (trx) => {
    await limitTransaction(trx, databaseKind, settings.leaseMs);
    const grant = await lockGrant(trx, key, 'share');
    const isLiving = grant?.generation === generation && (grant.state === 'authorized' || grant.state === 'needs-opt-in');
    if (!isLiving) throw new GrantEnded();
    return write(trx);
  });
}

/** Bounds a storer that stops before its commit, below a third of a lease: Clear and renewals wait for its lock. */
async function limitTransaction(trx: VaultTrx, databaseKind: VaultContext['databaseKind'], leaseMs: number): Promise<void> {
  const limit = String(Math.floor(leaseMs * 0.3));
  // PGlite hangs when the second one strikes; there nobody else's transaction can be open anyway.
  const idle = databaseKind === 'postgres' ? sql`, set_config('idle_in_transaction_session_timeout', ${limit}, true)` : sql``;
  await sql`select set_config('statement_timeout', ${limit}, true)${idle}`.execute(trx);
}
