import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { ensureChromium } from './chromium.js';
import { Person } from './person.js';

export { findChromium, ensureChromium } from './chromium.js';
export { faultsOf, sidewaysFaultsOf } from './faults.js';
export { Person } from './person.js';

/** A running Chromium. Its people share no cookies. */
export interface TestBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** Somebody new at a browser of their own, by default on a 1280 x 800 screen where nothing moves. */
  person(options?: BrowserContextOptions): Promise<Person>;
  close(): Promise<void>;
}

/** Root cannot use the sandbox, containers have little shared memory, and without a graphics card a GPU process only costs time. */
const chromiumFlags = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-gpu-rasterization', '--disable-software-rasterizer'];

/** What a page may take on a machine that is busy with other tests. */
const patienceMs = 30_000;

/** Starts Chromium, found on this machine or installed. Throws with how to get one when there is none. */
export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = ensureChromium(process.env, (line) => process.stderr.write(`${line}\n`));
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const close = () => browser.close();
  return {
    browser,
    async person(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(patienceMs);
      return new Person(context, await context.newPage());
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
