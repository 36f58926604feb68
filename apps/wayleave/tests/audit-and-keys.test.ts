import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { runWayleave } from '@wayleave/dev/process';
import { systemClock } from '@wayleave/platform/clock';
import { createLogger } from '@wayleave/platform/logging';
import { Secret } from '@wayleave/platform/secret';
import { suiteMigrations } from '@wayleave/suite';
import { companyId, defaultVaultSettings, memberId, openVault, vaultMigrations } from '@wayleave/vault';
import { sql } from 'kysely';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretBox } from '../../suite/webhooks/secret-box.js';
import { run } from '../run.js';

const longTest = 120_000;
const oldKey = randomBytes(32);
const newKey = randomBytes(32).toString('base64');

describe('verify-audit and rotate-keys', () => {
  it.each([
    [['verify-audit', 'a', 'b'], {}, /^"verify-audit" takes the id of one company, or nothing for all\./],
    [['verify-audit', 'not an id'], {}, /^"not an id" is not the id of a company\./],
    [['rotate-keys', 'now'], {}, /^"rotate-keys" takes no arguments/],
    [['rotate-keys'], {}, /^DATABASE_URL is not set/],
    [['rotate-keys'], { WAYLEAVE_MASTER_KEY: newKey }, /^WAYLEAVE_PREVIOUS_MASTER_KEY is not set\. Set it to the key of before/],
    [['rotate-keys'], { WAYLEAVE_MASTER_KEY: newKey, WAYLEAVE_PREVIOUS_MASTER_KEY: newKey }, /^WAYLEAVE_PREVIOUS_MASTER_KEY is the same/],
  ])('%j with %j is told what is wrong', async (words, env, sentence) => {
    let said = '';
    const database = Object.keys(env).length > 0 ? { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' } : {};
    expect(await run(words, { ...database, ...env }, (text) => (said += text))).toBe(1);
    expect(said).toMatch(sentence);
  });
});

describe.runIf(databaseKinds().includes('postgres'))('on PostgreSQL', () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    database = await testDatabase('postgres', [vaultMigrations, suiteMigrations]);
    env = { DATABASE_URL: database.url ?? '', WAYLEAVE_MASTER_KEY: newKey, WAYLEAVE_PREVIOUS_MASTER_KEY: oldKey.toString('base64') };
    const credentials = { clientId: 'c', clientSecret: new Secret('s'), redirectUri: 'http://localhost/callback', authentication: 'pkce' as const };
    const vault = await openVault({
      database, clock: systemClock, logger: createLogger({ name: 'test', level: 'silent' }), masterKey: new Secret(oldKey), upsBaseUrl: new URL('http://127.0.0.1:9'),
      environment: 'stand-in', applications: { idm: credentials, idh: credentials }, settings: defaultVaultSettings,
    });
    for (const company of ['co_quay', 'co_pier']) {
      for (const application of ['idm', 'idh'] as const) {
        const member = { id: memberId('m_1'), label: 'ann@example.test' };
        await vault.beginOptIn({ company: companyId(company), application, member, sessionBinding: randomBytes(32) });
      }
    }
    await vault.close();
  });
  afterAll(() => database.close());

  it('verify-audit ends with 0 while the audit is intact, and with 1 and a sentence for each company when it is not', async () => {
    const { DATABASE_URL = '' } = env;
    expect(await runWayleave(['verify-audit'], { DATABASE_URL })).toMatchObject({ code: 0, stdout: 'The audit is intact: 4 entries of 2 companies.\n' });
    expect(await runWayleave(['verify-audit', 'co_none'], { DATABASE_URL })).toMatchObject({ code: 1, stderr: 'There is no audit of a company with the id "co_none".\n' });
    await sql.raw(`alter table vault.audit_entry disable trigger audit_entry_stays; delete from vault.audit_entry where company_id = 'co_pier' and seq = 1;
      alter table vault.audit_entry enable trigger audit_entry_stays`).execute(database.kysely());
    expect(await runWayleave(['verify-audit'], { DATABASE_URL })).toMatchObject({
      code: 1, stdout: 'co_pier: entry 1 was removed.\n', stderr: 'The audit of 1 of 2 companies is not what was written.\n',
    });
    expect(await runWayleave(['verify-audit', 'co_quay'], { DATABASE_URL })).toMatchObject({ code: 0 });
  }, longTest);

  it('rotate-keys says what was done, what to do next, and that it was done before', async () => {
    const first = await runWayleave(['rotate-keys'], env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('The old key opens none any more.');
    expect(first.stdout).toContain('Take WAYLEAVE_PREVIOUS_MASTER_KEY out of the settings');
    expect((await runWayleave(['rotate-keys'], env)).stdout).toContain('there is nothing to do');
    const row = { company: companyId('co_quay'), id: 'we_1' };
    const sealed = createSecretBox(new Secret(oldKey)).seal(new Secret(randomBytes(32)), row);
    await sql`insert into suite.company (id, name, time_zone, created_at) values ('co_quay', 'Quay', 'UTC', now())`.execute(database.kysely());
    await sql`insert into suite.webhook_endpoint (company_id, id, url, events, secret, created_at, created_by)
      values ('co_quay', 'we_1', 'https://example.com/', '{grant.voided}', ${sealed}, now(), 'ann@example.test')`.execute(database.kysely());
    const early = await runWayleave(['rotate-keys'], env);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('The secret of 1 webhook endpoint is still under the old key: keep it.') as string });
    expect(early.stdout).not.toContain('destroy');
    const turned = { ...env, WAYLEAVE_MASTER_KEY: randomBytes(32).toString('base64') };
    expect(await runWayleave(['rotate-keys'], turned)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the one that the stored tokens were encrypted under') as string });
  }, longTest);
});
