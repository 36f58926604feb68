import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { SandboxSettings } from '../config/settings.js';
import { createAccessTokenHolders, type AccessTokenHolder } from './access-token-holder.js';
import type { AccessTokenMint } from './access-token.js';
import type { ServedCall } from './token-call.js';
import { looksLikeRefreshToken, newRefreshToken } from './token-format.js';
import { toTokenPair, type TokenFamily, type TokenPair } from './token-pair.js';
import { createValidRefreshTokens, type RefreshCall } from './valid-refresh-tokens.js';

export type RevocationReason = 'code-replayed' | 'refresh-token-reused' | 'withdrawn';

/**
 * Why a refresh token was refused. `reused`: it was spent before, and its own client presented it again. `scope-exceeded`:
 * more was asked for than granted (RFC 6749 §6), and the token is not spent.
 */
export type RefreshRefusal = 'unknown' | 'foreign' | 'expired' | 'void' | 'reused' | 'scope-exceeded';

export type RotatedToken =
  | { readonly rotated: true; readonly tokens: TokenPair }
  | { readonly rotated: false; readonly why: RefreshRefusal; readonly familyId: string | null; readonly profileId: string | null };

/** An application that can use a profile's data now. */
export interface ConnectedApplication {
  readonly clientId: string;
  readonly displayName: string;
  /** The oldest opt-in that still stands. */
  readonly since: Date;
}

export interface TokenStore {
  /**
   * Does all that a call with a refresh token that stands asks for, ledger and limits included, for those of a moment at
   * once. Null for a call that is anything but valid, or that gets no opaque access token; nothing is done for it then.
   */
  refreshValidToken(call: RefreshCall): Promise<ServedCall | null>;
  /**
   * Spends a refresh token and mints its successors, in one transaction. Reuse by its own client revokes the whole
   * family when the settings say so. Of any number of concurrent callers one at most gets tokens. `scope` is what the caller
   * asks for, if it says so; what it gets is what was granted.
   */
  rotateRefreshToken(refreshToken: string, clientId: string, scope?: string): Promise<RotatedToken>;
  /** The family that a refresh token belongs to, whether it stands or not; null when it never existed. */
  familyOfRefreshToken(refreshToken: string): Promise<string | null>;
  /** Whose this access token is; null when it never existed. */
  findAccessToken(accessToken: string): Promise<AccessTokenHolder | null>;
  /**
   * Ends everything a profile granted an application, codes on their way included, in the caller's transaction.
   * Resolves to the number of token families ended.
   */
  withdrawApplication(trx: QueryExecutorProvider, profileId: string, clientId: string): Promise<number>;
  /** The applications whose refresh tokens still stand for this profile, by name. */
  connectedApplications(profileId: string): Promise<ConnectedApplication[]>;
  /**
   * Deletes families of which nothing can be used any more since a week, with their codes and tokens. What somebody holds it
   * leaves for the next time: a replay holds a code and wants its family, so that whoever waited here could wait in a circle.
   */
  forgetEnded(): Promise<void>;
}

const endedKeptMs = 7 * 86_400_000;

