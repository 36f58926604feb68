import { faultsOf, openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlToken, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';

describe('the pages of control in a browser', () => {
  let site: MachineSite;
  let browser: TestBrowser;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startMachineSite(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  it('CP09 work without script, and without a fault', async () => {
    await using person = await browser.person({ javaScriptEnabled: false });
    await using looker = await browser.person();
    await track(site, (await tokens(site)).access);
    const look = async (name: string) => {
      await looker.page.context().addCookies(await person.page.context().cookies());
      await looker.goTo(person.page.url());
      expect(await faultsOf(looker), name).toEqual([]);
    };
    await person.goTo(new URL('/weather', site.url).href);
    await look('closed');
    await person.fill('Control token', controlToken);
    await person.press('Open');
    await person.seesHeading('Weather');
    await person.sees('Fine weather');
    await person.press('Order');
    await person.sees('10 more calls');
    await look('weather');
    await person.press('Fine weather again');
    await person.sees('Fine weather: every call');
    await person.follow('Ledger');
    await person.seesHeading('Ledger');
    await person.sees('/api/track/v1/details');
    await look('ledger');
  });
});
