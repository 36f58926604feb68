import { AxeBuilder } from '@axe-core/playwright';
import type { Page, ViewportSize } from 'playwright-core';
import type { Person } from './person.js';

/** WCAG 2.2 A and AA, and what axe's makers advise beyond. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const looks = [
  { colorScheme: 'light', size: { width: 1280, height: 800 } },
  { colorScheme: 'dark', size: { width: 390, height: 844 } },
] as const;
/** Ends with the narrowest that a page has to fit. */
const widths = [1280, 900, 390, 320];
const longestResizeMs = 30_000;

/**
 * What is wrong with the page in front: all that axe finds wide and light, and narrow and dark, and what can be scrolled
 * to sideways on screens from 320 px on. Leaves the screen and the colours as they were.
 */
export async function faultsOf({ page }: Person): Promise<string[]> {
  const before = page.viewportSize() ?? looks[0].size;
  const faults: string[] = [];
  for (const { colorScheme, size } of looks) {
    await page.emulateMedia({ colorScheme });
    await resize(page, size);
    await settle(page);
    faults.push(...(await axeFaults(page)).map((fault) => `${size.width} px, ${colorScheme}: ${fault}`));
  }
  await page.emulateMedia({ colorScheme: null });
  faults.push(...await sidewaysFaults(page));
  await resize(page, before);
  return faults.map((fault) => `${page.url()}, ${fault}`);
}

/** What of the page in front can be scrolled to sideways on screens from 320 px on; also for people without script, whom axe cannot serve. */
export async function sidewaysFaultsOf({ page }: Person): Promise<string[]> {
  const before = page.viewportSize() ?? looks[0].size;
  const faults = await sidewaysFaults(page);
  await resize(page, before);
  return faults.map((fault) => `${page.url()}, ${fault}`);
}

async function axeFaults(page: Page): Promise<string[]> {
  const isThere = await page.evaluate('typeof axe === "object"');
  const builder = new AxeBuilder(isThere ? { page, axeSource: 'void 0' } : { page }).setLegacyMode();
  const { violations, passes } = await builder.options({ resultTypes: ['violations'] }).withTags(standards).analyze();
  if (passes.length === 0) return ['axe judged nothing'];
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target, html, any }) => `${target.join(' ')} ${html.slice(0, 200)} ${any.map(({ message }) => message).join(' ')}`).join('; ')}`);
}

async function sidewaysFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const width of widths) {
    await resize(page, { width, height: 800 });
    faults.push(...await page.evaluate(findSidewaysScrolling));
  }
  return faults;
}

/** Waits until the page has the size: Chromium tells it some time after it was ordered. */
async function resize(page: Page, size: ViewportSize): Promise<void> {
  await page.setViewportSize(size);
  const deadline = Date.now() + longestResizeMs;
  while (await page.evaluate(() => innerWidth) !== size.width) {
    if (Date.now() > deadline) throw new Error(`The page is not ${size.width} px wide.`);
  }
}

/** Waits until nothing on the page is on its way: no navigation, and no colour or place that still changes. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState();
  await page.waitForFunction(() => !document.querySelector('html[aria-busy], form[aria-busy], turbo-frame[busy]'));
  await page.evaluate(stillness);
}

/** Answers when every animation and transition that ends has ended. What new styles begin is there a frame later. Runs in the page. */
async function stillness(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = () => document.getAnimations().filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
  await frame();
  await frame();
  for (let left = moving(); left.length > 0; left = moving()) {
    await Promise.allSettled(left.map(({ finished }) => finished));
    await frame();
  }
}

/** What reaches beyond the right edge of the window, if it can be scrolled to. Runs in the page. */
function findSidewaysScrolling(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = Array.from(document.querySelectorAll('body *')).filter((element) => element.getBoundingClientRect().right > clientWidth);
  return [`${clientWidth} px: ${scrollWidth - clientWidth} px to scroll sideways: ${wide.slice(-3).map((element) => element.outerHTML.slice(0, 120)).join(' ')}`];
}