/** The tables `upscom.token_family`, `access_token` and `refresh_token`. */
export function createTokenStore(deps: { database: Database; clock: Clock; settings: SandboxSettings; accessTokens: () => Promise<AccessTokenMint> }): TokenStore {
  const db = deps.database.kysely<unknown>();
  const refreshValid = createValidRefreshTokens(deps);

  return {
    async refreshValidToken(call) {
      return looksLikeRefreshToken(call.refreshToken) && !deps.settings.current().jwtAccessTokens ? refreshValid(call) : null;
    },

    async rotateRefreshToken(refreshToken, clientId, scope) {
      if (!looksLikeRefreshToken(refreshToken)) return { rotated: false, why: 'unknown', familyId: null, profileId: null };
      const tokenHash = sha256(refreshToken);
      const accessTokens = await deps.accessTokens();
      return db.transaction().execute(async (trx) => {
        const family = await lockFamilyOf(trx, tokenHash);
        if (!family) return { rotated: false, why: 'unknown', familyId: null, profileId: null };
        const whose = { familyId: family.id, profileId: family.profileId };
        if (family.clientId !== clientId) return { rotated: false, why: 'foreign', ...whose };
        const now = deps.clock.now();
        const isGranted = scope === undefined || isWithin(scope, family.scope);
        if (isGranted && await spend(trx, tokenHash, now)) {
          const tokens = await mintTokens(trx, await countRefresh(trx, family), accessTokens, now);
          return { rotated: true, tokens };
        }
        const why = await refusal(trx, tokenHash, now);
        if (why === 'reused' && deps.settings.current().refreshReuseEndsFamily) await revokeFamily(trx, family.id, 'refresh-token-reused', now);
        return { rotated: false, why, ...whose };
      });
    },

    async familyOfRefreshToken(refreshToken) {
      const { rows } = await sql<{ family_id: string }>`select family_id from upscom.refresh_token where token_hash = ${sha256(refreshToken)}`.execute(db);
      return rows[0]?.family_id ?? null;
    },

    findAccessToken: createAccessTokenHolders(deps),

    async withdrawApplication(trx, profileId, clientId) {
      const now = deps.clock.now();
      // Codes first: this waits for an exchange that is under way, so that the next statement sees the family it made. Both are
      // locked in the order in which the calls of a moment lock them, so that nobody waits in a circle.
      await sql`
        with held as materialized (
          select code_hash from upscom.authorization_code
          where profile_id = ${profileId} and client_id = ${clientId} and consumed_at is null and withdrawn_at is null
          order by code_hash for update
        )
        update upscom.authorization_code code set withdrawn_at = ${now} from held where code.code_hash = held.code_hash
      `.execute(trx);
      const { rows } = await sql`
        with held as materialized (
          select id from upscom.token_family where profile_id = ${profileId} and client_id = ${clientId} and revoked_at is null
          order by id for update
        )
        update upscom.token_family family set revoked_at = ${now}, revoked_because = 'withdrawn' from held where family.id = held.id
        returning family.id
      `.execute(trx);
      return rows.length;
    },

    async connectedApplications(profileId) {
      const { rows } = await sql<ConnectedApplication>`
        select application.client_id as "clientId", application.display_name as "displayName", min(family.created_at) as since
        from upscom.token_family family
        join upscom.application application on application.client_id = family.client_id
        join upscom.profile profile on profile.id = family.profile_id and profile.epoch = family.epoch
        where family.profile_id = ${profileId} and family.revoked_at is null and exists (
          select from upscom.refresh_token token
          where token.family_id = family.id and token.spent_at is null and token.expires_at > ${deps.clock.now()}
        )
        group by application.client_id
        order by application.display_name, application.client_id
      `.execute(db);
      return rows;
    },

    async forgetEnded() {
      const before = new Date(deps.clock.now().getTime() - endedKeptMs);
      // Whoever uses a refresh token holds its family first, so that nobody else waits for these.
      await sql`
        with ended as materialized (
          select id from upscom.token_family family where created_at < ${before} and not exists (
            select from upscom.refresh_token token where token.family_id = family.id and token.expires_at > ${before}
          ) and not exists (
            select from upscom.access_token token where token.family_id = family.id and token.expires_at > ${before}
          ) for update skip locked
        ), forgotten as (
          delete from upscom.token_family using ended where token_family.id = ended.id
        )
        delete from upscom.refresh_token token using ended where token.family_id = ended.id
      `.execute(db);
      await forget('access_token', sql`expires_at <= ${before}`);
      await forget('application_token', sql`expires_at <= ${before}`);
      await forget('authorization_code', sql`expires_at <= ${before} and not exists (select from upscom.token_family where id = family_id)`);
    },
  };

  async function forget(table: 'access_token' | 'application_token' | 'authorization_code', ended: RawBuilder<unknown>): Promise<void> {
    const name = sql.table(`upscom.${table}`);
    await sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${ended} for update skip locked))`.execute(db);
  }
}

/** Ends a family; its tokens die with it, those of a refresh under way included. Does nothing when it ended before. */
export async function revokeFamily(trx: QueryExecutorProvider, familyId: string, because: RevocationReason, at: Date): Promise<void> {
  await sql`
    update upscom.token_family set revoked_at = ${at}, revoked_because = ${because} where id = ${familyId} and revoked_at is null
  `.execute(trx);
}

/** Mints an access token and a refresh token of a family, in the caller's transaction; they carry the family's epoch. */
export async function mintTokens(trx: QueryExecutorProvider, family: TokenFamily, accessTokens: AccessTokenMint, now: Date): Promise<TokenPair> {
  const { accessTokenLifetimeMs, refreshTokenLifetimeMs } = accessTokens.settings;
  const accessToken = await accessTokens.mint(trx, family, now);
  const refreshToken = newRefreshToken(family.id);
  await sql`
    with minted as (
      insert into upscom.access_token (token_hash, family_id, epoch, issued_at, expires_at)
      values (${sha256(accessToken)}, ${family.id}, ${family.epoch}, ${now}, ${new Date(now.getTime() + accessTokenLifetimeMs)})
    )
    insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
    values (${sha256(refreshToken)}, ${family.id}, ${family.epoch}, ${now}, ${new Date(now.getTime() + refreshTokenLifetimeMs)})
  `.execute(trx);
  return toTokenPair(family, { accessToken, refreshToken }, accessTokens.settings, now);
}

/** Whoever spends or revokes in a family holds its row; what is read after this statement is what the last one left. */
async function lockFamilyOf(trx: QueryExecutorProvider, tokenHash: Buffer): Promise<TokenFamily | undefined> {
  const { rows } = await sql<TokenFamily>`
    select id, client_id as "clientId", profile_id as "profileId", epoch, scope, refresh_count as "refreshCount"
    from upscom.token_family
    where id = (select family_id from upscom.refresh_token where token_hash = ${tokenHash})
    for update
  `.execute(trx);
  return rows[0];
}

async function spend(trx: QueryExecutorProvider, tokenHash: Buffer, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update upscom.refresh_token token set spent_at = ${now}
    from upscom.token_family family, upscom.profile profile
    where token.token_hash = ${tokenHash} and token.spent_at is null and token.expires_at > ${now}
      and family.id = token.family_id and family.revoked_at is null
      and profile.id = family.profile_id and profile.epoch = token.epoch
    returning token.token_hash
  `.execute(trx);
  return rows.length > 0;
}

