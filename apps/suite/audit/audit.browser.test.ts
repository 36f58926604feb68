import { AxeBuilder } from '@axe-core/playwright';
import { openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postForm } from '../tests/walk.js';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

describe('the audit in a browser', { timeout: 120_000 }, () => {
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
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it.each([true, false])('is found, read, filtered and turned over, with script %s, without a fault that axe knows', async (javaScriptEnabled) => {
    await using person = await browser.person({ javaScriptEnabled });
    const { page } = person;
    await signIn(person, constellation, constellation.signIns.admin);
    await person.goTo(new URL('/company-manager', constellation.suiteUrl));
    await person.follow('Audit: everything that was done with these permissions');
    await person.seesHeading('Audit');
    await person.sees('Opted in');
    const faults: unknown[] = [];
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        if (javaScriptEnabled) faults.push(...(await new AxeBuilder({ page }).setLegacyMode().withTags(standards).analyze()).violations.map(({ id, nodes }) => [width, colorScheme, id, nodes[0]?.html]));
      }
      if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) faults.push(['too wide', width]);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) faults.push(['too wide', 320]);
    expect(faults).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
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
