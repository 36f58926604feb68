import type { Locator } from 'playwright-core';
import type { Person } from '../browser/index.js';
import type { SignIn, TestConstellation } from '../constellation/index.js';

export type Product = 'idm' | 'idh';

export const productNames: Readonly<Record<Product, string>> = {
  idm: 'Intelligent Data Management',
  idh: 'Intelligent Delivery History',
};

/** Comes from the front page, chooses a product, and signs in; ends on its landing page. */
export async function enter(person: Person, { suiteUrl }: Pick<TestConstellation, 'suiteUrl'>, who: SignIn, product: Product = 'idm'): Promise<void> {
  await person.goTo(suiteUrl);
  await person.click(person.page.getByRole('link', { name: productNames[product] }));
  await person.seesHeading(productNames[product]);
  await person.press('Sign In', { 'Sign In name': who.name, Password: who.password });
  await person.page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
}

/** Chooses an entry of the left menu. */
export async function choose(person: Person, entry: string): Promise<void> {
  await person.click(menu(person).getByRole('link', { name: entry, exact: true }));
}

/** The left menu. */
export function menu(person: Person): Locator {
  return person.page.getByRole('navigation', { name: 'Menu', exact: true });
}

/** Goes by the menu to the page with the product's button, and presses it; ends on UPS.com's Log In page. */
export async function begin(person: Person, product: Product): Promise<void> {
  if (product === 'idm') {
    await choose(person, 'Admin');
    await person.seesHeading('Token Manager');
  } else {
    await choose(person, 'Company manager');
    await person.seesHeading('Company manager');
  }
  await pressButton(person, product === 'idm' ? 'Authorize' : 'Opt-In');
  await person.seesHeading('Log In');
}

/** Presses the one button of this name; a link of the same name does not count. */
export async function pressButton(person: Person, name: string): Promise<void> {
  await person.click(person.page.getByRole('button', { name, exact: true }));
}

/** From UPS.com's Log In page to its Password page. */
export async function continueAs(person: Person, name: string): Promise<void> {
  await person.press('Continue', { 'Email or Username': name, 'Confidentiality Agreement': true });
  await person.seesHeading('Password');
}

/** The whole way of an opt-in from a page of the product, to its confirmation. */
export async function optInByMenu(person: Person, product: Product, profile: SignIn): Promise<void> {
  await begin(person, product);
  await continueAs(person, profile.name);
  await person.press('Log In', { Password: profile.password });
  await confirmed(person);
}

/** Waits for the green banner after an opt-in. */
export async function confirmed(person: Person): Promise<void> {
  await status(person, 'A token was generated').waitFor();
}

/** The banner that confirms something. */
export function status(person: Person, text: string | RegExp): Locator {
  return person.page.getByRole('status').filter({ hasText: text });
}

/** Waits until a text is nowhere on the page. */
export async function noLongerSees(person: Person, text: string | RegExp): Promise<void> {
  await person.page.getByText(text).first().waitFor({ state: 'hidden' });
}

/** The body rows of the table with this caption, each as the texts of its cells. */
export async function rowsOf(person: Person, caption: string | RegExp): Promise<string[][]> {
  const table = person.page.getByRole('table', { name: caption });
  await table.waitFor();
  return table.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => Array.from(row.querySelectorAll('th, td'), (cell: Element) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())),
  );
}

export const tokenGrid = 'Most recent access tokens, newest first';

/** How each access token came about and what became of it, newest first, as the Token Manager's grid says. */
export async function tokensOf(person: Person): Promise<string[]> {
  return (await rowsOf(person, tokenGrid)).map((cells) => `${cells[2] ?? ''}: ${cells[5] ?? ''}`);
}

/** Waits until the page's address is this path of this server and nothing more. */
export async function at(person: Person, base: URL, path: string): Promise<void> {
  await person.page.waitForURL(new URL(path, base).href);
}
