import { sql, type QueryExecutorProvider } from 'kysely';
import type { StoredCode } from './code.js';

/** A row of `upscom.authorization_code`, and whether its profile is still at the epoch of it. */
export interface CodeRow {
  readonly code_hash: Buffer;
  readonly client_id: string;
  readonly profile_id: string;
  readonly epoch: number;
  readonly redirect_uri: string;
  readonly code_challenge: string | null;
  readonly scope: string;
  readonly expires_at: Date;
  readonly wrong_verifiers: number;
  readonly withdrawn_at: Date | null;
  readonly consumed_at: Date | null;
  readonly family_id: string | null;
  readonly epoch_stands: boolean;
}

/**
 * Holds codes, by the hex of their hashes, until the caller's transaction ends. They are locked in one order, so that two
 * processes with the same codes wait for each other and never in a circle.
 */
export async function lockCodes(trx: QueryExecutorProvider, hashes: readonly Buffer[]): Promise<Map<string, CodeRow>> {
  const { rows } = await sql<CodeRow>`
    select code.code_hash, code.client_id, code.profile_id, code.epoch, code.redirect_uri, code.code_challenge, code.scope, code.expires_at,
      code.wrong_verifiers, code.withdrawn_at, code.consumed_at, code.family_id, profile.epoch = code.epoch as epoch_stands
    from upscom.authorization_code code join upscom.profile profile on profile.id = code.profile_id
    where code.code_hash = any(${hashes}::bytea[])
    order by code.code_hash
    for update of code
  `.execute(trx);
  return new Map(rows.map((row) => [row.code_hash.toString('hex'), row]));
}

export function toStoredCode(row: CodeRow): StoredCode {
  return {
    clientId: row.client_id,
    redirectUri: row.redirect_uri,
    codeChallenge: row.code_challenge,
    standing: row.epoch_stands && row.withdrawn_at === null,
    expiresAt: row.expires_at,
    wrongVerifiers: row.wrong_verifiers,
    consumed: row.consumed_at !== null,
  };
}