/** Why a token was not spent. One that stands all the same was asked for more than it was granted. */
async function refusal(trx: QueryExecutorProvider, tokenHash: Buffer, now: Date): Promise<RefreshRefusal> {
  const { rows } = await sql<{ spent_at: Date | null; expires_at: Date; stands: boolean }>`
    select token.spent_at, token.expires_at, family.revoked_at is null and profile.epoch = token.epoch as stands
    from upscom.refresh_token token
    join upscom.token_family family on family.id = token.family_id
    join upscom.profile profile on profile.id = family.profile_id
    where token.token_hash = ${tokenHash}
  `.execute(trx);
  const [token] = rows;
  if (!token) return 'unknown';
  if (token.spent_at) return 'reused';
  if (token.expires_at <= now) return 'expired';
  return token.stands ? 'scope-exceeded' : 'void';
}

/** Whether every scope of the one list is in the other; both are separated by spaces (RFC 6749 §3.3). */
function isWithin(asked: string, granted: string): boolean {
  const all = new Set(granted.split(' '));
  return asked.split(' ').every((scope) => scope === '' || all.has(scope));
}

async function countRefresh(trx: QueryExecutorProvider, family: TokenFamily): Promise<TokenFamily> {
  const { rows } = await sql<{ refresh_count: number }>`
    update upscom.token_family set refresh_count = refresh_count + 1 where id = ${family.id} returning refresh_count
  `.execute(trx);
  return { ...family, refreshCount: rows[0]?.refresh_count ?? family.refreshCount };
}
