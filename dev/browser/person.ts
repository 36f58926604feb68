import type { BrowserContext, ConsoleMessage, Locator, Page } from 'playwright-core';

/** Chromium logs every answer of 400 and above; pages that refuse something are supposed to answer so. */
const expectedNoise = /^Failed to load resource: the server responded with a status of [45]\d\d/;

/**
 * Somebody at a browser, who finds things as people do: by what is written on them. Labels are matched whole, and
 * every helper waits until what it names is there, or fails naming it. `close` fails when a page broke its content
 * security policy or threw an error in script.
 */
export class Person implements AsyncDisposable {
  readonly context: BrowserContext;
  /** The tab in front. */
  readonly page: Page;
  readonly #complaints: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    context.on('console', (message) => this.#hear(message));
    context.on('weberror', (problem) => this.#complaints.push(`script error: ${problem.error().message}`));
  }

  async goTo(url: string | URL): Promise<void> {
    await this.page.goto(String(url));
  }

  /**
   * Presses the one button of this name, or link in the main part of the page, after typing `typed` into the fields with
   * these labels. A box is ticked with `true`; the beginning of its label is enough. Ends as `click` does.
   */
  async press(name: string, typed: Readonly<Record<string, string | true>> = {}): Promise<void> {
    for (const [label, value] of Object.entries(typed)) await (value === true ? this.tick(label) : this.fill(label, value));
    await this.click(this.control(name));
  }

  /** Follows the one link of this name. Ends as `click` does. */
  async follow(name: string): Promise<void> {
    await this.click(this.page.getByRole('link', { name, exact: true }));
  }

  /** Clicks, and is on the next page afterwards where a link or a form's button leads to one. */
  async click(target: Locator): Promise<void> {
    const click = () => target.click();
    await (await target.evaluate(leadsOn) ? this.#turnPage(click) : click());
  }

  /** Hits a key that leads on from where the focus is, and is on the next page afterwards. */
  async hit(key: 'Enter' | 'Space'): Promise<void> {
    await this.#turnPage(() => this.page.keyboard.press(key));
  }

  /** Types into the field with this label. */
  async fill(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  /** Ticks the box whose label holds this text. */
  async tick(label: string | RegExp): Promise<void> {
    await this.page.getByRole('checkbox', { name: label }).check();
  }

  /** Chooses an option by its text in the list with this label. */
  async choose(label: string, option: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).selectOption({ label: option });
  }

  /** Waits until this text can be read somewhere on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: 'visible' });
  }

  /** Waits until a heading of this text stands on the page. */
  async seesHeading(text: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { name: text }).first().waitFor({ state: 'visible' });
  }

  /** The button of this name, or the link of this name in the main part of the page. */
  control(name: string): Locator {
    const link = this.page.getByRole('main').getByRole('link', { name, exact: true });
    return this.page.getByRole('button', { name, exact: true }).or(link);
  }

  /** A second tab of the same browser, with its own front page. */
  async newTab(): Promise<Person> {
    return new Person(this.context, await this.context.newPage());
  }

  /** What the browser had to complain about so far. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  async close(): Promise<void> {
    await this.context.close();
    if (this.#complaints.length > 0) throw new Error(`The browser complained:\n${this.#complaints.join('\n')}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Does what leads to another page, and waits until that has taken this one's place. Turbo leaves a page as it is until
   * the next has come: whatever is read or loaded in between concerns the wrong one.
   */
  async #turnPage(act: () => Promise<void>): Promise<void> {
    await this.page.evaluate(() => document.body.setAttribute('data-left', ''));
    await act();
    await this.page.locator('body:not([data-left])').waitFor({ state: 'attached' });
    await this.page.waitForLoadState('domcontentloaded');
  }

  #hear(message: ConsoleMessage): void {
    const text = message.text();
    const isComplaint = message.type() === 'error' || /content security policy/i.test(text);
    if (isComplaint && !expectedNoise.test(text)) this.#complaints.push(text);
  }
}

/** Whether a click on it leads to another page in the same tab. Runs in the page. */
function leadsOn(element: Element): boolean {
  if (element instanceof HTMLButtonElement) return element.form !== null && element.type === 'submit';
  return element.matches('a[href]:not([target], [download])');
}
