import type { Database } from '@wayleave/platform/database';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { SandboxSettings, SettingValues } from '../config/settings.js';
import { ownerOf, signJwt } from './jwt.js';
import { openSigningKey, type SigningKey } from './signing-key.js';
import { newAccessToken } from './token-format.js';

/** Whose an access token will be. No profile: the application's own. */
export interface TokenHolder {
  readonly clientId: string;
  readonly profileId: string | null;
}

/** Makes access tokens under the settings of one moment; it reads in the caller's transaction and writes nothing. */
export interface AccessTokenMint {
  readonly settings: SettingValues;
  mint(trx: QueryExecutorProvider, holder: TokenHolder, now: Date): Promise<string>;
}

interface HolderRow {
  readonly display_name: string;
  readonly id: string | null;
  readonly email: string | null;
}

/**
 * Resolves to what mints access tokens in the form that the settings ask for now. To be called before a transaction
 * begins: the signing key comes from the database.
 */
export function createAccessTokens(deps: { database: Database; settings: SandboxSettings }): () => Promise<AccessTokenMint> {
  let key: Promise<SigningKey> | undefined;

  return async () => {
    const settings = deps.settings.current();
    if (!settings.jwtAccessTokens) return { settings, mint: async () => newAccessToken() };
    key ??= openSigningKey(deps.database).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    const signingKey = await key;
    return {
      settings,
      async mint(trx, holder, now) {
        const row = await readHolder(trx, holder);
        const named = settings.jwtNamesProfile && row.id !== null && row.email !== null;
        return signJwt(signingKey, {
          clientId: holder.clientId,
          displayName: row.display_name,
          subject: named ? { uuid: row.id, loginId: row.email } : ownerOf(holder.clientId),
          issuedAt: now,
          lifetimeMs: settings.accessTokenLifetimeMs,
        });
      },
    };
  };
}

async function readHolder(trx: QueryExecutorProvider, holder: TokenHolder): Promise<HolderRow> {
  const { rows } = await sql<HolderRow>`
    select application.display_name, profile.id, profile.email
    from upscom.application left join upscom.profile on profile.id = ${holder.profileId}
    where application.client_id = ${holder.clientId}
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('an access token was asked for by an application that is not registered');
  return row;
}
