import type { Kysely } from 'kysely';
import type { GrantState } from './grant/grant.js';
import { countGrants } from './grant/grant-store.js';
import type { ApplicationId } from './ids.js';
import { countUndelivered } from './outbox/outbox-store.js';
import { countUncertain } from './redemption/redemption-store.js';
import type { VaultTables } from './tables.js';

/** What lies in the vault's tables, of all companies together. */
export interface VaultStock {
  readonly grants: readonly { readonly application: ApplicationId; readonly state: GrantState; readonly count: number }[];
  /** Grants whose refresh got no answer yet. */
  readonly uncertain: readonly { readonly application: ApplicationId; readonly count: number }[];
  /** Events that nobody was told of yet, and when the first of them happened. */
  readonly events: { readonly count: number; readonly oldest: Date | null };
}

/** Counts what there is. The grants are looked through, which takes PostgreSQL some 70 ms for 300,000; the rest is small or indexed. */
export async function takeStock(db: Kysely<VaultTables>): Promise<VaultStock> {
  return { grants: await countGrants(db), uncertain: await countUncertain(db), events: await countUndelivered(db) };
}
