import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { SandboxSettings } from '../config/settings.js';
import type { AccessTokenMint } from './access-token.js';
import { judgeCode, type CodeVerdict, type PresentedCode } from './code.js';
import { looksLikeAuthorizationCode, newAuthorizationCode } from './token-format.js';
import { mintTokens, revokeFamily, type TokenPair } from './token-store.js';

/** What a code stands for: who consented, for which application, at which epoch, and where the answer goes. */
export interface CodeGrant {
  readonly clientId: string;
  readonly profileId: string;
  readonly epoch: number;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
  readonly scope: string | undefined;
}

/** `familyId` names the grant the code led to, so that the ledger can say whose a refused exchange was. */
export type ConsumedCode =
  | { readonly verdict: 'valid'; readonly tokens: TokenPair }
  | { readonly verdict: Exclude<CodeVerdict, 'valid'>; readonly familyId: string | null; readonly profileId: string | null };

export interface CodeStore {
  /** Issues a code in the caller's transaction. The code is in the answer and nowhere else; the table has its hash. */
  issueCode(trx: QueryExecutorProvider, grant: CodeGrant): Promise<string>;
  /**
   * Spends a code and mints its token family, in one transaction: of any number of concurrent callers one at most gets
   * tokens. A replay by its own client revokes the family that the code led to; a wrong verifier counts against the code.
   */
  consumeCode(presented: PresentedCode): Promise<ConsumedCode>;
}

interface CodeRow {
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

/** The table `upscom.authorization_code`. */
export function createCodeStore(deps: { database: Database; clock: Clock; settings: SandboxSettings; accessTokens: () => Promise<AccessTokenMint> }): CodeStore {
  const db = deps.database.kysely<unknown>();

  return {
    async issueCode(trx, grant) {
      const code = newAuthorizationCode();
      const issuedAt = deps.clock.now();
      const expiresAt = new Date(issuedAt.getTime() + deps.settings.current().codeLifetimeMs);
      await sql`
        insert into upscom.authorization_code
          (code_hash, client_id, profile_id, epoch, redirect_uri, code_challenge, scope, issued_at, expires_at)
        values (${sha256(code)}, ${grant.clientId}, ${grant.profileId}, ${grant.epoch}, ${grant.redirectUri},
          ${grant.codeChallenge ?? null}, ${grant.scope ?? ''}, ${issuedAt}, ${expiresAt})
      `.execute(trx);
      return code;
    },

    async consumeCode(presented) {
      if (!looksLikeAuthorizationCode(presented.code)) return { verdict: 'invalid', familyId: null, profileId: null };
      const codeHash = sha256(presented.code);
      const accessTokens = await deps.accessTokens();
      return db.transaction().execute(async (trx) => {
        const row = await lockCode(trx, codeHash);
        if (!row) return { verdict: 'invalid', familyId: null, profileId: null };
        const now = deps.clock.now();
        const verdict = judgeCode(toStoredCode(row), presented, now);
        if (verdict === 'valid') {
          const tokens = await spend(trx, accessTokens, codeHash, row, now);
          return tokens ? { verdict, tokens } : { verdict: 'invalid', familyId: null, profileId: row.profile_id };
        }
        if (verdict === 'verifier-wrong') await countWrongVerifier(trx, codeHash);
        if (verdict === 'replayed' && row.family_id) await revokeFamily(trx, row.family_id, 'code-replayed', now);
        return { verdict, familyId: row.family_id, profileId: row.profile_id };
      });
    },
  };

  /** Zero rows updated means that a password change or a withdrawal won; the empty family is then removed again. */
  async function spend(trx: QueryExecutorProvider, accessTokens: AccessTokenMint, codeHash: Buffer, row: CodeRow, now: Date): Promise<TokenPair | null> {
    const familyId = randomUUID();
    await sql`
      insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at)
      values (${familyId}, ${row.client_id}, ${row.profile_id}, ${row.epoch}, ${row.scope}, ${now})
    `.execute(trx);
    const { rows } = await sql`
      update upscom.authorization_code code set consumed_at = ${now}, family_id = ${familyId}
      where code_hash = ${codeHash} and consumed_at is null and withdrawn_at is null and expires_at > ${now}
        and exists (select from upscom.profile where profile.id = code.profile_id and profile.epoch = code.epoch)
      returning code_hash
    `.execute(trx);
    if (rows.length === 0) {
      await sql`delete from upscom.token_family where id = ${familyId}`.execute(trx);
      return null;
    }
    const family = { id: familyId, clientId: row.client_id, profileId: row.profile_id, epoch: row.epoch, scope: row.scope, refreshCount: 0 };
    return mintTokens(trx, family, accessTokens, now);
  }
}

async function lockCode(trx: QueryExecutorProvider, codeHash: Buffer): Promise<CodeRow | undefined> {
  const { rows } = await sql<CodeRow>`
    select code.client_id, code.profile_id, code.epoch, code.redirect_uri, code.code_challenge, code.scope, code.expires_at,
      code.wrong_verifiers, code.withdrawn_at, code.consumed_at, code.family_id, profile.epoch = code.epoch as epoch_stands
    from upscom.authorization_code code join upscom.profile profile on profile.id = code.profile_id
    where code.code_hash = ${codeHash}
    for update of code
  `.execute(trx);
  return rows[0];
}

async function countWrongVerifier(trx: QueryExecutorProvider, codeHash: Buffer): Promise<void> {
  await sql`update upscom.authorization_code set wrong_verifiers = wrong_verifiers + 1 where code_hash = ${codeHash}`.execute(trx);
}

function toStoredCode(row: CodeRow) {
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
