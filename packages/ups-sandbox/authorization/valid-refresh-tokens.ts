import { createBatch, type Batch } from '@wayleave/platform/batch';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { SettingValues } from '../config/settings.js';
import { newAccessToken, newRefreshToken } from './token-format.js';
import { toTokenPair, type TokenFamily, type TokenPair } from './token-pair.js';

const mostAtOnce = 128;

/** A refresh token that its client presents. */
interface PresentedRefreshToken {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly settings: SettingValues;
}

interface FoundFamily extends Omit<TokenFamily, 'refreshCount'> {
  readonly tokenHash: Buffer;
}

/** A refresh token on its way to its successor. */
interface Rotation extends FoundFamily {
  readonly index: number;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly settings: SettingValues;
}

/**
 * Spends refresh tokens that stand and mints their successors, those of all callers of a moment in one commit. Null for
 * a token that is anything but valid; nothing is done to it then. Opaque access tokens only.
 */
export function createValidRefreshTokens(deps: { database: Database; clock: Clock }): Batch<PresentedRefreshToken, TokenPair | null> {
  const db = deps.database.kysely<unknown>();

  return createBatch({
    most: mostAtOnce,
    keyOf: ({ refreshToken }) => refreshToken,
    async work(items) {
      const hashes = items.map(({ refreshToken }) => sha256(refreshToken));
      return db.transaction().execute(async (trx) => {
        const families = await lockFamilies(trx, hashes);
        const now = deps.clock.now();
        const rotations = items.flatMap(({ clientId, settings }, index): Rotation[] => {
          const found = families.get(hashes[index]?.toString('hex') ?? '');
          if (found?.clientId !== clientId) return [];
          return [{ ...found, index, settings, accessToken: newAccessToken(), refreshToken: newRefreshToken(found.id) }];
        });
        const counts = rotations.length === 0 ? new Map<string, number>() : await spend(trx, rotations, now);
        const results: (TokenPair | null)[] = items.map(() => null);
        for (const { index, accessToken, refreshToken, settings, id, clientId, profileId, epoch, scope } of rotations) {
          const refreshCount = counts.get(id);
          if (refreshCount !== undefined) results[index] = toTokenPair({ id, clientId, profileId, epoch, scope, refreshCount }, { accessToken, refreshToken }, settings, now);
        }
        return results;
      });
    },
  });
}

/** Whoever spends or revokes in a family holds its row; what is read after this statement is what the last one left. In one order, as codes are. */
async function lockFamilies(trx: QueryExecutorProvider, hashes: readonly Buffer[]): Promise<Map<string, FoundFamily>> {
  const { rows } = await sql<FoundFamily>`
    select token.token_hash as "tokenHash", family.id, family.client_id as "clientId", family.profile_id as "profileId", family.epoch, family.scope
    from upscom.refresh_token token join upscom.token_family family on family.id = token.family_id
    where token.token_hash = any(${hashes}::bytea[])
    order by family.id
    for update of family
  `.execute(trx);
  return new Map(rows.map((row) => [row.tokenHash.toString('hex'), row]));
}

/** Resolves to the families that were refreshed, with how often that makes. */
async function spend(trx: QueryExecutorProvider, rotations: readonly Rotation[], now: Date): Promise<Map<string, number>> {
  const column = <T>(value: (rotation: Rotation) => T) => rotations.map(value);
  const until = (lifetimeMs: number) => new Date(now.getTime() + lifetimeMs);
  const { rows } = await sql<{ id: string; refresh_count: number }>`
    with asked as materialized (
      select * from unnest(
        ${column(({ tokenHash }) => tokenHash)}::bytea[],
        ${column(({ accessToken }) => sha256(accessToken))}::bytea[], ${column(({ settings }) => until(settings.accessTokenLifetimeMs))}::timestamptz[],
        ${column(({ refreshToken }) => sha256(refreshToken))}::bytea[], ${column(({ settings }) => until(settings.refreshTokenLifetimeMs))}::timestamptz[]
      ) as asked (token_hash, access_hash, access_until, refresh_hash, refresh_until)
    ), spent as (
      update upscom.refresh_token token set spent_at = ${now}
      from asked
      where token.token_hash = any(${column(({ tokenHash }) => tokenHash)}::bytea[]) and asked.token_hash = token.token_hash
        and token.spent_at is null and token.expires_at > ${now}
        and exists (
          select from upscom.token_family family join upscom.profile profile on profile.id = family.profile_id
          where family.id = token.family_id and family.revoked_at is null and profile.epoch = token.epoch
        )
      returning asked.*, token.family_id, token.epoch
    ), counted as (
      update upscom.token_family family set refresh_count = refresh_count + 1
      where family.id = any(${column(({ id }) => id)}::uuid[]) and family.id in (select family_id from spent)
      returning family.id, family.refresh_count
    ), access as (
      insert into upscom.access_token (token_hash, family_id, epoch, issued_at, expires_at)
      select access_hash, family_id, epoch, ${now}, access_until from spent
    ), refresh as (
      insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
      select refresh_hash, family_id, epoch, ${now}, refresh_until from spent
    )
    select id, refresh_count from counted
  `.execute(trx);
  return new Map(rows.map(({ id, refresh_count }) => [id, refresh_count]));
}
