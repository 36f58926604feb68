import { agreementVersion } from '../sign-in/agreement.js';
import type { PeopleSite } from './people-site.js';
import type { Answer, Visitor } from './visitor.js';

type SignInParameters = Parameters<PeopleSite['signInPath']>[0];

/** Passes the Log In page and gives the Password page. */
export async function passLogInPage(site: PeopleSite, visitor: Visitor, typed: string, parameters: SignInParameters = {}): Promise<Answer> {
  return passThisLogInPage(visitor, await visitor.get(site.signInPath(parameters)), typed);
}

/** Fills in a Log In page that is open already. */
export async function passThisLogInPage(visitor: Visitor, logIn: Answer, typed: string): Promise<Answer> {
  const answer = await visitor.submit(logIn, '/lasso/signin', { username: typed, agreement: agreementVersion, action: 'continue' });
  if (answer.status !== 303) throw new Error(`the Log In page answered ${answer.status}`);
  return visitor.follow(answer);
}

/** Gives the password on the Password page; the answer is the redirect, or the page again. */
export function givePassword(visitor: Visitor, page: Answer, password: string): Promise<Answer> {
  return visitor.submit(page, '/lasso/password', { password, action: 'log-in' });
}

/** Logs in to the profile's own pages. */
export async function logInDirectly(visitor: Visitor, username: string, password: string): Promise<Answer> {
  return visitor.submit(await visitor.get('/log-in'), '/log-in', { username, password });
}
