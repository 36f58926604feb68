import { createBatch, type Batch } from '@wayleave/platform/batch';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { SandboxSettings } from '../config/settings.js';
import { mostWrongVerifiers, s256 } from './code.js';
import { serveValid, type ServedCall, type TokenCall } from './token-call.js';
import { newAccessToken, newRefreshToken } from './token-format.js';

/** A call that presents an authorization code. */
export interface CodeCall extends TokenCall {
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

const mostAtOnce = 128;

/**
 * Serves calls that present valid codes, those of a moment in one commit: counts them, spends the codes, mints their token
 * families and writes their lines in the ledger. Null for a call that is anything but valid (`judgeCode` says why);
 * nothing is done for it then. Opaque access tokens only.
 */
export function createValidCodes(deps: { database: Database; clock: Clock; settings: SandboxSettings }): Batch<CodeCall, ServedCall | null> {
  const db = deps.database.kysely<unknown>();

  return createBatch({
    most: mostAtOnce,
    keyOf: ({ code }) => code,
    async work(calls) {
      const familyIds = calls.map(() => randomUUID());
      const minted = familyIds.map((id) => ({ accessToken: newAccessToken(), refreshToken: newRefreshToken(id) }));
      return serveValid(db, { calls, minted, settings: deps.settings.current(), now: deps.clock.now() }, (first) => sql`
        select * from upscom.exchange_codes(${first}, ${mostWrongVerifiers}, ${familyIds}, ${calls.map(({ code }) => sha256(code))},
          ${calls.map(({ redirectUri }) => redirectUri ?? null)}, ${calls.map(({ codeVerifier }) => (codeVerifier === undefined ? null : s256(codeVerifier)))})
      `);
    },
  });
}
