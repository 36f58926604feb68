import { openBrowser, type Person, type TestBrowser } from '@wayleave/dev/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterAccountExecutive } from '../company/account-executive.js';
import { addMember, type AddedMember } from '../index.js';
import { password, startTestSuite, type TestSuite } from './test-suite.js';

describe('the pages of the suite in a browser', () => {
  let suite: TestSuite;
  let browser: TestBrowser;
  beforeAll(async () => {
    [suite, browser] = await Promise.all([startTestSuite(), openBrowser()]);
    await addMember(suite.context, suite.admin.company, { mail: 'night@harborpine.example', role: 'user', signInName: '' });
    await enterAccountExecutive(suite.context, suite.admin.company, { name: 'Northeast accounts desk', mail: 'accounts.northeast@carrier.example', phone: '+1 212 555 0142' });
  });
  afterAll(async () => {
    await browser.close();
    await suite[Symbol.asyncDispose]();
  });

  const at = (path: string) => new URL(path, suite.url);
  const signIn = async (person: Person, who: AddedMember) => {
    await person.goTo(at('/idm/sign-in'));
    await person.press('Sign In', { 'Sign In name': who.signInName, Password: password });
    await person.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  };

  it.each([true, false])('open the menu of a small screen, and sign out from it, with script %s', async (javaScriptEnabled) => {
    await using person = await browser.person({ javaScriptEnabled, viewport: { width: 390, height: 844 } });
    await signIn(person, suite.admin);
    await person.page.getByRole('link', { name: 'Help' }).waitFor({ state: 'hidden' });
    await person.press('Menu');
    await person.follow('Help');
    await person.seesHeading('Help');
    await person.press('Menu');
    await person.follow('Admin');
    await person.seesHeading('Token Manager');
    await person.press('Menu');
    await person.press('Sign out');
    await person.seesHeading('Intelligent Data Management');
    await person.goTo(at('/idm/help'));
    expect(new URL(person.page.url()).pathname).toBe('/idm/sign-in');
  });

  it.each([true, false])('let the keyboard alone sign in, add a member and say no to removing one, with script %s', async (javaScriptEnabled) => {
    await using person = await browser.person({ javaScriptEnabled });
    const { keyboard } = person.page;
    const reach = async (name: string) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await keyboard.press('Tab');
        const focused = await person.page.evaluate(() => {
          const element = document.activeElement ?? document.body;
          return { name: element.getAttribute('aria-label') ?? (element.id || element.textContent.trim()), outline: getComputedStyle(element).outlineStyle };
        });
        if (focused.name.startsWith(name)) return expect(focused.outline).toBe('solid');
      }
      throw new Error(`"${name}" was not reached`);
    };
    await person.goTo(at('/company-manager'));
    await person.page.locator('#sign_in_name:focus').waitFor();
    await keyboard.type(suite.admin.signInName);
    await reach('password');
    await keyboard.type(password);
    await person.hit('Enter');
    await person.seesHeading('Company manager');
    await reach('Skip to the page');
    await reach('Add a member');
    await person.hit('Enter');
    await person.seesHeading('Add a member');
    await person.page.locator('#mail:focus').waitFor();
    await keyboard.type(`by.keyboard.${String(javaScriptEnabled)}@harborpine.example`);
    await person.hit('Enter');
    await person.sees('is a member now');
    await reach(`Remove by.keyboard.${String(javaScriptEnabled)}`);
    await person.hit('Enter');
    await person.page.locator('h2:focus').filter({ hasText: 'Remove by.keyboard' }).waitFor();
    await reach('Keep the member');
    await person.hit('Enter');
    await person.sees(`by.keyboard.${String(javaScriptEnabled)}@harborpine.example`);
  });
});
