import type { SuiteContext } from '@wayleave/suite';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { optIn, signIn, walkOptIn, type ControlClient, type SignIn } from '../constellation/index.js';
import type { TestDatabase } from '../database/index.js';
import { Visitor } from '../visitor/index.js';
import { newCompany, newProfile } from '../walks/people.js';
import type { EchoingUps } from './echoing-ups.js';

export interface JourneyPlaces {
  readonly suiteUrl: URL;
  readonly upscomUrl: URL;
  readonly control: ControlClient;
  readonly suite: SuiteContext;
  readonly database: TestDatabase;
  readonly ups: EchoingUps;
  /** Whether UPS's tokens tell logins apart, so that a consent by another one waits. */
  readonly tokensNameLogins: boolean;
  /** Remembers the keys that lie in the database at this moment. */
  noteKeys(): Promise<void>;
  /** A server that takes webhooks. */
  readonly webhooks: { readonly url: string; readonly bodies: readonly string[] };
}

const waiting = { timeout: 30_000, interval: 200 };

/** Everything that handles a secret, once well and once badly, and in the end a Clear. */
export async function takeEverySecretAlong(places: JourneyPlaces): Promise<void> {
  const { suiteUrl, control, suite, ups, webhooks, noteKeys } = places;
  const [company, profile] = await Promise.all([newCompany(places), newProfile(places)]);
  const admin = new Visitor();
  const at = (path: string) => admin.goTo(new URL(path, suiteUrl));
  await setForgottenPassword(places, company.user);
  await at('/idm/sign-in');
  await admin.press('Sign In', { 'Sign In name': company.admin.name, Password: 'heron marsh wrong lantern' });
  await signIn(admin, places, company.admin);
  await at('/company-manager/webhooks/add');
  await admin.press('Add the endpoint', { Address: webhooks.url });
  await admin.sees('I have copied it');

  await control.changeSettings({ access_token_lifetime_ms: 4_000 });
  ups.echo('/refresh', { status: 403, times: 1 });
  await optIn(admin, places, 'idm', profile);
  await control.changeSettings({ access_token_lifetime_ms: 14_400_000 });
  await noteKeys();
  ups.echo('/1Z', { status: 404, times: 1 });
  ups.echo('/1Z', { status: 500, times: 1 });
  ups.echo('/1Z', { status: 200, times: 1 });
  await at('/idm/packages');
  await admin.press('Follow', { 'Package numbers': '1Z1442YY7229014688\n1Z8A3F470344182065\n1ZCIETST0111111114' });

  await misuse(places, admin);
  for (const status of [400, 500]) {
    ups.echo('/token', { status, times: 1 });
    await walkOptIn(admin, places, 'idh', profile);
    await admin.sees(/Nothing was changed/);
  }
  await failAtStoring(places, admin, profile);
  await optIn(admin, places, 'idh', profile);
  await noteKeys();
  await expect.poll(async () => (await suite.vault.issuedTokens(company.id, 'idm', { page: 1, pageSize: 5 })).total, waiting).toBeGreaterThan(1);
  await at('/idm/token-manager');
  if (places.tokensNameLogins) {
    await optIn(admin, places, 'idm', await newProfile(places));
    await admin.press('Refuse');
  }

  const owner = { ...profile, password: 'seventeen quiet herons' };
  await changePassword(places, profile, owner.password);
  await expect.poll(async () => (await suite.vault.grants(company.id)).map(({ state }) => state), waiting).toEqual(['needs-opt-in', 'needs-opt-in']);
  await optIn(admin, places, 'idm', owner);
  await at('/idm/packages');
  await at('/company-manager/audit');
  await at('/idm/clear');
  await admin.press('Clear');
  await admin.sees('The authorization is cleared');
  await expect.poll(() => webhooks.bodies.some((body) => body.includes('grant.cleared')), waiting).toBe(true);
  await at('/company-manager/webhooks');
  await at('/mailbox');
  await admin.goTo(new URL('/idm', suiteUrl));
  await admin.press('Sign out');
}

