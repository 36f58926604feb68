import { AxeBuilder } from '@axe-core/playwright';
import { openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlToken, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

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

  it('CP09 work without script, and axe finds nothing, wide and light or narrow and dark', async () => {
    await using person = await browser.person({ javaScriptEnabled: false });
    await using looker = await browser.person({ reducedMotion: 'reduce' });
    await track(site, (await tokens(site)).access);
    const look = async (name: string) => {
      await looker.page.context().addCookies(await person.page.context().cookies());
      for (const [width, colorScheme] of [[1_280, 'light'], [320, 'dark']] as const) {
        await looker.page.setViewportSize({ width, height: 800 });
        await looker.page.emulateMedia({ colorScheme });
        await looker.goTo(person.page.url());
        const { violations, passes } = await new AxeBuilder({ page: looker.page }).setLegacyMode().withTags(standards).analyze();
        expect(passes.length).toBeGreaterThan(0);
        expect(violations.map(({ id, nodes }) => [name, id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
        expect(await looker.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      }
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
    await person.page.getByRole('link', { name: 'Ledger' }).click();
    await person.seesHeading('Ledger');
    await person.sees('/api/track/v1/details');
    await look('ledger');
  });
});
