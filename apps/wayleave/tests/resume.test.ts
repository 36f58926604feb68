import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { vaultMigrations } from '@wayleave/vault';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../run.js';

/** Runs the command in this process, whose input is no terminal. */
async function runResume(words: string[], env: NodeJS.ProcessEnv) {
  let printed = '';
  let said = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const code = await run(['resume', ...words], env, (text) => (said += text));
  write.mockRestore();
  return { code, printed, said };
}

it('resume is told what it does not take', async () => {
  expect(await runResume(['now'], {})).toMatchObject({ code: 1, said: expect.stringContaining('"resume" takes nothing but --yes') as string });
});

describe.runIf(databaseKinds().includes('postgres'))('resume on PostgreSQL', () => {
  let database: TestDatabase;
  const states = async () => (await sql<{ state: string }>`select distinct state from vault."grant"`.execute(database.kysely())).rows.map(({ state }) => state);
  beforeAll(async () => {
    database = await testDatabase('postgres', [vaultMigrations]);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const run = (statement: string) => sql.raw(statement).execute(database.kysely());
    await run(`insert into vault.home (server, noted_at) values ('elsewhere', now())`);
    await run(`insert into vault."grant" (company_id, application, state, opted_in_by_id, opted_in_by_label, since)
      select 'co_' || lpad(n::text, 2, '0'), 'idm', 'authorized', 'm', 'ann@example.test', '2026-11-20T12:00:00Z' from generate_series(1, 32) n`);
  });
  afterEach(async () => {
    await sql.raw('truncate vault."grant", vault.home').execute(database.kysely());
  });

  it('shows what is suspended and changes nothing without a confirmation', async () => {
    const { code, printed, said } = await runResume([], { DATABASE_URL: database.url ?? '' });
    expect(code).toBe(1);
    expect(said).toContain('Nothing was changed. Run "wayleave resume --yes"');
    expect(printed).toContain('32 grants:');
    expect(printed).toContain('co_01  idm  opted in by ann@example.test at 2026-11-20T12:00:00.000Z');
    expect(printed).toContain('and 2 more');
    expect(await states()).toEqual(['suspended']);
  });

  it('resumes with --yes, and then has nothing to do', async () => {
    const env = { DATABASE_URL: database.url ?? '' };
    expect(await runResume(['--yes'], env)).toMatchObject({ code: 0, printed: expect.stringContaining('Resumed 32 grants.') as string });
    expect(await states()).toEqual(['authorized']);
    expect(await runResume(['--yes'], env)).toMatchObject({ code: 0, printed: 'Nothing is suspended.\n' });
  });
});
