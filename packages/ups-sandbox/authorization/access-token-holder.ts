import { createBatch } from '@wayleave/platform/batch';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { looksLikeAccessToken } from './token-format.js';

/** Whose an access token is, and whether it opens anything. `void`: revoked, withdrawn or of an earlier epoch. */
export interface AccessTokenHolder {
  readonly state: 'valid' | 'expired' | 'void';
  readonly clientId: string;
  /** Null for an application's own token. */
  readonly consent: { readonly familyId: string; readonly profileId: string; readonly username: string } | null;
  /** The numbers of the profile's (or the application's own) shipper accounts, as they are now. */
  readonly accounts: readonly string[];
}

const mostAtOnce = 128;

/**
 * Looks up access tokens, those of one moment in one statement. The statement begins after the look-up was asked for, so
 * that whoever saw a token voided is never told that it is valid.
 */
export function createAccessTokenHolders(deps: { database: Database; clock: Clock }): (accessToken: string) => Promise<AccessTokenHolder | null> {
  const db = deps.database.kysely<unknown>();

  const find = createBatch<string, AccessTokenHolder | null>({
    most: mostAtOnce,
    async work(accessTokens) {
      const hashes = accessTokens.map(sha256);
      const now = deps.clock.now();
      const { rows } = await sql<AccessTokenHolder & { hash: string }>`
        select encode(token.token_hash, 'hex') as hash, family.client_id as "clientId",
          json_build_object('familyId', family.id, 'profileId', profile.id, 'username', profile.username) as consent,
          array(select number from upscom.shipper_account where profile_id = profile.id order by number) as accounts,
          case when family.revoked_at is not null or profile.epoch <> token.epoch then 'void'
            when token.expires_at <= ${now} then 'expired' else 'valid' end as state
        from upscom.access_token token
        join upscom.token_family family on family.id = token.family_id
        join upscom.profile profile on profile.id = family.profile_id
        where token.token_hash = any (${hashes}::bytea[])
        union all
        select encode(token.token_hash, 'hex'), application.client_id, null, application.accounts, case when token.expires_at <= ${now} then 'expired' else 'valid' end
        from upscom.application_token token join upscom.application on application.client_id = token.client_id
        where token.token_hash = any (${hashes}::bytea[])
      `.execute(db);
      const holders = new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
      return hashes.map((hash) => holders.get(hash.toString('hex')) ?? null);
    },
  });

  return async (accessToken) => (looksLikeAccessToken(accessToken) ? find(accessToken) : null);
}
