import type { AxeResults, RunOptions } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page, ViewportSize } from 'playwright-core';
import type { Person } from './person.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 A and AA, and what axe's makers advise beyond. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeOptions: RunOptions = { resultTypes: ['violations'], runOnly: { type: 'tag', values: standards } };
/** Axe judges where there is a colour scheme. Ends with the narrowest that a page has to fit. */
const looks = [
  { width: 1280, colorScheme: 'light' },
  { width: 900, colorScheme: null },
  { width: 390, colorScheme: 'dark' },
  { width: 320, colorScheme: null },
] as const;
const height = 800;
const longestResizeMs = 30_000;

/**
 * What is wrong with the page in front: all that axe finds wide and light, and narrow and dark, and what can be scrolled
 * to sideways on screens from 320 px on. Leaves the screen and the colours as they were.
 */
export async function faultsOf({ page }: Person): Promise<string[]> {
  return onEveryWidth(page, async (width, colorScheme) => {
    if (colorScheme === null) return [];
    await page.emulateMedia({ colorScheme });
    await settle(page);
    return (await axeFaults(page)).map((fault) => `${width} px, ${colorScheme}: ${fault}`);
  });
}

/** What of the page in front can be scrolled to sideways on screens from 320 px on; also for people without script, whom axe cannot serve. */
export async function sidewaysFaultsOf({ page }: Person): Promise<string[]> {
  return onEveryWidth(page, async () => []);
}

/** What `look` finds on every width, and what can be scrolled to sideways there. */
async function onEveryWidth(page: Page, look: (width: number, colorScheme: 'light' | 'dark' | null) => Promise<string[]>): Promise<string[]> {
  const before = page.viewportSize() ?? { width: looks[0].width, height };
  const faults: string[] = [];
  for (const { width, colorScheme } of looks) {
    await resize(page, { width, height });
    faults.push(...await look(width, colorScheme), ...await page.evaluate(findSidewaysScrolling));
  }
  await page.emulateMedia({ colorScheme: null });
  await resize(page, before);
  return faults.map((fault) => `${page.url()}, ${fault}`);
}

async function axeFaults(page: Page): Promise<string[]> {
  if (!await page.evaluate('typeof axe === "object"')) await page.evaluate(axeSource);
  return page.evaluate(judge, axeOptions);
}

/** What axe finds. Runs in the page, and tells no more of it than is asked for: the whole report takes as long as the judging. */
async function judge(options: RunOptions): Promise<string[]> {
  const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
  const { violations, passes } = await axe.run(options);
  if (passes.length === 0) return ['axe judged nothing'];
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target, html, any }) => `${target.join(' ')} ${html.slice(0, 200)} ${any.map(({ message }) => message).join(' ')}`).join('; ')}`);
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
