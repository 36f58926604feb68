import type { Kysely } from 'kysely';
import type { VaultTrx } from '../context.js';
import type { MemberRef } from '../grant/grant.js';
import type { GrantKey } from '../ids.js';
import type { IssuedTokenFate, VaultTables } from '../tables.js';
import type { Page } from '../vault.js';
import { issuedTokenState, type IssuedTokenView } from './issued-token.js';
import type { KeyRing } from './key-ring.js';
import type { TokenSet, TokenSetId } from './token-set.js';

/** Notes an access token that UPS made. */
export async function addIssuedToken(
  trx: VaultTrx, keys: KeyRing, id: TokenSetId, tokens: TokenSet,
  how: { cameBy: 'opt-in' | 'refresh'; optedInBy: MemberRef; fate: 'in use' | 'never stored' | 'waiting' },
): Promise<void> {
  await trx.insertInto('vault.issued_token').values({
    company_id: id.company,
    application: id.application,
    generation: id.generation,
    version: id.version,
    came_by: how.cameBy,
    opted_in_by_id: how.optedInBy.id,
    opted_in_by_label: how.optedInBy.label,
    fingerprint: keys.fingerprint(tokens.accessToken),
    created_at: tokens.issuedAt,
    expires_at: tokens.accessExpiresAt,
    fate: how.fate,
  }).execute();
}

/** What became of exactly this access token; null when it was not noted. */
export async function findFate(trx: VaultTrx, keys: KeyRing, id: TokenSetId, tokens: TokenSet): Promise<IssuedTokenFate | null> {
  const row = await trx.selectFrom('vault.issued_token').select('fate')
    .where('company_id', '=', id.company).where('application', '=', id.application)
    .where('generation', '=', id.generation).where('version', '=', id.version).where('fingerprint', '=', keys.fingerprint(tokens.accessToken)).executeTakeFirst();
  return row?.fate ?? null;
}

/** The access token that came with a consent of this generation, by whatever version it lives or lived; null when it was not noted. */
export async function findConsentToken(
  trx: VaultTrx, keys: KeyRing, { company, application, generation }: Omit<TokenSetId, 'version'>, tokens: TokenSet,
): Promise<{ fate: IssuedTokenFate; version: number } | null> {
  const row = await trx.selectFrom('vault.issued_token').select(['fate', 'version']).where('company_id', '=', company).where('application', '=', application)
    .where('generation', '=', generation).where('came_by', '=', 'opt-in').where('fingerprint', '=', keys.fingerprint(tokens.accessToken)).executeTakeFirst();
  return row ?? null;
}

/** The statement that says what became of the access token that is in use. Only under the grant's lock. */
export function endIssuedToken(trx: VaultTrx, key: GrantKey, fate: Extract<IssuedTokenFate, 'replaced' | 'destroyed by Clear' | 'voided'>) {
  return trx.updateTable('vault.issued_token').set({ fate })
    .where('company_id', '=', key.company).where('application', '=', key.application).where('fate', '=', 'in use');
}

/** One page of a grant's issued tokens, newest first, and how many there are. */
export async function listIssuedTokens(
  db: Kysely<VaultTables>, key: GrantKey, { page, pageSize }: Page, now: Date,
): Promise<{ rows: IssuedTokenView[]; total: number }> {
  const ofGrant = db.selectFrom('vault.issued_token').where('company_id', '=', key.company).where('application', '=', key.application);
  const { count } = await ofGrant.select((count) => count.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
  const rows = await ofGrant.selectAll().orderBy('id', 'desc').limit(pageSize).offset((page - 1) * pageSize).execute();
  return {
    total: Number(count),
    rows: rows.map((row) => ({
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      cameBy: row.came_by,
      optedInBy: { id: row.opted_in_by_id, label: row.opted_in_by_label },
      fingerprint: row.fingerprint,
      state: issuedTokenState(row.fate, row.expires_at, now),
    })),
  };
}
