import { databaseKinds, testDatabase, type DatabaseKind } from '@wayleave/dev/database';
import { sha256 } from '@wayleave/platform/secret';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxMigrations } from '../index.js';
import { challenge, idh, idm, issueCode, startMachineSite, verifier, type MachineSite } from '../tests/machine-site.js';
import { judgeCode } from './code.js';
import { lockCodes, toStoredCode } from './code-row.js';
import type { TokenCall } from './token-call.js';

const call: TokenCall = {
  credentials: { method: 'basic', clientId: idm.clientId, clientSecret: idm.clientSecret }, address: '192.0.2.1', arrivedAtMs: Date.now(), path: '/security/v1/oauth/token',
};

describe.each(databaseKinds())('valid token calls on %s', (kind: DatabaseKind) => {
  let close: () => Promise<void>;
  let site: MachineSite;
  let db: Kysely<unknown>;
  beforeAll(async () => {
    const database = await testDatabase(kind, [sandboxMigrations]);
    // One connection: what it keeps between calls is what each call meets.
    const single = kind === 'postgres' ? await database.connect({ max: 1 }) : database;
    site = await startMachineSite({ database: single });
    db = single.kysely();
    close = async () => {
      await site[Symbol.asyncDispose]();
      if (single !== database) await single.close();
      await database.close();
    };
  });
  afterAll(() => close());

  /** What can be wrong with a stored code, in SQL. */
  const states = {
    consumed: sql`consumed_at = now(), family_id = ${randomUUID()}`, withdrawn: sql`withdrawn_at = now()`, expired: sql`expires_at = '2020-01-01'`,
    burned: sql`wrong_verifiers = 5`, nearlyBurned: sql`wrong_verifiers = 4`, otherEpoch: sql`epoch = epoch + 1`, otherClient: sql`client_id = ${idh.clientId}`,
  };
  /** What can be wrong with how it is presented. */
  const ways = {
    noVerifier: { codeVerifier: undefined }, verifier: { codeVerifier: verifier }, otherVerifier: { codeVerifier: 'x'.repeat(43) },
    noUri: { redirectUri: undefined }, otherUri: { redirectUri: `${idm.redirectUri}/` },
    byName: { credentials: { method: 'none', clientId: idm.clientId } }, wrongSecret: { credentials: { ...call.credentials, clientSecret: 'wrong-secret-of-the-tests' } },
    nobody: { credentials: { ...call.credentials, clientId: 'nobody-0001' } },
  } satisfies Record<string, object>;

  it('are exactly those whose code the rules find valid and whose caller is who it says', async () => {
    const some = <Name extends string>(of: Readonly<Record<Name, unknown>>) => fc.subarray(Object.keys(of) as Name[], { maxLength: 2 });
    await fc.assert(fc.asyncProperty(fc.boolean(), some(states), some(ways), async (isPkce, stateNames, wayNames) => {
      const code = await issueCode(site, idm, isPkce ? { codeChallenge: challenge } : {});
      for (const name of stateNames) await sql`update upscom.authorization_code set ${states[name]} where code_hash = ${sha256(code)}`.execute(db);
      const presented = Object.assign({ ...call, code, redirectUri: idm.redirectUri, codeVerifier: isPkce ? verifier : undefined }, ...wayNames.map((name) => ways[name]));
      const { method, clientId } = presented.credentials;
      const row = [...(await lockCodes(db, [sha256(code)])).values()][0]!;
      const verdict = judgeCode(toStoredCode(row), { ...presented, clientId, clientAuthenticated: method === 'basic' }, site.control.now());
      const isCaller = method === 'none' || presented.credentials.clientSecret === idm.clientSecret;
      expect(await site.authorization.exchangeValidCode(presented) !== null).toBe(verdict === 'valid' && isCaller);
    }), { numRuns: 100 });
  });

  it('read no more of large tables than of small ones', async () => {
    const once = async () => {
      const exchanged = await site.authorization.exchangeValidCode({ ...call, code: await issueCode(site, idm, {}), redirectUri: idm.redirectUri, codeVerifier: undefined });
      const refreshed = await site.authorization.refreshValidToken({ ...call, refreshToken: exchanged!.tokens.refreshToken.reveal() });
      expect(refreshed).not.toBeNull();
    };
    for (let calls = 0; calls < 12; calls += 1) await once();
    const many = sql`generate_series(1, 3000) as number`;
    await sql`
      insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at)
      select gen_random_uuid(), ${idm.clientId}, ${site.profile.id}, ${site.profile.epoch}, '', now() from ${many}
    `.execute(db);
    await sql`
      insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
      select sha256(id::text::bytea), id, epoch, now(), now() + interval '1 day' from upscom.token_family where refresh_count = 0
    `.execute(db);
    await sql`
      insert into upscom.authorization_code (code_hash, client_id, profile_id, epoch, redirect_uri, scope, issued_at, expires_at)
      select sha256(number::text::bytea), ${idm.clientId}, ${site.profile.id}, ${site.profile.epoch}, '', '', now(), now() + interval '1 day' from ${many}
    `.execute(db);
    const before = await rowsRead();
    await once();
    expect(await rowsRead() - before).toBeLessThan(1_000);
  });

  async function rowsRead(): Promise<number> {
    await sql`select pg_stat_force_next_flush()`.execute(db);
    const { rows } = await sql<{ read: number }>`
      select ((select sum(seq_tup_read) from pg_stat_user_tables where schemaname = 'upscom')
        + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = 'upscom'))::float8 as read
    `.execute(db);
    return rows[0]!.read;
  }
});
