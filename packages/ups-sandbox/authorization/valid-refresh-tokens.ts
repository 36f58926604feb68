import { createBatch, type Batch } from '@wayleave/platform/batch';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import type { SandboxSettings } from '../config/settings.js';
import { serveValid, type ServedCall, type TokenCall } from './token-call.js';
import { newAccessToken, nextRefreshToken } from './token-format.js';

/** A call that presents a refresh token. */
export interface RefreshCall extends TokenCall {
  readonly refreshToken: string;
}

const mostAtOnce = 128;

/**
 * Serves calls that present refresh tokens which stand, those of a moment in one commit: counts them, spends the tokens,
 * mints their successors and writes their lines in the ledger. Null for a call that is anything but valid; nothing is
 * done for it then. Opaque access tokens only.
 */
export function createValidRefreshTokens(deps: { database: Database; clock: Clock; settings: SandboxSettings }): Batch<RefreshCall, ServedCall | null> {
  const db = deps.database.kysely<unknown>();

  return createBatch({
    most: mostAtOnce,
    keyOf: ({ refreshToken }) => refreshToken,
    async work(calls) {
      const minted = calls.map(({ refreshToken }) => ({ accessToken: newAccessToken(), refreshToken: nextRefreshToken(refreshToken) }));
      return serveValid(db, { calls, minted, settings: deps.settings.current(), now: deps.clock.now() }, (first) => sql`
        select * from upscom.refresh_tokens(${first}, ${calls.map(({ refreshToken }) => sha256(refreshToken))})
      `);
    },
  });
}
