import { readTrackResponse, UpsRefused, type UpsErrorCode, type UpsRequest, type UpsResponse } from '@wayleave/ups-api';
import { sql } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import { GrantEnded, NeedsOptIn, NotOptedIn } from '../errors.js';
import { lockGrant, noteGoodAnswer, noteTrouble, updateGrant } from '../grant/grant-store.js';
import { grantName, type GrantKey } from '../ids.js';
import { voidGrant } from '../redemption/outcome-store.js';
import type { Redemptions } from '../redemption/redeem.js';
import { blamesToken, judgeRefusal } from '../token/judgement.js';
import type { UseTools, VaultTransaction } from '../vault.js';
import type { HeldLease } from './held-lease.js';
import type { Leases } from './leases.js';

/** One call, repeated at most this often with newer tokens. */
const maxAttempts = 3;

/** One run of `work` under one generation of a grant. */
export class Use {
  readonly #context: VaultContext;
  readonly #leases: Leases;
  readonly #redemptions: Redemptions;
  readonly #key: GrantKey;
  readonly #purpose: string;
  readonly #generation: number;

  private constructor(context: VaultContext, leases: Leases, redemptions: Redemptions, key: GrantKey, purpose: string, generation: number) {
    this.#context = context;
    this.#leases = leases;
    this.#redemptions = redemptions;
    this.#key = key;
    this.#purpose = purpose;
    this.#generation = generation;
  }

  static async run<T>(
    context: VaultContext, leases: Leases, redemptions: Redemptions, key: GrantKey, purpose: string, work: (tools: UseTools) => Promise<T>,
  ): Promise<T> {
    const lease = await leases.hold(key);
    const use = new Use(context, leases, redemptions, key, purpose, lease.generation);
    lease.holders += 1;
    try {
      return await work({ call: (request) => use.#call(request), store: (write) => use.#store(write) });
    } finally {
      lease.holders -= 1;
    }
  }

  async #call(request: UpsRequest): Promise<UpsResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const lease = await this.#fresh();
      const { version } = lease.token;
      const response = await lease.call(this.#context.transport, request, this.#purpose);
      if (response.status === 401) {
        const isNewer = await this.#answerRefusal(lease, version, response);
        if (isNewer && attempt < maxAttempts) continue;
      } else if (response.status < 300 && lease.doubted) {
        lease.doubted = false;
        await noteGoodAnswer(this.#context, this.#key, this.#generation);
      }
      return response;
    }
  }

  /** The lease, with an access token that has not expired. Throws what keeps one from being had. */
  async #fresh(): Promise<HeldLease> {
    const lease = await this.#lease();
    if (lease.token.expiresAt > this.#context.clock.now()) return lease;
    const redeemed = await this.#redemptions.redeem(this.#key, 'expired');
    if (redeemed.kind === 'postponed') throw redeemed.error;
    if (redeemed.kind === 'voided') throw new NeedsOptIn();
    return this.#lease();
  }

  async #lease(): Promise<HeldLease> {
    try {
      const lease = await this.#leases.hold(this.#key);
      if (lease.generation === this.#generation) return lease;
    } catch (error) {
      if (!(error instanceof NotOptedIn)) throw error;
    }
    throw new GrantEnded();
  }

  /** Looks into a 401. True when there is a newer token to try. Throws NeedsOptIn when the grant turns out to be void. */
  async #answerRefusal(lease: HeldLease, refusedVersion: number, response: UpsResponse): Promise<boolean> {
    const { clock, settings } = this.#context;
    const { issuedAt } = lease.token;
    const storedVersion = await this.#leases.reload(lease);
    const survivedRefreshes = await this.#noteRefusal(refusedVersion);
    this.#leases.doubt(this.#key);
    const move = judgeRefusal({
      refusedVersion, storedVersion, survivedRefreshes,
      tokenAgeMs: clock.now().getTime() - issuedAt.getTime(),
      blamesToken: blamesToken(codesOf(response)),
    }, settings.refusedTokenAgeMs);
    switch (move) {
      case 'adopt':
        return true;
      case 'refresh': {
        const redeemed = await this.#redemptions.redeem(this.#key, 'refused');
        if (redeemed.kind === 'voided') throw new NeedsOptIn();
        return redeemed.kind === 'fresh';
      }
      case 'later':
        await this.#probeAt(new Date(issuedAt.getTime() + settings.refusedTokenAgeMs));
        return false;
      case 'give-up':
        await noteTrouble(this.#context, this.#key, this.#generation, { kind: 'client-refused', at: 'use' });
        return false;
      case 'void':
        await voidGrant(this.#context, this.#key, { generation: this.#generation, version: refusedVersion }, 'password-or-withdrawal');
        await this.#leases.end(grantName(this.#key), this.#generation, 'voided');
        throw new NeedsOptIn();
    }
  }

  /** Remembers that UPS refuses this version; gives how many refreshes the refusal has survived. */
  async #noteRefusal(version: number): Promise<number> {
    const { db, clock } = this.#context;
    const row = await updateGrant(db, this.#key)
      .set((grant) => ({ refused_since: grant.fn.coalesce('refused_since', grant.val(clock.now())) }))
      .where('generation', '=', this.#generation).where('version', '=', version).where('state', '=', 'authorized')
      .returning('refused_refreshes').executeTakeFirst();
    return row?.refused_refreshes ?? 0;
  }

  async #probeAt(time: Date): Promise<void> {
    await updateGrant(this.#context.db, this.#key).set({ next_probe_at: time })
      .where('generation', '=', this.#generation).where('state', '=', 'authorized').where('next_probe_at', '>', time).execute();
  }

  async #store<R>(write: (trx: VaultTransaction) => Promise<R>): Promise<R> {
    const { db, databaseKind, settings } = this.#context;
    return db.transaction().setIsolationLevel('read committed').execute(async (trx) => {
      await limitTransaction(trx, databaseKind, settings.leaseMs);
      await lockGrant(trx, this.#key, 'share');
      // Only a statement that begins after the lock was granted sees what a Clear committed before it.
      const living = await trx.selectFrom('vault.grant').select('generation')
        .where('company_id', '=', this.#key.company).where('application', '=', this.#key.application)
        .where('generation', '=', this.#generation).where('state', 'in', ['authorized', 'needs-opt-in']).executeTakeFirst();
      if (!living) throw new GrantEnded();
      return write(trx as unknown as VaultTransaction);
    });
  }
}

/** Bounds a storer that stops before its commit: it holds a lock that Clear waits for. */
async function limitTransaction(trx: VaultTrx, databaseKind: VaultContext['databaseKind'], leaseMs: number): Promise<void> {
  const limit = String(Math.floor(leaseMs * 0.8));
  await sql`select set_config('statement_timeout', ${limit}, true)`.execute(trx);
  // PGlite hangs when this one strikes; there nobody else's transaction can be open anyway.
  if (databaseKind === 'postgres') await sql`select set_config('idle_in_transaction_session_timeout', ${limit}, true)`.execute(trx);
}

function codesOf(refusal: UpsResponse): readonly UpsErrorCode[] {
  try {
    readTrackResponse(refusal);
    return [];
  } catch (error) {
    return error instanceof UpsRefused ? error.codes : [];
  }
}
