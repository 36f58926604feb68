import { optIn, signIn, startTestConstellation, type SignIn, type TestConstellation } from '@wayleave/dev/constellation';
import { readForms, Visitor } from '@wayleave/dev/visitor';
import { resumeGrants } from '@wayleave/vault';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postForm } from '../tests/walk.js';

const otherProfile: SignIn = { name: 'lowtide-returns', mail: 'returns@lowtide.example', password: 'seven slow lanterns drift' };

describe('an opt-in by another UPS.com login', () => {
  let constellation: TestConstellation;
  let admin: Visitor;
  let user: Visitor;
  let stranger: Visitor;
  const at = (path: string) => new URL(path, constellation.suiteUrl);
  const optInAs = (profile: SignIn, product: 'idm' | 'idh' = 'idm') => optIn(admin, constellation, product, profile);
  const pendingForm = (button: string) => readForms(admin.page.body).find(({ buttons }) => buttons.has(button))!;
  /** Asks UPS once, and tells whose token that was. */
  const profileInUse = async () => {
    await postForm(admin, constellation, '/idm/token-manager', '/idm/check');
    const calls = await constellation.control.ledger({ application: 'wayleave-demo-idm' });
    return calls.filter(({ path }) => path.startsWith('/api/')).at(-1)?.profile;
  };

  beforeAll(async () => {
    constellation = await startTestConstellation({ settings: { UPSCOM_JWT_ACCESS_TOKENS: 'yes', UPS_TOKEN_NAMES: 'login' } });
    const { admin: adminSignIn, user: userSignIn, otherAdmin } = constellation.signIns;
    await constellation.control.addProfile({ username: otherProfile.name, email: otherProfile.mail, password: otherProfile.password });
    [admin, user, stranger] = [new Visitor(), new Visitor(), new Visitor()];
    await Promise.all([signIn(admin, constellation, adminSignIn), signIn(user, constellation, userSignIn), signIn(stranger, constellation, otherAdmin)]);
  });
  afterAll(() => constellation.stop());
  beforeEach(async () => {
    constellation.clock.advance(60_000);
    await admin.goTo(at('/idm/clear'));
    if (readForms(admin.page.body).some(({ buttons }) => buttons.has('Clear'))) await admin.press('Clear');
  });

  it('is asked about on a page that says who, when and what differs; meanwhile the one of before goes on', async () => {
    await optInAs(constellation.signIns.profile);
    await admin.goTo(at('/idm/token-manager'));
    expect(admin.text).toContain(`UPS.com login ${constellation.signIns.profile.mail}`);
    const before = await profileInUse();
    await optInAs(otherProfile);
    expect(admin.page.url.pathname).toBe('/idm/pending');
    expect(admin.page.url.search).toBe('');
    for (const words of ['Another UPS.com login', 'New, waiting', otherProfile.mail, 'Before', constellation.signIns.profile.mail, constellation.signIns.admin.mail, 'If nobody decides']) {
      expect(admin.text).toContain(words);
    }
    await admin.goTo(at('/idm/token-manager'));
    for (const words of ['An authorization waits for an admin', 'Authorized', 'Waiting', `UPS.com login ${constellation.signIns.profile.mail}`]) expect(admin.text).toContain(words);
    expect(await profileInUse()).toBe(before);
    await constellation.worker.tick();
    const mails = (await constellation.suite.mailer.list(20)).filter(({ subject }) => subject.includes('another UPS.com login waits'));
    expect(mails.map(({ recipient }) => recipient)).toEqual([constellation.signIns.admin.mail]);
    expect(mails[0]?.body).toContain(`${constellation.suiteUrl.origin}/idm/pending`);
  });

  it('is replaced by what an admin confirms, and only then is the new login used', async () => {
    await optInAs(constellation.signIns.profile);
    const before = await profileInUse();
    await optInAs(otherProfile);
    await admin.press('Confirm');
    expect(admin.page.url.pathname).toBe('/idm/token-manager');
    for (const words of ['The new authorization is confirmed', 'It replaces the authorization you had before', `UPS.com login ${otherProfile.mail}`]) expect(admin.text).toContain(words);
    expect(admin.text).not.toContain('waits for an admin');
    const now = await profileInUse();
    expect(now).toBeTruthy();
    expect(now).not.toBe(before);
    await admin.goTo(at('/company-manager/audit'));
    expect(admin.text).toContain(`${constellation.signIns.admin.mail} confirmed it.`);
  });

  it('leaves nothing behind when refused; a form of before decides nothing', async () => {
    await optInAs(constellation.signIns.profile);
    await optInAs(otherProfile);
    const { fields } = pendingForm('Confirm');
    await admin.press('Refuse');
    for (const words of ['The new authorization was refused', 'UPS gives applications no way to withdraw a token', 'Never used', 'Authorized']) expect(admin.text).toContain(words);
    const late = await admin.request('POST', at('/idm/pending/confirm'), fields);
    expect([late.status, late.headers.get('location')]).toEqual([303, '/idm/token-manager']);
    await admin.goTo(at('/idm/token-manager'));
    expect(admin.text).toContain('Nothing was decided');
    expect(admin.text).toContain(`UPS.com login ${constellation.signIns.profile.mail}`);
    await admin.goTo(at('/idm/pending'));
    expect(admin.text).toContain('Nothing waits for an admin');
  });

  it('cannot be confirmed while the grant is suspended, and the page says that it still waits', async () => {
    const { database, suite, clock, worker } = constellation;
    await optInAs(constellation.signIns.profile);
    await optInAs(otherProfile);
    await sql`update vault.home set server = 'elsewhere'`.execute(database.kysely());
    await worker.tick();
    await admin.press('Confirm');
    expect(admin.page.url.pathname).toBe('/idm/pending');
    for (const words of ['Nothing was decided', 'The new authorization still waits', 'was restored or moved']) expect(admin.text).toContain(words);
    expect(pendingForm('Confirm')).toBeUndefined();
    for (const words of ['It cannot be confirmed now', 'Whoever runs this server', 'wayleave resume', 'It can be refused meanwhile']) expect(admin.text).toContain(words);
    expect(await resumeGrants({ database, clock, logger: suite.logger })).toBe(1);
    await admin.goTo(at('/idm/pending'));
    expect(admin.text).not.toContain('It cannot be confirmed now');
    await admin.press('Confirm');
    expect(admin.text).toContain('The new authorization is confirmed');
  });

  it('can be refused while the grant is suspended', async () => {
    const { database, suite, clock, worker } = constellation;
    await optInAs(constellation.signIns.profile);
    await optInAs(otherProfile);
    await sql`update vault.home set server = 'elsewhere'`.execute(database.kysely());
    await worker.tick();
    await admin.goTo(at('/idm/pending'));
    await admin.press('Refuse');
    expect(admin.text).toContain('The new authorization was refused');
    expect(await resumeGrants({ database, clock, logger: suite.logger })).toBe(1);
  });

  it('is decided by admins of the company alone, by a whole form', async () => {
    await optInAs(constellation.signIns.profile);
    await optInAs(otherProfile);
    const number = pendingForm('Confirm').fields.get('number') ?? '';
    expect((await user.request('GET', at('/idm/pending'))).status).toBe(403);
    await user.goTo(at('/idm'));
    expect(user.text).not.toContain('waits for an admin');
    for (const decision of ['confirm', 'refuse']) {
      expect((await postForm(user, constellation, '/idm', `/idm/pending/${decision}`, { number })).status).toBe(403);
      await postForm(stranger, constellation, '/idm', `/idm/pending/${decision}`, { number });
      await stranger.goTo(at('/idm'));
      expect(stranger.text).toContain('Nothing was decided');
      expect((await postForm(admin, constellation, '/idm', `/idm/pending/${decision}`, { number: '-1' })).status).toBe(400);
      expect((await admin.request('POST', at(`/idm/pending/${decision}`), new URLSearchParams({ number }))).status).toBe(403);
    }
    await stranger.goTo(at('/idm/pending'));
    expect(stranger.text).not.toContain(otherProfile.mail);
    await admin.goTo(at('/idm/pending'));
    expect(admin.text).toContain(otherProfile.mail);
  });

  it('of Delivery History is found in the company manager, and Clear destroys it', async () => {
    await optInAs(constellation.signIns.profile, 'idh');
    await optInAsAgain('idh');
    await admin.goTo(at('/company-manager?from=idh'));
    expect(admin.page.body).toContain('aria-label="Decide about another UPS.com login for Intelligent Delivery History"');
    await admin.goTo(at('/idh/pending'));
    expect(admin.text).toContain('Opted in by');
    await admin.goTo(at('/idh/clear'));
    expect(admin.text).toContain('The opt-in that waits for an admin is destroyed as well.');
    await admin.press('Clear');
    await admin.goTo(at('/idh/pending'));
    expect(admin.text).toContain('Nothing waits for an admin');
  });

  /** While an opt-in stands, the company manager has no button for another; the form is posted as its page would. */
  async function optInAsAgain(product: 'idh'): Promise<void> {
    const answer = await postForm(admin, constellation, '/company-manager', `/${product}/opt-in`);
    await admin.goTo(new URL(answer.headers.get('location') ?? ''));
    await admin.press('Continue', { 'Email or Username': otherProfile.name, 'Confidentiality Agreement': true });
    await admin.press('Log In', { Password: otherProfile.password });
    expect(admin.page.url.pathname).toBe(`/${product}/pending`);
  }
});
