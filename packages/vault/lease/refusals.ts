import type { UpsResponse } from '@wayleave/ups-api';
import type { VaultContext } from '../context.js';
import { NeedsOptIn } from '../errors.js';
import { noteTrouble, updateGrant } from '../grant/grant-store.js';
import { grantName, type GrantKey } from '../ids.js';
import { voidGrant } from '../redemption/outcome-store.js';
import type { Redemptions } from '../redemption/redeem.js';
import { blamesToken, judgeRefusal, troubleOf } from '../token/judgement.js';
import type { HeldToken } from '../token/token-set-store.js';
import type { HeldLease } from './held-lease.js';
import type { Leases } from './leases.js';

/** Looks into 401s of UPS's data APIs, once for all calls that were refused with the same token. */
export class Refusals {
  readonly #context: VaultContext;
  readonly #leases: Leases;
  readonly #redemptions: Redemptions;
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(context: VaultContext, leases: Leases, redemptions: Redemptions) {
    this.#context = context;
    this.#leases = leases;
    this.#redemptions = redemptions;
  }

  /** True when there is a newer token to try than the refused one. Throws NeedsOptIn when the grant turns out to be void. */
  async answer(lease: HeldLease, refused: HeldToken, response: UpsResponse): Promise<boolean> {
    if (lease.token.version > refused.version) return true;
    const name = `${grantName(lease.key)} ${lease.generation} ${refused.version}`;
    const running = this.#running.get(name) ?? this.#lookInto(lease, refused, response).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
    return running;
  }

  /** Shows a 403 on the grant, if UPS says by it that it has blocked the application. */
  async noteBlocked({ key, generation }: HeldLease, response: UpsResponse): Promise<void> {
    if (troubleOf(response) !== 'blocked-merchant') return;
    await noteTrouble(this.#context, key, generation, { kind: 'blocked-merchant', at: 'use' });
    this.#leases.doubt(key);
  }

  async #lookInto(lease: HeldLease, refused: HeldToken, response: UpsResponse): Promise<boolean> {
    const { clock, settings } = this.#context;
    const { key, generation } = lease;
    const { version, issuedAt } = refused;
    const storedVersion = await this.#leases.reload(lease);
    const survivedRefreshes = await this.#note(key, generation, version);
    this.#leases.doubt(key);
    const move = judgeRefusal({
      refusedVersion: version, storedVersion, survivedRefreshes,
      tokenAgeMs: clock.now().getTime() - issuedAt.getTime(),
      blamesToken: blamesToken(response),
    }, settings.refusedTokenAgeMs);
    switch (move) {
      case 'adopt':
        return true;
      case 'refresh': {
        const redeemed = await this.#redemptions.redeem(key, 'refused', version);
        if (redeemed.kind === 'voided') throw new NeedsOptIn();
        return redeemed.kind === 'fresh';
      }
      case 'later':
        await this.#probeAt(key, generation, new Date(issuedAt.getTime() + settings.refusedTokenAgeMs));
        return false;
      case 'give-up':
        await noteTrouble(this.#context, key, generation, { kind: 'client-refused', at: 'use' });
        return false;
      case 'void':
        await voidGrant(this.#context, key, { generation, version }, 'password-or-withdrawal');
        await this.#leases.end(grantName(key), generation, 'voided');
        throw new NeedsOptIn();
    }
  }

  /** Remembers that UPS refuses this version; gives how many refreshes the refusal has survived. */
  async #note(key: GrantKey, generation: number, version: number): Promise<number> {
    const row = await updateGrant(this.#context.db, key)
      .set((grant) => ({ refused_since: grant.fn.coalesce('refused_since', grant.val(this.#context.clock.now())) }))
      .where('generation', '=', generation).where('version', '=', version).where('state', '=', 'authorized')
      .returning('refused_refreshes').executeTakeFirst();
    return row?.refused_refreshes ?? 0;
  }

  /** UPS answered, so what earlier uses ran into is over; what the answer means is seen when the token is old enough. */
  async #probeAt(key: GrantKey, generation: number, time: Date): Promise<void> {
    const ofGrant = () => updateGrant(this.#context.db, key).where('generation', '=', generation).where('state', '=', 'authorized');
    await ofGrant().set({ next_probe_at: time }).where('next_probe_at', '>', time).execute();
    await ofGrant().set({ trouble: null, trouble_since: null, trouble_at: null }).where('trouble_at', '=', 'use').execute();
  }
}
