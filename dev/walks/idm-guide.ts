import { expect } from 'vitest';
import type { Person, TestBrowser } from '../browser/index.js';
import { at, choose, menu, pressButton, rowsOf, status, tokenGrid, tokensOf } from './pages.js';
import type { GuidePlaces } from './walk.js';

/** Walks the guide of Intelligent Data Management step by step and label by label, then follows a package and clears. `work` has the worker do what is due. */
export async function walkIdmGuide(browser: TestBrowser, places: GuidePlaces, work: () => Promise<void>): Promise<void> {
  const { suiteUrl, upscomUrl, signIns } = places;
  await using admin = await browser.person();
  const { page } = admin;

  await admin.goTo(suiteUrl);
  await admin.click(page.getByRole('link', { name: 'Intelligent Data Management' }));
  await page.getByRole('heading', { level: 1, name: 'Intelligent Data Management', exact: true }).waitFor();
  await admin.fill('Sign In name', signIns.admin.name);
  await admin.fill('Password', signIns.admin.password);
  await pressButton(admin, 'Sign In');

  await at(admin, suiteUrl, '/idm');
  await admin.seesHeading('Intelligent Data Management');
  expect(await standsLeftOfThePage(admin)).toBe(true);
  await choose(admin, 'Admin');

  await page.getByRole('heading', { level: 1, name: 'Token Manager', exact: true }).waitFor();
  await seesWarning(admin);
  await page.getByRole('heading', { name: 'Account Executive', exact: true }).waitFor();
  expect(await page.getByRole('table').count()).toBe(0);
  const startedAt = Date.now();
  await pressButton(admin, 'Authorize');

  await page.getByRole('heading', { level: 1, name: 'Log In', exact: true }).waitFor();
  expect(new URL(page.url()).origin).toBe(upscomUrl.origin);
  await admin.sees("Don't have a profile?");
  await admin.fill('Email or Username', signIns.profile.name);
  const box = page.getByRole('checkbox', { name: /^Confidentiality Agreement .*UPS Technology Agreement.*Customer Solutions - Intelligent Data Management/ });
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await pressButton(admin, 'Continue');

  await page.getByRole('heading', { level: 1, name: 'Password', exact: true }).waitFor();
  await admin.sees(`Welcome back, ${signIns.profile.name}`);
  await admin.fill('Password', signIns.profile.password);
  await pressButton(admin, 'Log In');

  await at(admin, suiteUrl, '/idm/token-manager');
  await status(admin, 'A token was generated').waitFor();
  await page.getByRole('heading', { name: 'Most recent access tokens', exact: true }).waitFor();
  expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(['Created', 'Expires', 'Came by', 'Opted in by', 'Fingerprint', 'State']);
  const [created, expires, cameBy, by, fingerprint, state] = (await rowsOf(admin, tokenGrid))[0] ?? [];
  expect([created, expires]).toEqual([expect.stringMatching(timeWithZone), expect.stringMatching(timeWithZone)]);
  expect([cameBy, by, state]).toEqual(['Opt-in', signIns.admin.mail, 'In use']);
  expect(fingerprint).toMatch(/^[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}$/);
  const stamp = await page.getByRole('table', { name: tokenGrid }).getByRole('time').first().getAttribute('datetime');
  expect(Date.parse(stamp ?? '')).toBeGreaterThan(startedAt - 2_000);
  expect(Date.parse(stamp ?? '')).toBeLessThan(Date.now() + 2_000);
  await seesWarning(admin);

  await pressButton(admin, 'Authorize');
  await admin.press('Continue', { 'Email or Username': signIns.profile.mail, 'Confidentiality Agreement': true });
  await admin.sees(`Welcome back, ${signIns.profile.mail}`);
  await admin.press('Log In', { Password: signIns.profile.password });
  await status(admin, 'It replaces the authorization you had before').waitFor();
  expect(await tokensOf(admin)).toEqual(['Opt-in: In use', 'Opt-in: Replaced']);

  await choose(admin, 'Follow packages');
  await admin.press('Follow', { 'Package numbers': '1ZCIETST0111111114' });
  await admin.sees('1 package was added');
  await work();
  await admin.page.getByText('Waiting to be asked').waitFor({ state: 'hidden' });
  await choose(admin, 'Admin');
  await admin.press('Clear');
  await admin.seesHeading('Clear this authorization?');
  await admin.sees('stops retrieving data');
  await pressButton(admin, 'Clear');
  await status(admin, 'The authorization is cleared').waitFor();
  await admin.sees('Retrieval has stopped');
  await admin.sees('No authorization any more');
  expect(await tokensOf(admin)).toEqual(['Opt-in: Destroyed by Clear', 'Opt-in: Replaced']);
  await page.getByRole('button', { name: 'Authorize', exact: true }).waitFor();

  await admin.follow('Enter your Account Executive');
  await admin.press('Save', { Name: 'Robin Vale', Mail: 'robin.vale@carrier.example', Phone: '+1 212 555 0142' });
  await status(admin, 'The Account Executive is saved').waitFor();
  await choose(admin, 'Data Management');
  await at(admin, suiteUrl, '/idm');
  await choose(admin, 'Admin');
  await page.getByRole('heading', { level: 1, name: 'Token Manager', exact: true }).waitFor();
  const executive = page.getByRole('region', { name: 'Account Executive', exact: true });
  expect(await executive.getByRole('listitem').allInnerTexts()).toEqual(['Robin Vale', 'robin.vale@carrier.example', '+1 212 555 0142']);
  expect(await executive.getByRole('link', { name: 'robin.vale@carrier.example' }).getAttribute('href')).toContain('mailto:');
}

const timeWithZone = /^\s*\d{1,2} \w{3} \d{4} \s*\d{1,2}:\d\d [AP]M E[SD]T$/;

async function seesWarning(person: Person): Promise<void> {
  await person.sees('Changing the UPS.com password ends every earlier authorization.');
  await person.sees('an admin has to authorize again in each of them');
}

async function standsLeftOfThePage(person: Person): Promise<boolean> {
  const [left, right] = await Promise.all([menu(person).boundingBox(), person.page.getByRole('main').boundingBox()]);
  return left !== null && right !== null && left.x + left.width <= right.x;
}
