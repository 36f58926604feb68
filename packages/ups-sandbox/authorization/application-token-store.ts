import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { Secret, sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import type { AccessTokenMint } from './access-token.js';

/** An access token that an application got for itself. The table has only its hash. */
export interface ApplicationToken {
  readonly clientId: string;
  readonly accessToken: Secret;
  readonly issuedAt: Date;
  readonly lifetimeMs: number;
}

export interface ApplicationTokenStore {
  /** Mints an access token for a registered application itself (RFC 6749 §4.4): no profile, no refresh token. */
  issueApplicationToken(clientId: string): Promise<ApplicationToken>;
}

/** The table `upscom.application_token`. */
export function createApplicationTokenStore(deps: { database: Database; clock: Clock; accessTokens: () => Promise<AccessTokenMint> }): ApplicationTokenStore {
  const db = deps.database.kysely<unknown>();
  return {
    async issueApplicationToken(clientId) {
      const { settings, mint } = await deps.accessTokens();
      const issuedAt = deps.clock.now();
      const lifetimeMs = settings.accessTokenLifetimeMs;
      const accessToken = await mint(db, { clientId, profileId: null }, issuedAt);
      await sql`
        insert into upscom.application_token (token_hash, client_id, issued_at, expires_at)
        values (${sha256(accessToken)}, ${clientId}, ${issuedAt}, ${new Date(issuedAt.getTime() + lifetimeMs)})
      `.execute(db);
      return { clientId, accessToken: new Secret(accessToken), issuedAt, lifetimeMs };
    },
  };
}
