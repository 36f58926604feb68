import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sha256 } from '@wayleave/platform/secret';
import { sql, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { SandboxSettings } from '../config/settings.js';
import type { AccessTokenMint } from './access-token.js';
import { judgeCode, type CodeVerdict, type PresentedCode } from './code.js';
import { lockCodes, toStoredCode, type CodeRow } from './code-row.js';
import type { ServedCall } from './token-call.js';
import { looksLikeAuthorizationCode, newAuthorizationCode } from './token-format.js';
import type { TokenPair } from './token-pair.js';
import { mintTokens, revokeFamily } from './token-store.js';
import { createValidCodes, type CodeCall } from './valid-codes.js';

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
   * Does all that a call with a valid code asks for, ledger and limits included, for those of a moment at once. Null for a
   * call that is anything but valid, or that gets no opaque access token; nothing is done for it then.
   */
  exchangeValidCode(call: CodeCall): Promise<ServedCall | null>;
  /**
   * Spends a code and mints its token family, in one transaction: of any number of concurrent callers one at most gets
   * tokens. A replay by its own client revokes the family that the code led to; a wrong verifier counts against the code.
   */
  consumeCode(presented: PresentedCode): Promise<ConsumedCode>;
}

/** The table `upscom.authorization_code`. */
export function createCodeStore(deps: { database: Database; clock: Clock; settings: SandboxSettings; accessTokens: () => Promise<AccessTokenMint> }): CodeStore {
  const db = deps.database.kysely<unknown>();
  const exchangeValid = createValidCodes(deps);

  return {
    async exchangeValidCode(call) {
      return looksLikeAuthorizationCode(call.code) && !deps.settings.current().jwtAccessTokens ? exchangeValid(call) : null;
    },

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
        const row = (await lockCodes(trx, [codeHash])).get(codeHash.toString('hex'));
        if (!row) return { verdict: 'invalid', familyId: null, profileId: null };
        const now = deps.clock.now();
        const verdict = judgeCode(toStoredCode(row), presented, now);
        if (verdict === 'valid') {
          const pair = await spend(trx, accessTokens, codeHash, row, now);
          return pair ? { verdict, tokens: pair } : { verdict: 'invalid', familyId: null, profileId: row.profile_id };
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

async function countWrongVerifier(trx: QueryExecutorProvider, codeHash: Buffer): Promise<void> {
  await sql`update upscom.authorization_code set wrong_verifiers = wrong_verifiers + 1 where code_hash = ${codeHash}`.execute(trx);
}
