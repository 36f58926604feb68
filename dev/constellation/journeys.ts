import type { SignIn } from './index.js';

/** Someone who can walk through the pages: a Person at a browser or a Visitor without one. */
export interface Walker {
  goTo(url: URL): Promise<unknown>;
  press(button: string, typed?: Readonly<Record<string, string | true>>): Promise<unknown>;
  /** Waits until the text is on the page, or fails. */
  sees(text: string | RegExp): Promise<unknown>;
}

interface Places {
  readonly suiteUrl: URL;
}

/** Signs in to the suite, through the page of one of the two products. */
export async function signIn(walker: Walker, { suiteUrl }: Places, who: SignIn, product: 'idm' | 'idh' = 'idm'): Promise<void> {
  await walker.goTo(new URL(`/${product}/sign-in`, suiteUrl));
  await walker.press('Sign In', { 'Sign In name': who.name, Password: who.password });
  await walker.sees('Sign out');
}

/** Goes through UPS.com's two pages, from the Log In page on: name, agreement, *Continue*, password, *Log In*. */
export async function logInAtUps(walker: Walker, profile: SignIn): Promise<void> {
  await walker.press('Continue', { 'Email or Username': profile.name, 'Confidentiality Agreement': true });
  await walker.press('Log In', { Password: profile.password });
}

/** Opts a signed-in admin's company in. Fails unless that was taken: to be used, or to wait for a decision. */
export async function optIn(walker: Walker, places: Places, product: 'idm' | 'idh', profile: SignIn): Promise<void> {
  await walkOptIn(walker, places, product, profile);
  await walker.sees(/A token was generated|Another UPS\.com login/);
}

/** The way of an opt-in, wherever it ends: *Authorize* for IDM, *Opt-In* on the company manager for IDH. */
export async function walkOptIn(walker: Walker, { suiteUrl }: Places, product: 'idm' | 'idh', profile: SignIn): Promise<void> {
  await walker.goTo(new URL(product === 'idm' ? '/idm/token-manager' : '/company-manager', suiteUrl));
  await walker.press(product === 'idm' ? 'Authorize' : 'Opt-In');
  await logInAtUps(walker, profile);
}