/** Asks for a link as somebody who forgot the password, and uses it; once with a password that is refused. */
async function setForgottenPassword({ suiteUrl, database }: JourneyPlaces, who: SignIn): Promise<void> {
  const visitor = new Visitor();
  await visitor.goTo(new URL('/forgot-password?product=idm', suiteUrl));
  await visitor.press('Mail me a link', { 'Sign In name or mail address': who.name });
  let link = '';
  await expect.poll(async () => {
    const { rows } = await sql<{ body: string }>`select body from suite.mail where recipient = ${who.mail} order by id desc limit 1`.execute(database.kysely());
    link = /http\S+set-password\S+/.exec(rows[0]?.body ?? '')?.[0] ?? '';
    return rows[0]?.body;
  }, waiting).toContain('asked for a new password');
  await visitor.goTo(link);
  await visitor.press('Set password', { 'New password': 'wayleave wayleave' });
  await visitor.press('Set password', { 'New password': 'lantern over quiet marsh' });
  await visitor.goTo(link);
}

async function changePassword({ upscomUrl }: JourneyPlaces, profile: SignIn, to: string): Promise<void> {
  const owner = new Visitor();
  await owner.goTo(new URL('/log-in', upscomUrl));
  await owner.press('Log In', { 'Email or Username': profile.name, Password: profile.password });
  await owner.goTo(new URL('/profile', upscomUrl));
  await owner.press('Change password', { 'Current password': profile.password, 'New password': to });
}

/** The database fails in the moment in which the pair of tokens is to be stored. */
async function failAtStoring({ suiteUrl, database }: JourneyPlaces, admin: Visitor, profile: SignIn): Promise<void> {
  await admin.goTo(new URL('/company-manager', suiteUrl));
  await admin.press('Opt-In');
  await admin.press('Continue', { 'Email or Username': profile.name, 'Confidentiality Agreement': true });
  const rename = (from: string, to: string) => sql`alter table ${sql.table(`vault.${from}`)} rename to ${sql.id(to)}`.execute(database.kysely());
  await rename('issued_token', 'issued_token_away');
  try {
    expect((await admin.press('Log In', { Password: profile.password })).status).toBe(500);
  } finally {
    await rename('issued_token_away', 'issued_token');
  }
}

/** Requests with secrets in the wrong places, with forged ones, and with the right ones at the wrong time. */
async function misuse({ suiteUrl, upscomUrl }: JourneyPlaces, admin: Visitor): Promise<void> {
  const session = [...admin.cookies(suiteUrl).values()].join(' ');
  const code = 'Q2FuYXJ5Q29kZTEyMzQ1Njc4OTAxMjM0NTY3ODkw';
  const state = 'oi_Q2FuYXJ5U3RhdGUxMjM0NTY3ODkwMTIzNDU2Nzg5MA';
  const stranger = new Visitor();
  const query = `code=${code}&state=${state}`;
  const paths = [
    `/callback/stand-in/idm?${query}`, `/callback/stand-in/idm?error=access_denied&error_description=${code}&state=${state}`, `/callback/stand-in/idm?${query}&state=${state}`,
    `/callback/production/idm?${query}`, `/callback/stand-in/nobody?${query}`, `/nowhere?${query}&password=${code}`, `/%zz?${query}`, `/set-password?token=lnk-${code}`,
    `/company-manager/members/${state}/remove`,
  ];
  for (const path of paths) for (const visitor of [admin, stranger]) await visitor.request('GET', new URL(path, suiteUrl));
  const form = new URLSearchParams({ csrf: code, password: `forged ${code}`, name: session, token: `lnk-${code}` });
  for (const path of ['/idm/sign-in', '/set-password', '/idm/clear', `/nowhere?${query}`]) {
    for (const headers of [{}, { 'content-type': 'application/json' }, { authorization: `Bearer at-${code}` }]) await admin.request('POST', new URL(path, suiteUrl), form, headers);
  }
  for (const path of ['/lasso/signin', '/lasso/password', '/log-in', '/profile/password']) await stranger.request('POST', new URL(path, upscomUrl), form);
  await stranger.request('GET', new URL('/control/ledger', upscomUrl), undefined, { authorization: `Bearer ${code}` });
}
