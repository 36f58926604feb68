import { logInAtUps, type TestConstellation } from '@wayleave/dev/constellation';
import { readForms, Visitor } from '@wayleave/dev/visitor';

type Places = Pick<TestConstellation, 'suiteUrl' | 'signIns'>;

/** Presses *Authorize* or *Opt-In* and stops at UPS.com's Log In page. Gives the state that was sent along. */
export async function beginOptIn(walker: Visitor, { suiteUrl }: Places, product: 'idm' | 'idh'): Promise<string> {
  await walker.goTo(new URL(product === 'idm' ? '/idm/token-manager' : '/company-manager', suiteUrl));
  const button = product === 'idm' ? 'Authorize' : 'Opt-In';
  const form = readForms(walker.page.body).find(({ buttons }) => buttons.has(button));
  if (!form) throw new Error(`no button ${button}`);
  const answer = await walker.request('POST', new URL(form.action, suiteUrl), form.fields);
  const address = new URL(answer.headers.get('location') ?? '');
  await walker.goTo(address);
  return address.searchParams.get('state') ?? '';
}

/** Logs in at UPS.com from its Log In page on and gives the address that UPS.com sends the browser back to, unopened. */
export async function answerOfUps(walker: Visitor, { suiteUrl, signIns }: Places): Promise<URL> {
  let callback: URL | null = null;
  const request = walker.request.bind(walker);
  walker.request = async (method, url, fields, headers) => {
    if (url.origin !== suiteUrl.origin) return request(method, url, fields, headers);
    callback = url;
    return { url, status: 200, headers: new Headers(), body: '' };
  };
  try {
    await logInAtUps(walker, signIns.profile);
  } finally {
    walker.request = request;
  }
  if (!callback) throw new Error(`UPS.com did not send the browser back: ${walker.text.slice(0, 300)}`);
  return callback;
}

/** The whole way but its last step: the callback's address with a fresh code and state. */
export async function freshCallback(walker: Visitor, constellation: Places, product: 'idm' | 'idh'): Promise<URL> {
  await beginOptIn(walker, constellation, product);
  return answerOfUps(walker, constellation);
}

/** Sends a form of ours by hand: the CSRF field of any form of the page `from`, plus `fields`. Follows nothing. */
export async function postForm(walker: Visitor, { suiteUrl }: Pick<Places, 'suiteUrl'>, from: string, to: string, fields: Readonly<Record<string, string>> = {}) {
  await walker.goTo(new URL(from, suiteUrl));
  const csrf = readForms(walker.page.body).map((form) => form.fields.get('csrf')).find(Boolean) ?? '';
  return walker.request('POST', new URL(to, suiteUrl), new URLSearchParams({ csrf, ...fields }));
}

/** Paths of what reached UPS's token endpoints so far. */
export async function tokenCalls({ control }: Pick<TestConstellation, 'control'>): Promise<string[]> {
  const ledger = await control.ledger();
  return ledger.map(({ path }) => path).filter((path) => /\/(token|refresh)$/.test(path));
}

/** Goes to the UPS.com profile in a browser of its own and changes the password. */
export async function changeUpsPassword({ upscomUrl, signIns }: Pick<TestConstellation, 'upscomUrl' | 'signIns'>, { from = signIns.profile.password, to }: { from?: string; to: string }): Promise<void> {
  const owner = new Visitor();
  await owner.goTo(new URL('/log-in', upscomUrl));
  await owner.press('Log In', { 'Email or Username': signIns.profile.name, Password: from });
  await owner.goTo(new URL('/profile', upscomUrl));
  await owner.press('Change password', { 'Current password': from, 'New password': to });
}

/** Withdraws one application in the UPS.com profile. */
export async function withdrawAtUps({ upscomUrl, signIns }: Pick<TestConstellation, 'upscomUrl' | 'signIns'>, application: string): Promise<void> {
  const owner = new Visitor();
  await owner.goTo(new URL('/log-in', upscomUrl));
  await owner.press('Log In', { 'Email or Username': signIns.profile.name, Password: signIns.profile.password });
  await owner.goTo(new URL('/profile', upscomUrl));
  await owner.press(`Withdraw Customer Solutions - ${application}`);
}
