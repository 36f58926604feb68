import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from '../browser/index.js';
import { optIn, signIn, startTestConstellation, type TestConstellation } from './index.js';

describe('an opt-in in a browser', () => {
  let browser: TestBrowser;
  let constellation: TestConstellation;

  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation()]);
  });
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it.each(['idm', 'idh'] as const)('ends with a token for %s', async (product) => {
    await using admin = await browser.person();
    await signIn(admin, constellation, constellation.signIns.admin, product);
    await optIn(admin, constellation, product, constellation.signIns.profile);
    await admin.sees(/token was generated/i);
    expect(admin.page.url()).not.toMatch(/code=|state=/);
  });
});
