import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, openBrowser, sidewaysFaultsOf, type TestBrowser } from './index.js';

describe('the faults of a page', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const page = (style: string, main: string) =>
    `<!doctype html><html lang="en"><title>A page</title><meta name="viewport" content="width=device-width"><style>
      :root { color-scheme: light dark; background: white; color: black }
      @media (prefers-color-scheme: dark) { :root { background: black; color: white } }
      ${style}</style><main><h1>A page</h1>${main}</main></html>`;
  const faults = async (style: string, main: string, options = {}) => {
    await using person = await browser.person({ reducedMotion: 'no-preference', ...options });
    await person.page.setContent(page(style, main));
    return await faultsOf(person);
  };

  it('are none where colours change slowly but well', async () => {
    const style = 'button { transition: color 1s, background-color 1s; color: white; background: black } @media (prefers-color-scheme: dark) { button { color: black; background: white } }';
    expect(await faults(style, '<button>Go on</button>')).toEqual([]);
  });

  it('are found that stand on dark screens only', async () => {
    expect(await faults('@media (prefers-color-scheme: dark) { p { color: #333 } }', '<p>Hardly to be read</p>')).toEqual([expect.stringContaining('390 px, dark: color-contrast at p')]);
  });

  it('are found that stand on narrow screens only', async () => {
    expect(await faults('p { width: 330px; margin: 0 } @media (width > 320px) { p { width: auto } }', '<p>Wide</p>')).toEqual([expect.stringMatching(/320 px: \d+ px to scroll sideways: .*Wide/)]);
  });

  it('are also found for somebody without script, if they are of width', async () => {
    await using person = await browser.person({ javaScriptEnabled: false });
    await person.page.setContent(page('p { width: 330px }', '<p>Wide</p>'));
    expect(await sidewaysFaultsOf(person)).toHaveLength(1);
    expect(person.page.viewportSize()).toEqual({ width: 1280, height: 800 });
  });
});
