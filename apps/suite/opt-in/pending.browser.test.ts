import { faultsOf, openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type SignIn, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { resumeGrants } from '@wayleave/vault';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const otherProfile: SignIn = { name: 'lowtide-returns', mail: 'returns.department.of.the.lowtide.company@lowtide.example', password: 'seven slow lanterns drift' };

describe('another UPS.com login in a browser', () => {
  let constellation: TestConstellation;
  let browser: TestBrowser;
  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation({ settings: { UPSCOM_JWT_ACCESS_TOKENS: 'yes', UPS_TOKEN_NAMES: 'login' } })]);
    await constellation.control.addProfile({ username: otherProfile.name, email: otherProfile.mail, password: otherProfile.password });
    const admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    for (const profile of [constellation.signIns.profile, otherProfile]) await optIn(admin, constellation, 'idm', profile);
  });
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it('is found from the Token Manager and decided by keyboard, also after a time in which it could not be, without a fault', async () => {
    const { database, clock, suite, worker } = constellation;
    await using person = await browser.person();
    const { page } = person;
    await signIn(person, constellation, constellation.signIns.admin);
    await person.goTo(new URL('/idm/token-manager', constellation.suiteUrl));
    await person.seesHeading('An authorization waits for an admin');
    expect(await faultsOf(person)).toEqual([]);
    await person.press('Decide');
    await person.seesHeading('Another UPS.com login');
    expect(await faultsOf(person)).toEqual([]);
    await sql`update vault.home set server = 'elsewhere'`.execute(database.kysely());
    await worker.tick();
    await person.press('Confirm');
    await person.seesHeading('It cannot be confirmed now');
    expect(await page.getByRole('button', { name: 'Confirm', exact: true }).count()).toBe(0);
    expect(await faultsOf(person)).toEqual([]);
    await resumeGrants({ database, clock, logger: suite.logger });
    await page.reload();
    await page.getByRole('button', { name: 'Confirm', exact: true }).focus();
    await person.hit('Enter');
    await person.seesHeading('The new authorization is confirmed');
  });
});
