import { AxeBuilder } from '@axe-core/playwright';
import { openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type SignIn, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const otherProfile: SignIn = { name: 'lowtide-returns', mail: 'returns.department.of.the.lowtide.company@lowtide.example', password: 'seven slow lanterns drift' };

describe('another UPS.com login in a browser', { timeout: 120_000 }, () => {
  let constellation: TestConstellation;
  let browser: TestBrowser;
  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation({ settings: { UPSCOM_JWT_ACCESS_TOKENS: 'yes', UPS_TOKEN_NAMES: 'login' } })]);
    await constellation.control.addProfile({ username: otherProfile.name, email: otherProfile.mail, password: otherProfile.password });
    const admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    for (const profile of [constellation.signIns.profile, otherProfile]) await optIn(admin, constellation, 'idm', profile);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it('is found from the Token Manager and decided by keyboard, without a fault that axe knows', async () => {
    await using person = await browser.person();
    const { page } = person;
    await signIn(person, constellation, constellation.signIns.admin);
    await person.goTo(new URL('/idm/token-manager', constellation.suiteUrl));
    const faults: unknown[] = [];
    const look = async (name: string) => {
      for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark']] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(standards).analyze();
        faults.push(...violations.map(({ id, nodes }) => [name, width, id, nodes[0]?.html]));
      }
      await page.setViewportSize({ width: 320, height: 640 });
      if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) faults.push([name, 'too wide', 320]);
    };
    await person.seesHeading('An authorization waits for an admin');
    await look('the banner');
    await page.setViewportSize({ width: 1280, height: 800 });
    await person.press('Decide');
    await person.seesHeading('Another UPS.com login');
    await look('the question');
    expect(faults).toEqual([]);
    await page.getByRole('button', { name: 'Confirm', exact: true }).focus();
    await page.keyboard.press('Enter');
    await person.seesHeading('The new authorization is confirmed');
  });
});
