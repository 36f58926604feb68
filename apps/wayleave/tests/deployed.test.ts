import { freePort, optIn, signIn } from '@wayleave/dev/constellation';
import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { runWayleave, WayleaveProcess } from '@wayleave/dev/process';
import { Visitor } from '@wayleave/dev/visitor';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const longTest = 120_000;
const controlToken = randomBytes(32).toString('hex');
const secret = () => randomBytes(24).toString('base64url');

describe.runIf(databaseKinds().includes('postgres'))('web, worker and stand-in as processes of their own on PostgreSQL', () => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  let suiteUrl: URL;
  let upscomUrl: URL;
  const running: WayleaveProcess[] = [];

  beforeAll(async () => {
    database = await testDatabase('postgres');
    suiteUrl = new URL(`http://localhost:${await freePort()}`);
    upscomUrl = new URL(`http://127.0.0.1:${await freePort()}`);
    settings = {
      DATABASE_URL: database.url ?? '',
      SUITE_PORT: suiteUrl.port,
      SUITE_PUBLIC_URL: suiteUrl.origin,
      UPSCOM_PORT: upscomUrl.port,
      UPSCOM_CONTROL_TOKEN: controlToken,
      UPS_BASE_URL: upscomUrl.origin,
      UPS_LOGIN_ORIGIN: upscomUrl.origin,
      UPS_ENVIRONMENT: 'stand-in',
      UPS_IDM_CLIENT_ID: 'deployed-idm',
      UPS_IDM_CLIENT_SECRET: secret(),
      UPS_IDH_CLIENT_ID: 'deployed-idh',
      UPS_IDH_CLIENT_SECRET: secret(),
      WAYLEAVE_MASTER_KEY: randomBytes(32).toString('base64'),
    };
  });
  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL').catch(() => null)));
    await database.close();
  });

  async function run(command: string, ready: string): Promise<WayleaveProcess> {
    const process = new WayleaveProcess([command], settings);
    running.push(process);
    await process.prints(ready);
    return process;
  }

  const control = (path: string, body: unknown) =>
    fetch(new URL(`/control/${path}`, upscomUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('want the database to be migrated first', async () => {
    for (const command of ['web', 'worker']) {
      const { code, stderr } = await runWayleave([command], settings);
      expect(code).toBe(1);
      expect(stderr).toContain('The database is not up to date. Run "wayleave migrate" first.');
    }
    expect(await runWayleave(['migrate'], settings)).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
    expect(await runWayleave(['migrate'], settings)).toMatchObject({ code: 0 });
  }, longTest);

  it('let a company opt in, and stop when asked', async () => {
    const sandbox = await run('sandbox', 'Data: PostgreSQL');
    for (const application of ['idm', 'idh']) {
      const answer = await control('applications', {
        client_id: `deployed-${application}`,
        client_secret: settings[`UPS_${application.toUpperCase()}_CLIENT_SECRET`],
        display_name: `Deployed ${application}`,
        redirect_uris: [new URL(`/callback/stand-in/${application}`, suiteUrl).href],
      });
      expect(answer.status).toBe(201);
    }
    const profile = { name: 'quay-shipping', mail: 'ship@quay.example', password: 'mede-lupo-raki-sota' };
    expect((await control('profiles', { username: profile.name, email: profile.mail, password: profile.password })).status).toBe(201);

    const web = await run('web', 'web is ready');
    const worker = await run('worker', 'worker is ready');
    const added = await runWayleave(['company', 'add', 'Quay', '--admin', 'pat@quay.example'], settings);
    const admin = new Visitor();
    await admin.goTo(/http:\S+/.exec(added.stdout)?.[0] ?? '');
    const pat = { name: 'quay.pat', mail: 'pat@quay.example', password: 'tiro-benu-kalo-misa' };
    await admin.press('Set password', { 'New password': pat.password });
    await signIn(admin, { suiteUrl }, pat);
    await optIn(admin, { suiteUrl }, 'idm', profile);

    for (const process of [worker, web, sandbox]) expect(await process.stop('SIGTERM')).toBe(0);
    for (const { stdout, stderr } of [worker, web, sandbox]) {
      for (const hidden of [profile.password, pat.password, controlToken, settings['UPS_IDM_CLIENT_SECRET'] ?? '', settings['WAYLEAVE_MASTER_KEY'] ?? '']) {
        expect(stdout + stderr).not.toContain(hidden);
      }
    }
  }, longTest);

  it('refuse another master key', async () => {
    const { code, stderr } = await runWayleave(['web'], { ...settings, WAYLEAVE_MASTER_KEY: randomBytes(32).toString('base64') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/master key/i);
  }, longTest);
});
