import { openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('Follow packages in a browser', () => {
  let browser: TestBrowser;
  let constellation: TestConstellation;

  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation()]);
    const admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
  });
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it('shows what comes in without a reload and leaves alone what is being typed', async () => {
    await using admin = await browser.person();
    await signIn(admin, constellation, constellation.signIns.admin);
    await admin.follow('Follow packages');
    await admin.press('Follow', { 'Package numbers': '1Z1442YY7229014688\n1Z8A3F470344182065' });
    await admin.sees('2 packages were added');
    await admin.sees('0 done, 2 to go');
    await admin.fill('Package numbers', 'half a num');
    await constellation.worker.tick();
    await admin.sees('Delivered');
    await admin.sees('Not known to UPS');
    await admin.sees('UPS is asked again by itself.');
    expect(await admin.page.getByLabel('Package numbers').inputValue()).toBe('half a num');
    await admin.press('Unfollow 1Z8A3F470344182065');
    await admin.sees('Not followed any more');
    expect(await admin.page.getByText('Not known to UPS').count()).toBe(0);
  });

  it('works without script, by loading the page again', async () => {
    await using user = await browser.person({ javaScriptEnabled: false });
    await signIn(user, constellation, constellation.signIns.user);
    await user.follow('Follow packages');
    await user.press('Follow', { 'Package numbers': '1ZCIETST0111111114' });
    await user.sees('1 package was added');
    await constellation.worker.tick();
    await user.page.reload();
    await user.sees(/1–2 of 2 packages/);
    await user.sees('Last updated at');
  });
});
