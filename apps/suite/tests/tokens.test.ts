import { optIn, signIn, startTestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { trackRequest } from '@wayleave/ups-api';
import { describe, expect, it } from 'vitest';
import { openSuite } from '../index.js';
import { findCredentials } from '../sign-in/member-store.js';
import { freshCallback, postForm } from './walk.js';

const hour = 3_600_000;

describe('tokens and the browser', () => {
  it('CB09 LG01 sends no byte of a token, code or secret in any page, header, cookie or log line', async () => {
    await using constellation = await startTestConstellation();
    const { suiteUrl, signIns, control, log } = constellation;
    const canaries = ['canary-access-5b1f', 'canary-refresh-77ae'];
    const seen: string[] = [];
    const admin = new Visitor();
    const request = admin.request.bind(admin);
    admin.request = async (...call) => {
      const visit = await request(...call);
      if (visit.url.origin === suiteUrl.origin) seen.push(visit.body, JSON.stringify([...visit.headers]), JSON.stringify([...admin.cookies(suiteUrl)]));
      return visit;
    };
    await signIn(admin, constellation, signIns.admin);
    for (const product of ['idm', 'idh'] as const) {
      const callback = await freshCallback(admin, constellation, product);
      canaries.push(callback.searchParams.get('code') ?? 'no code');
      await control.orderWeather({
        endpoint: 'token', status: 200, content_type: 'application/json', processed: true,
        body: JSON.stringify({
          token_type: 'Bearer', issued_at: String(Date.now()), client_id: `wayleave-demo-${product}`, access_token: canaries[0], expires_in: '14399', status: 'approved',
          refresh_token: canaries[1], refresh_token_expires_in: '5183999', refresh_token_status: 'approved', refresh_count: '0', refresh_token_issued_at: String(Date.now()),
        }),
      });
      await admin.goTo(callback);
      expect(admin.text).toContain('A token was generated');
      await postForm(admin, constellation, `/${product}/packages`, `/${product}/packages`, { numbers: '1ZCIETST0111111114' });
    }
    await constellation.worker.tick();
    for (const path of ['/idm', '/idm/token-manager', '/idm/packages', '/idm/clear', '/idh', '/idh/packages', '/idh/clear', '/company-manager', '/idm/help']) await admin.goTo(new URL(path, suiteUrl));
    for (const path of ['/idm/check', '/idh/check']) await postForm(admin, constellation, '/idm', path);
    await admin.goTo(new URL('/idm/token-manager', suiteUrl));
    const secrets = Object.values(constellation.suite.config.ups.applications).map(({ clientSecret }) => clientSecret.reveal());
    expect(seen.length).toBeGreaterThan(60);
    expect(canaries).not.toContain('no code');
    const everything = [...seen, ...log].join('\n');
    expect([...canaries, ...secrets].filter((secret) => everything.includes(secret))).toEqual([]);
  });
});

describe.each(databaseKinds())('an access token that ran out, on %s', (kind) => {
  it('CB11 is refreshed once for fifty calls at the same time in two processes', async () => {
    await using constellation = await startTestConstellation({ kind });
    const { suite, control, clock, database, signIns } = constellation;
    const admin = new Visitor();
    await signIn(admin, constellation, signIns.admin);
    await optIn(admin, constellation, 'idm', signIns.profile);
    const member = await findCredentials(suite.db, signIns.admin.name);
    if (!member) throw new Error('the admin is gone');
    const other = await openSuite({ config: suite.config, database: kind === 'postgres' ? await database.connect() : database, clock, logger: suite.logger });
    await control.advanceClock(5 * hour);
    clock.advance(5 * hour);
    const grant = { company: member.companyId, application: 'idm' } as const;
    const ask = (vault: typeof suite.vault, index: number) => vault.use(grant, 'test', ({ call }) =>
      call(trackRequest({ inquiryNumber: '1ZCIETST0111111114', transId: `test-${index}`, transactionSrc: 'test' })));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(index % 2 === 0 ? suite.vault : other.vault, index)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const refreshes = (await control.ledger()).filter(({ path }) => path.endsWith('/refresh'));
    expect(refreshes.map(({ status }) => status)).toEqual([200]);
    await other.vault.close();
    if (kind === 'postgres') await other.database.close();

    await admin.goTo(new URL('/idm/sign-in', constellation.suiteUrl));
    await signIn(admin, constellation, signIns.admin);
    await admin.goTo(new URL('/idm/token-manager', constellation.suiteUrl));
    expect(admin.text).toMatch(/Refresh [^ ]+@[^ ]+ (\w{4} ){3}In use/);
    expect(admin.text).toMatch(/Opt-in [^ ]+@[^ ]+ (\w{4} ){3}Replaced/);
  });
});
