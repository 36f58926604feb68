import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds, dumpTables } from '@wayleave/dev/database';
import { readForms, Visitor } from '@wayleave/dev/visitor';
import { readAccountSubscribed, subscribeAccountRequest } from '@wayleave/ups-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoApplications, demoProfile } from 'wayleave/demo/demo-people';
import { findCredentials } from '../sign-in/member-store.js';
import { freshCallback, postForm } from '../tests/walk.js';

describe.each(databaseKinds())('Clear, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  const at = (path: string) => new URL(path, constellation.suiteUrl);
  const authorize = () => optIn(admin, constellation, 'idm', constellation.signIns.profile);

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
  });
  afterAll(() => constellation.stop());

  it('with nothing to clear changes nothing and says so', async () => {
    for (const [page, path, home] of [['/idm', '/idm/clear', '/idm/token-manager'], ['/company-manager', '/idh/clear', '/company-manager']] as const) {
      await admin.goTo(at(path));
      expect(admin.page.url.pathname).toBe(home);
      expect(admin.text).toContain('There is nothing to clear');
      expect((await postForm(admin, constellation, page, path, { generation: '0' })).status).toBe(303);
      await admin.goTo(at(home));
      expect(admin.text).toContain('There was nothing to clear');
    }
  });

  it('asks first, says what it will do with counts, and keeps everything on Keep', async () => {
    await authorize();
    await postForm(admin, constellation, '/idm/packages', '/idm/packages', { numbers: '1Z8A3F470344182065 1Z8A3F470344182066' });
    await admin.goTo(at('/idm/token-manager'));
    await admin.follow('Clear');
    expect(admin.page.url.pathname).toBe('/idm/clear');
    expect(admin.text).toContain('Clear this authorization?');
    expect(admin.text).toContain('2 packages stop being followed. What was retrieved so far stays.');
    expect(admin.text).toContain('The tokens are destroyed here');
    expect(admin.text).toContain('UPS gives applications no way to withdraw a token');
    await admin.follow('Keep the authorization');
    expect(admin.text).toContain('Authorized');
  });

  it('does what it said, shows what it cut off, and is safe to press twice', async () => {
    await authorize();
    await admin.goTo(at('/idm/clear'));
    const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
    await admin.press('Clear');
    expect(admin.page.url.pathname).toBe('/idm/token-manager');
    expect(admin.text).toContain('The authorization is cleared');
    expect(admin.text).toContain('No call was running');
    expect(admin.text).toContain('No authorization any more');
    expect(admin.text).toContain('Destroyed by Clear');
    expect((await admin.request('POST', at('/idm/clear'), form?.fields)).status).toBe(303);
    await admin.goTo(at('/idm/token-manager'));
    expect(admin.text).toContain('There was nothing to clear');
    expect(admin.text).toContain(`by ${constellation.signIns.admin.mail}`);
  });

  it('CB14 destroys the tokens here while UPS is down, and says that only the owner of the profile can end them there', async () => {
    const { control, database } = constellation;
    const tokens = async () => (await dumpTables(database)).filter(({ table }) => table === 'vault.token_set');
    await authorize();
    expect(await tokens()).toHaveLength(1);
    await admin.goTo(at('/idm/clear'));
    const asked = (await control.ledger()).length;
    await control.orderWeather({ endpoint: 'all', cut: true, lasts_ms: 600_000 });
    await admin.press('Clear');
    await control.clearWeather();
    expect(admin.text).toContain('The authorization is cleared');
    expect(admin.text).toContain('UPS gives applications no way to withdraw a token. To end the tokens at UPS.com as well, withdraw the application in the UPS.com profile, or change its password.');
    expect(await tokens()).toEqual([]);
    expect(await control.ledger()).toHaveLength(asked);
  });

  it('ends at UPS what UPS pushes events about, says so, and names what UPS did not confirm', async () => {
    const { control, suite } = constellation;
    const { clientId } = demoApplications.idm;
    const names = { transId: 't', transactionSrc: 'test' };
    await control.setAlertUrl(clientId, 'http://127.0.0.1:9/alerts');
    const { companyId: company } = await findAdmin();
    const subscribe = (account: string) => suite.vault.use({ company, application: 'idm' }, 'subscribe', async ({ call, rememberAccountSubscription }) => {
      await rememberAccountSubscription(account);
      return readAccountSubscribed(await call(subscribeAccountRequest({ ...names, account, subscriptionId: 's', clientSubscriptionId: 's' })));
    });
    await authorize();
    for (const { number } of demoProfile.accounts) expect(await subscribe(number)).toMatchObject({ endsOn: '9999-12-31' });
    await control.orderWeather({ endpoint: 'track-alert', status: 503 });
    await admin.goTo(at('/idm/clear'));
    await admin.press('Clear');
    expect(admin.text).toMatch(/UPS has stopped sending events about account (A1B2C3|X4Y5Z6)\. UPS did not confirm that it stops sending events about account (?!\1)(A1B2C3|X4Y5Z6)\./);
    const deletes = (await control.ledger({ application: clientId })).filter(({ method }) => method === 'DELETE');
    expect(deletes.map(({ path, status }) => [path, status]).sort()).toEqual([200, 503].map((status) => ['/api/track/v2/subscription/standard/account', status]));
    await authorize();
    await admin.goTo(at('/idm/clear'));
    await admin.press('Clear');
    expect(admin.text).toMatch(/UPS has stopped sending events about account (A1B2C3|X4Y5Z6)\./);
    expect(admin.text).not.toContain('did not confirm');
  });

  it('pressed at the same moment in two tabs clears once and answers both', async () => {
    await authorize();
    await admin.goTo(at('/idm/clear'));
    const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
    const answers = await Promise.all([1, 2].map(() => new Visitor()).map(async (tab) => {
      await signIn(tab, constellation, constellation.signIns.admin);
      return postForm(tab, constellation, '/idm/token-manager', '/idm/clear', { generation: form?.fields.get('generation') ?? '' });
    }));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const { companyId } = await findAdmin();
    expect((await constellation.suite.vault.grant(companyId, 'idm')).state).toBe('cleared');
    const history = await constellation.suite.vault.history(companyId, { limit: 3 });
    expect(history.filter(({ action }) => action === 'cleared')).toHaveLength(1);
  });

  it('of a page that a new authorization overtook clears nothing, names who renewed it, and offers to clear that', async () => {
    await authorize();
    await admin.goTo(at('/idm/clear'));
    const stale = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
    await authorize();
    const answer = await admin.request('POST', at('/idm/clear'), stale?.fields);
    expect(answer.status).toBe(409);
    expect(admin.text).toMatch(new RegExp(`${constellation.signIns.admin.mail} renewed the authorization at .* Nothing was cleared`));
    const { companyId } = await findAdmin();
    expect((await constellation.suite.vault.grant(companyId, 'idm')).state).toBe('authorized');
    await admin.press('Clear what is there now');
    expect(admin.text).toContain('The authorization is cleared');
  });

  it('ends an opt-in that was on its way when it was pressed', async () => {
    await authorize();
    await admin.goTo(at('/idm/clear'));
    const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
    const callback = await freshCallback(admin, constellation, 'idm');
    await admin.request('POST', at('/idm/clear'), form?.fields);
    await admin.goTo(callback);
    expect(admin.page.url.pathname).toBe('/idm/not-completed');
    expect(admin.text).toContain('Start again');
    const { companyId } = await findAdmin();
    expect((await constellation.suite.vault.grant(companyId, 'idm')).state).toBe('cleared');
  });

  it('racing the answer of an opt-in leaves either a cleared grant or the new one, and says which', async () => {
    for (let round = 0; round < 3; round += 1) {
      await authorize();
      await admin.goTo(at('/idm/clear'));
      const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
      const callback = await freshCallback(admin, constellation, 'idm');
      const [cleared, back] = await Promise.all([admin.request('POST', at('/idm/clear'), form?.fields), admin.request('GET', callback)]);
      const { companyId } = await findAdmin();
      const { state } = await constellation.suite.vault.grant(companyId, 'idm');
      const completed = back.headers.get('location') === '/idm/token-manager';
      expect([303, 409]).toContain(cleared.status);
      expect(state).toBe(completed ? 'authorized' : 'cleared');
    }
  });

  it('of one application leaves the other alone', async () => {
    await authorize();
    await optIn(admin, constellation, 'idh', constellation.signIns.profile);
    await admin.goTo(at('/idh/clear'));
    expect(admin.text).toContain('ODCS is covered by this opt-in and stops as well');
    expect(admin.text).toContain('Intelligent Data Management has its own authorization and goes on');
    await admin.press('Clear');
    expect(admin.page.url.pathname).toBe('/company-manager');
    expect(admin.text).toContain('The opt-in is cleared');
    const { companyId } = await findAdmin();
    const states = (await constellation.suite.vault.grants(companyId)).map(({ application, state }) => [application, state]);
    expect(states).toEqual([['idm', 'authorized'], ['idh', 'cleared']]);
    expect((await constellation.suite.vault.probe(companyId, 'idm')).kind).toBe('stands');
    await admin.goTo(at('/idh'));
    expect(admin.page.url.pathname).toBe('/idh/opt-in');
  });

  async function findAdmin() {
    const member = await findCredentials(constellation.suite.db, constellation.signIns.admin.name);
    if (!member) throw new Error('the admin is gone');
    return member;
  }
});
