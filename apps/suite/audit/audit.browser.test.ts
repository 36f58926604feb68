import { faultsOf, openBrowser, sidewaysFaultsOf, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postForm } from '../tests/walk.js';

describe('the audit in a browser', () => {
  let constellation: TestConstellation;
  let browser: TestBrowser;
  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation()]);
    const admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    for (const product of ['idm', 'idh'] as const) await optIn(admin, constellation, product, constellation.signIns.profile);
    for (let times = 0; times < 12; times += 1) await optIn(admin, constellation, 'idm', constellation.signIns.profile);
    await postForm(admin, constellation, '/idm/token-manager', '/idm/check');
    await constellation.suite.vault.maintain();
  });
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it.each([true, false])('is found, read, filtered and turned over, with script %s, without a fault', async (javaScriptEnabled) => {
    await using person = await browser.person({ javaScriptEnabled });
    const { page } = person;
    await signIn(person, constellation, constellation.signIns.admin);
    await person.goTo(new URL('/company-manager', constellation.suiteUrl));
    await person.follow('Audit: everything that was done with these permissions');
    await person.seesHeading('Audit');
    await person.sees('Opted in');
    expect(await (javaScriptEnabled ? faultsOf(person) : sidewaysFaultsOf(person))).toEqual([]);
    await person.follow('Older');
    await person.sees(/^26–\d+ of \d+ entries$/);
    await page.getByLabel('Application').selectOption('idh');
    await person.press('Show');
    await person.sees(/^1–\d of \d entries$/);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as JSON Lines' }).click();
    expect((await download).suggestedFilename()).toBe('audit.jsonl');
  });
});
