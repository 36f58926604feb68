import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Person } from '../browser/index.js';
import { confirmed, enter, menu, optInByMenu, pressButton, status, tokensOf } from './pages.js';
import { prepareWalk } from './walk.js';

/** More stops than any page has. */
const mostStops = 60;

const walk = prepareWalk();

/** Waits until the focus is there. Keys that are pressed before are lost. */
const focused = (target: Locator) => target.and(target.page().locator(':focus')).waitFor();

describe('with the keyboard alone', () => {
  /** Presses Tab until `target` has the focus. Each stop must be visibly focused, and stand behind the one before it. */
  async function tabTo(person: Person, target: Locator): Promise<void> {
    await target.waitFor();
    const { page } = person;
    await page.evaluate(() => document.activeElement?.setAttribute('data-stop', '0'));
    for (let stop = 1; stop <= mostStops; stop += 1) {
      await page.keyboard.press('Tab');
      const problem = await page.evaluate(describeStop, stop);
      expect(problem).toBeNull();
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab never reached ${String(target)}.`);
  }

  it('an authorization is given and cleared, with the focus visible and in order', async () => {
    await using admin = await walk.browser.person();
    const { page } = admin;
    const { keyboard } = page;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await admin.goTo(walk.constellation.suiteUrl);
    await tabTo(admin, page.getByRole('link', { name: 'Intelligent Data Management' }));
    await admin.hit('Enter');
    await admin.seesHeading('Intelligent Data Management');
    await focused(page.getByLabel('Sign In name'));
    await keyboard.type(walk.company.admin.name);
    await tabTo(admin, page.getByLabel('Password', { exact: true }));
    await keyboard.type(walk.company.admin.password);
    await tabTo(admin, button('Sign In'));
    await admin.hit('Enter');
    await button('Sign out').waitFor();
    await tabTo(admin, page.getByRole('link', { name: 'Skip to the page' }));
    await tabTo(admin, menu(admin).getByRole('link', { name: 'Admin', exact: true }));
    await admin.hit('Enter');
    await admin.seesHeading('Token Manager');
    await tabTo(admin, button('Authorize'));
    await admin.hit('Space');
    await admin.seesHeading('Log In');
    await tabTo(admin, page.getByLabel('Email or Username'));
    await keyboard.type(walk.profile.name);
    await tabTo(admin, page.getByRole('checkbox', { name: /^Confidentiality Agreement/ }));
    await keyboard.press('Space');
    await tabTo(admin, button('Continue'));
    await admin.hit('Enter');
    await admin.seesHeading('Password');
    await focused(page.getByLabel('Password', { exact: true }));
    await keyboard.type(walk.profile.password);
    await tabTo(admin, button('Log In'));
    await admin.hit('Enter');
    await confirmed(admin);
    await tabTo(admin, page.getByRole('main').getByRole('link', { name: 'Clear', exact: true }));
    await admin.hit('Enter');
    const question = page.getByRole('heading', { name: 'Clear this authorization?' });
    await focused(question);
    await tabTo(admin, button('Clear'));
    await admin.hit('Space');
    await status(admin, 'The authorization is cleared').waitFor();
  });
});

describe('with script switched off', () => {
  it('an authorization is given, used and cleared', async () => {
    await using admin = await walk.browser.person({ javaScriptEnabled: false });
    await enter(admin, walk.constellation, walk.company.admin);
    await optInByMenu(admin, 'idm', walk.profile);
    expect(await tokensOf(admin)).toEqual(['Opt-in: In use']);
    await pressButton(admin, 'Check now');
    await status(admin, 'The authorization stands').waitFor();
    await admin.press('Clear');
    await admin.seesHeading('Clear this authorization?');
    await pressButton(admin, 'Clear');
    await status(admin, 'The authorization is cleared').waitFor();
    expect(await tokensOf(admin)).toEqual(['Opt-in: Destroyed by Clear']);
  });

  it('the menu opens on a small screen, and an opt-in opens Delivery History', async () => {
    await using admin = await walk.browser.person({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
    await admin.goTo(new URL('/idh/sign-in', walk.constellation.suiteUrl));
    await admin.press('Sign In', { 'Sign In name': walk.company.admin.name, Password: walk.company.admin.password });
    await admin.seesHeading('See every delivery in one place');
    await admin.press('Opt-In');
    await pressButton(admin, 'Opt-In');
    await admin.press('Continue', { 'Email or Username': walk.profile.name, 'Confidentiality Agreement': true });
    await admin.press('Log In', { Password: walk.profile.password });
    await confirmed(admin);
    const entry = menu(admin).getByRole('link', { name: 'Delivery History', exact: true });
    expect(await entry.isVisible()).toBe(false);
    await pressButton(admin, 'Menu');
    await admin.click(entry);
    await admin.seesHeading('Delivery History');
  });
});

/** What is wrong with the element that has the focus now, or null. Runs in the page. */
function describeStop(stop: number): string | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const before = document.querySelector(`[data-stop="${stop - 1}"]`);
  element.setAttribute('data-stop', String(stop));
  const name = element.outerHTML.slice(0, 120);
  const box = element.getBoundingClientRect();
  const onScreen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  if (!onScreen) return `focused, but not on the screen: ${name}`;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 1) return `focused, but not to be told from the others: ${name}`;
  const follows = !before || Boolean(before.compareDocumentPosition(element) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY));
  return follows ? null : `focused after something that stands behind it: ${name}`;
}
