import { expect } from 'vitest';
import type { Person, TestBrowser } from '../browser/index.js';
import type { SignIn } from '../constellation/index.js';
import { at, choose, menu, pressButton, productNames, status } from './pages.js';
import type { GuidePlaces } from './walk.js';

const name = productNames.idh;
const application = `Customer Solutions - ${name}`;

/** Walks the guide of Intelligent Delivery History step by step and label by label, until the opt-in screen is gone for other users. */
export async function walkIdhGuide(browser: TestBrowser, places: GuidePlaces): Promise<void> {
  const { suiteUrl, upscomUrl, signIns } = places;
  await using admin = await browser.person();
  await using user = await browser.person();
  await using lateUser = await browser.person();
  const { page } = admin;
  const heading = (text: string) => page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor();

  await logIn(suiteUrl, user, signIns.user);
  await at(user, suiteUrl, '/idh/opt-in');
  await user.seesHeading('Waiting for an admin to opt in');

  await logIn(suiteUrl, admin, signIns.admin);
  await at(admin, suiteUrl, '/idh/opt-in');
  await admin.sees('One opt-in covers Intelligent Delivery History and ODCS');
  await seesWarning(admin);
  await page.getByRole('region', { name: 'Account Executive', exact: true }).waitFor();
  await admin.click(page.getByRole('main').getByRole('link', { name: 'Opt-In', exact: true }));

  await heading('Company manager');
  await seesWarning(admin);
  await admin.sees('Its interface is not there yet.');
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await row.getByText('Not opted in', { exact: true }).waitFor();
  await admin.click(row.getByRole('button', { name: 'Opt-In', exact: true }));

  await heading('Log In');
  expect(new URL(page.url()).origin).toBe(upscomUrl.origin);
  expect(await page.getByText("Don't have a profile?").innerText()).toBe("Don't have a profile? Sign up");
  await page.getByRole('link', { name: 'Sign up', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Forgot Username/Password', exact: true }).waitFor();
  const agreement = page.getByRole('group', { name: 'Confidentiality Agreement', exact: true });
  await agreement.getByText(application, { exact: true }).waitFor();
  await agreement.getByText('the username entered above').waitFor();
  expect(await agreement.getByRole('listitem').allInnerTexts()).toEqual(['shipping account numbers', 'contact information', 'rates', 'package tracking status']);
  const opened = page.waitForEvent('popup');
  await agreement.getByRole('link', { name: /^UPS Technology Agreement/ }).click();
  const text = await opened;
  await text.getByRole('heading', { level: 1, name: 'UPS Technology Agreement', exact: true }).waitFor();
  await text.close();
  await admin.fill('Email or Username', signIns.profile.name);
  const box = agreement.getByRole('checkbox', { name: /^Confidentiality Agreement / });
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await pressButton(admin, 'Continue');

  await heading('Password');
  await admin.sees(`Welcome back, ${signIns.profile.name}`);
  await page.getByRole('link', { name: 'Forgot Username/Password', exact: true }).waitFor();
  await admin.fill('Password', signIns.profile.password);
  await pressButton(admin, 'Log In');

  await page.waitForURL(new URL('/company-manager?from=idh', suiteUrl).href);
  await status(admin, 'A token was generated').waitFor();
  await row.getByText('Opted in', { exact: true }).waitFor();
  const odcs = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^ODCS/ }) });
  await odcs.getByText('Opted in', { exact: true }).waitFor();
  expect(await odcs.getByRole('button').or(odcs.getByRole('link')).count()).toBe(0);
  await seesWarning(admin);
  await page.getByRole('heading', { name: 'Account Executive', exact: true }).waitFor();

  await choose(user, 'Opt-In');
  await landsOnHistory(suiteUrl, user);
  await logIn(suiteUrl, lateUser, signIns.otherUser);
  await landsOnHistory(suiteUrl, lateUser);
  await lateUser.goTo(new URL('/idh/opt-in', suiteUrl));
  await landsOnHistory(suiteUrl, lateUser);
  await choose(admin, 'Delivery History');
  await landsOnHistory(suiteUrl, admin);
}

/** Step 1: from the front page to what the product shows first. */
async function logIn(suiteUrl: URL, person: Person, who: SignIn): Promise<void> {
  await person.goTo(suiteUrl);
  await person.click(person.page.getByRole('link', { name }));
  await person.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  await person.fill('Sign In name', who.name);
  await person.fill('Password', who.password);
  await pressButton(person, 'Sign In');
}

async function landsOnHistory(suiteUrl: URL, person: Person): Promise<void> {
  await at(person, suiteUrl, '/idh/history');
  await person.page.getByRole('heading', { level: 1, name: 'Delivery History', exact: true }).waitFor();
  expect(await menu(person).getByRole('link', { name: 'Opt-In', exact: true }).count()).toBe(0);
}

async function seesWarning(person: Person): Promise<void> {
  await person.sees('Changing the UPS.com password ends every earlier opt-in.');
  await person.sees('an admin has to opt in again in each of them');
}
