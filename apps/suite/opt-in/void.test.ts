import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeUpsPassword, postForm, withdrawAtUps } from '../tests/walk.js';

/** A token that UPS made less than a minute ago is not given up yet. */
const pastTheFirstMinute = 61_000;

describe.each(databaseKinds())('a grant that UPS.com ended, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  let user: Visitor;
  const textAt = async (who: Visitor, path: string) => {
    await who.goTo(new URL(path, constellation.suiteUrl));
    return who.text;
  };
  const mails = () => constellation.suite.mailer.list(50).then((all) => all.filter(({ subject }) => subject.includes('UPS.com ended')));

  beforeEach(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    user = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    await signIn(user, constellation, constellation.signIns.user);
    for (const product of ['idm', 'idh'] as const) await optIn(admin, constellation, product, constellation.signIns.profile);
  });
  afterEach(() => constellation.stop());

  it('is noticed by itself, in every application and although one is idle; everyone is told, admins by mail, and one press opts in again', async () => {
    const { worker, clock, signIns } = constellation;
    await postForm(admin, constellation, '/idm/packages', '/idm/packages', { numbers: '1ZCIETST0111111114' });
    await worker.tick();
    expect(await textAt(user, '/idh')).toContain('Delivery History');
    expect(await textAt(user, '/idm')).not.toContain('ended');

    const newPassword = 'seventeen quiet herons';
    await changeUpsPassword(constellation, { to: newPassword });
    clock.advance(pastTheFirstMinute);
    await worker.tick();
    await worker.tick();

    for (const who of [user, admin]) {
      for (const path of ['/idm', '/idm/packages', '/idm/help']) expect(await textAt(who, path), path).toContain('UPS.com ended this authorization');
      for (const path of ['/idh', '/idh/help']) expect(await textAt(who, path), path).toContain('UPS.com ended this opt-in');
    }
    expect(await textAt(admin, '/idm/token-manager')).toContain('Needs opt-in');
    expect(admin.text).toContain('Admins were told by mail');
    expect(admin.text).toContain('Voided');
    expect(await textAt(admin, '/company-manager')).toContain('Needs opt-in');
    expect(await textAt(user, '/idm/packages')).toContain('Paused: UPS is not asked.');

    const sent = await mails();
    expect(sent.map(({ recipient, subject }) => [recipient, subject]).sort()).toEqual([
      [signIns.admin.mail, 'Intelligent Data Management: UPS.com ended your authorization'],
      [signIns.admin.mail, 'Intelligent Delivery History: UPS.com ended your opt-in'],
    ]);
    expect(sent.find(({ subject }) => subject.includes('Data'))?.body).toContain(`${constellation.suiteUrl.origin}/idm/token-manager`);
    await worker.tick();
    expect(await mails()).toHaveLength(2);

    await admin.goTo(new URL('/idm/token-manager', constellation.suiteUrl));
    await admin.press('Authorize');
    await admin.press('Continue', { 'Email or Username': signIns.profile.name, 'Confidentiality Agreement': true });
    await admin.press('Log In', { Password: newPassword });
    expect(admin.text).toContain('A token was generated');
    expect(admin.text).not.toContain('UPS.com ended');
    expect(await textAt(user, '/idm')).not.toContain('ended');
    expect(await textAt(user, '/idh')).toContain('UPS.com ended this opt-in');
    await worker.tick();
    expect(await textAt(user, '/idm/packages')).toContain('UPS is asked again by itself.');
  });

  it('is seen at once by Check now, and only where UPS.com ended it', async () => {
    await admin.goTo(new URL('/idm/token-manager', constellation.suiteUrl));
    await admin.press('Check now');
    expect(admin.text).toContain('The authorization stands');
    await constellation.control.orderWeather({ endpoint: 'track', status: 503 });
    await admin.press('Check now');
    expect(admin.text).toContain('Nothing was learnt');
    expect(admin.text).toContain('Authorized');
    await admin.press('Check now');
    expect(admin.text).toContain('The authorization stands');

    await withdrawAtUps(constellation, 'Intelligent Data Management');
    await admin.press('Check now');
    expect(admin.text).toContain('Not certain yet');
    constellation.clock.advance(pastTheFirstMinute);
    await admin.press('Check now');
    expect(admin.text).toContain('UPS.com ended this authorization');
    expect(admin.text).toContain('Needs opt-in');
    await admin.press('Check now');
    expect(admin.text).toContain('UPS.com no longer accepts this authorization');
    await admin.goTo(new URL('/company-manager', constellation.suiteUrl));
    await admin.press('Check now');
    expect(admin.page.url.pathname).toBe('/company-manager');
    expect(admin.text).toContain('The opt-in stands');
  });

  it('is known of only in its own company', async () => {
    const stranger = new Visitor();
    await signIn(stranger, constellation, constellation.signIns.otherAdmin);
    await withdrawAtUps(constellation, 'Intelligent Data Management');
    constellation.clock.advance(pastTheFirstMinute);
    await constellation.worker.tick();
    expect(await textAt(admin, '/idm')).toContain('UPS.com ended this authorization');
    for (const path of ['/idm', '/idm/token-manager', '/company-manager', '/idh']) {
      const text = await textAt(stranger, path);
      expect(text, path).not.toContain('UPS.com ended');
      expect(text, path).not.toContain(constellation.signIns.admin.mail);
    }
    expect((await mails()).map(({ recipient }) => recipient)).toEqual([constellation.signIns.admin.mail]);
  });
});
