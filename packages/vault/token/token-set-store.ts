import { Secret } from '@wayleave/platform/secret';
import type { Kysely, Selectable } from 'kysely';
import type { VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import type { TokenSetTable, VaultTables } from '../tables.js';
import type { KeyRing } from './key-ring.js';
import { sealTokenSet, unsealToken, type TokenSet, type TokenSetId } from './token-set.js';

/** An access token in memory, and which pair it belongs to. */
export interface HeldToken {
  readonly version: number;
  readonly accessToken: Secret;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** The stored pair of a grant, or null. */
export async function findTokenSet(db: Kysely<VaultTables>, key: GrantKey): Promise<Selectable<TokenSetTable> | null> {
  const row = await db.selectFrom('vault.token_set').selectAll()
    .where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();
  return row ?? null;
}

/** Stores a pair in place of the one before, whose data key is gone with it. Only under the grant's lock. Throws WrongMasterKey. */
export async function writeTokenSet(trx: VaultTrx, keys: KeyRing, id: TokenSetId, tokens: TokenSet): Promise<void> {
  await deleteTokenSet(trx, id).execute();
  await trx.insertInto('vault.token_set').values({
    company_id: id.company,
    application: id.application,
    generation: id.generation,
    version: id.version,
    ...sealTokenSet(await keys.forWriting(trx), id, tokens),
    issued_at: tokens.issuedAt,
    access_expires_at: tokens.accessExpiresAt,
    refresh_expires_at: tokens.refreshExpiresAt,
  }).execute();
}

/** The statement that destroys the pair and its data key. Only under the grant's lock. */
export function deleteTokenSet(trx: VaultTrx, key: GrantKey) {
  return trx.deleteFrom('vault.token_set').where('company_id', '=', key.company).where('application', '=', key.application);
}

/** Decrypts the access token of a stored pair. Throws CannotOpen. */
export function readAccessToken(keys: KeyRing, row: Selectable<TokenSetTable>): HeldToken {
  return {
    version: row.version,
    accessToken: unsealToken(keys, idOf(row), row, 'access'),
    issuedAt: row.issued_at,
    expiresAt: row.access_expires_at,
  };
}

/** Decrypts the refresh token of a stored pair, for spending it. Throws CannotOpen. */
export function readRefreshToken(keys: KeyRing, row: Selectable<TokenSetTable>): Secret {
  return unsealToken(keys, idOf(row), row, 'refresh');
}

/** What a stored pair was sealed for. */
export function idOf(row: Selectable<TokenSetTable>): TokenSetId {
  return { company: row.company_id, application: row.application, generation: row.generation, version: row.version };
}
