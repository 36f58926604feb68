import { createBatch, type Batch } from '@wayleave/platform/batch';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { SettingValues } from '../config/settings.js';
import { judgeCode, type PresentedCode } from './code.js';
import { lockCodes, toStoredCode } from './code-row.js';
import { newAccessToken, newRefreshToken } from './token-format.js';
import { toTokenPair, type TokenFamily, type TokenPair } from './token-pair.js';

/** A code of a valid exchange, and what it is about to become. */
interface Exchange {
  readonly index: number;
  readonly codeHash: Buffer;
  readonly family: TokenFamily;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly settings: SettingValues;
}

const mostAtOnce = 128;

/**
 * Spends valid codes and mints their token families, those of all callers of a moment in one transaction: one commit
 * serves them all. Null for a code that is anything but valid; nothing is done to it then. Opaque access tokens only.
 */
export function createValidCodes(deps: { database: Database; clock: Clock }): Batch<{ presented: PresentedCode; settings: SettingValues }, TokenPair | null> {
  const db = deps.database.kysely<unknown>();

  return createBatch({
    most: mostAtOnce,
    keyOf: ({ presented }) => presented.code,
    async work(items) {
      const hashes = items.map(({ presented }) => sha256(presented.code));
      return db.transaction().execute(async (trx) => {
        const rows = await lockCodes(trx, hashes);
        const now = deps.clock.now();
        const exchanges = items.flatMap(({ presented, settings }, index): Exchange[] => {
          const codeHash = hashes[index];
          const row = codeHash && rows.get(codeHash.toString('hex'));
          if (!row || judgeCode(toStoredCode(row), presented, now) !== 'valid') return [];
          const id = randomUUID();
          const family = { id, clientId: row.client_id, profileId: row.profile_id, epoch: row.epoch, scope: row.scope, refreshCount: 0 };
          return [{ index, codeHash, family, accessToken: newAccessToken(), refreshToken: newRefreshToken(id), settings }];
        });
        const spent = exchanges.length === 0 ? new Set() : await spend(trx, exchanges, now);
        const results: (TokenPair | null)[] = items.map(() => null);
        for (const { index, family, accessToken, refreshToken, settings } of exchanges) {
          if (spent.has(family.id)) results[index] = toTokenPair(family, { accessToken, refreshToken }, settings, now);
        }
        return results;
      });
    },
  });
}

/** Resolves to the families that were made. One that is missing means that a password change or a withdrawal won. */
async function spend(trx: QueryExecutorProvider, exchanges: readonly Exchange[], now: Date): Promise<Set<string>> {
  const column = <T>(value: (exchange: Exchange) => T) => exchanges.map(value);
  const until = (lifetimeMs: number) => new Date(now.getTime() + lifetimeMs);
  const { rows } = await sql<{ family_id: string }>`
    with asked as materialized (
      select * from unnest(
        ${column(({ codeHash }) => codeHash)}::bytea[], ${column(({ family }) => family.id)}::uuid[],
        ${column(({ accessToken }) => sha256(accessToken))}::bytea[], ${column(({ settings }) => until(settings.accessTokenLifetimeMs))}::timestamptz[],
        ${column(({ refreshToken }) => sha256(refreshToken))}::bytea[], ${column(({ settings }) => until(settings.refreshTokenLifetimeMs))}::timestamptz[]
      ) as asked (code_hash, family_id, access_hash, access_until, refresh_hash, refresh_until)
    ), spent as (
      update upscom.authorization_code code set consumed_at = ${now}, family_id = asked.family_id
      from asked
      where code.code_hash = any(${column(({ codeHash }) => codeHash)}::bytea[]) and asked.code_hash = code.code_hash
        and consumed_at is null and withdrawn_at is null and expires_at > ${now}
        and exists (select from upscom.profile where profile.id = code.profile_id and profile.epoch = code.epoch)
      returning asked.*, code.client_id, code.profile_id, code.epoch, code.scope
    ), family as (
      insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at)
      select family_id, client_id, profile_id, epoch, scope, ${now} from spent
    ), access as (
      insert into upscom.access_token (token_hash, family_id, epoch, issued_at, expires_at)
      select access_hash, family_id, epoch, ${now}, access_until from spent
    ), refresh as (
      insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
      select refresh_hash, family_id, epoch, ${now}, refresh_until from spent
    )
    select family_id from spent
  `.execute(trx);
  return new Set(rows.map(({ family_id }) => family_id));
}
