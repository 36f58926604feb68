import { beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, type Person } from '../browser/index.js';
import { begin, confirmed, continueAs, enter, optInByMenu, pressButton, status } from './pages.js';
import { optedIn, prepareWalk } from './walk.js';

const walk = prepareWalk();
let person: Person;
beforeEach(async () => {
  person = await walk.browser.person();
});

/** Looks at the page in front. */
async function look(name: string): Promise<void> {
  expect.soft(await faultsOf(person), name).toEqual([]);
}

/** Looks at the page with this address. */
async function lookAt(path: string, base: URL = walk.constellation.suiteUrl): Promise<void> {
  await person.goTo(new URL(path, base));
  await look(path);
}

describe('axe finds nothing, in light and dark, wide and narrow, and 320 px are enough', () => {
  it('on the pages before signing in', async () => {
    await lookAt('/');
    await lookAt('/idm/sign-in');
    await lookAt('/idh/sign-in');
    await person.press('Sign In', { 'Sign In name': walk.company.admin.name, Password: 'not this one' });
    await person.page.getByRole('alert').waitFor();
    await look('a refused sign-in');
    await lookAt('/forgot-password?product=idm');
    await person.press('Mail me a link', { 'Sign In name or mail address': walk.company.user.mail });
    await person.seesHeading('Look into your mail');
    await look('a link is mailed');
    await lookAt('/mailbox');
    await person.click(person.page.getByRole('link', { name: /set-password/ }).first());
    await person.seesHeading('Set your password');
    await look('a new password');
    await person.press('Set password', { 'New password': 'short' });
    await person.page.locator('#password-error').waitFor();
    await look('a refused password');
    await person.press('Set password', { 'New password': 'four other words here' });
    await person.seesHeading('Your password is set');
    await look('the password is set');
    await lookAt('/set-password?token=dead');
    await lookAt('/nowhere');
    await lookAt('/idm/not-completed');
    await person.close();
  });

  it('on the pages of an admin of Intelligent Data Management', async () => {
    await enter(person, walk.constellation, walk.company.admin);
    await look('home, not authorized');
    await lookAt('/idm/token-manager');
    await lookAt('/idm/packages');
    await lookAt('/idm/help');
    await begin(person, 'idm');
    await pressButton(person, 'Cancel');
    await person.seesHeading('The authorization was cancelled');
    await look('a cancelled authorization');
    await optInByMenu(person, 'idm', walk.profile);
    await look('Token Manager, authorized');
    await lookAt('/idm');
    await lookAt('/idm/packages');
    await person.press('Follow', { 'Package numbers': '1ZCIETST0111111114\nno number!\n1Z8A3F470344182065' });
    await person.page.getByRole('list', { name: 'What is wrong in the list' }).waitFor();
    await look('a refused list');
    await person.press('Follow', { 'Package numbers': '1ZCIETST0111111114\n1Z8A3F470344182065\n1ZCIETST0422222228' });
    await person.sees('3 packages were added');
    await look('packages to be asked for');
    await walk.constellation.worker.tick();
    await lookAt('/idm/packages');
    await lookAt('/idm/clear');
    await pressButton(person, 'Clear');
    await status(person, 'The authorization is cleared').waitFor();
    await look('Token Manager, cleared');
    await lookAt('/idm/nowhere');
    await person.close();
  });

  it('on the pages of an admin of Intelligent Delivery History', async () => {
    await enter(person, walk.constellation, walk.company.admin, 'idh');
    await look('opt-in screen');
    await lookAt('/company-manager');
    await lookAt('/company-manager/members/add');
    await person.press('Add the member', { Mail: 'nobody' });
    await person.page.locator('#mail-error').waitFor();
    await look('a refused member');
    await lookAt('/company-manager');
    await person.press('Save', { Name: 'Robin Vale', Mail: 'robin.vale', Phone: '+1 212 555 0142' });
    await person.page.locator('#mail-error').waitFor();
    await look('a refused Account Executive');
    await person.press('Save', { Name: 'Robin Vale', Mail: 'robin.vale@carrier.example' });
    await status(person, 'The Account Executive is saved').waitFor();
    await person.click(person.page.getByRole('link', { name: `Remove ${walk.company.user.mail}` }));
    await person.seesHeading(`Remove ${walk.company.user.mail}?`);
    await look('removing a member');
    await optInByMenu(person, 'idh', walk.profile);
    await look('company manager, opted in');
    await lookAt('/idh/history');
    await lookAt('/idh/packages');
    await person.press('Follow', { 'Package numbers': '1ZCIETST0111111114' });
    await person.sees('1 package was added');
    await walk.constellation.worker.tick();
    await lookAt('/idh/history');
    await lookAt('/idh/clear');
    await lookAt('/idh/help');
    await person.close();
  });

  it('on the pages of a user, and on those of an ended opt-in', async () => {
    const { control, worker, clock, suiteUrl } = walk.constellation;
    await enter(person, walk.constellation, walk.company.user, 'idh');
    await look('opt-in screen of a user');
    await lookAt('/idm');
    await lookAt('/company-manager');
    await optedIn(walk, 'idm', 'idh');
    await lookAt('/idm');
    await lookAt('/idm/packages');
    await control.orderWeather({ endpoint: 'track', status: 401, content_type: 'application/json', body: '{"response":{"errors":[{"code":"250002","message":"Invalid Authentication Information."}]}}', times: 100 });
    await control.orderWeather({ endpoint: 'refresh', status: 400, content_type: 'application/json', body: '{"response":{"errors":[{"code":"10400","message":"Invalid Refresh Token"}]}}', times: 100 });
    clock.advance(61_000);
    await worker.tick();
    await worker.tick();
    await control.clearWeather();
    await lookAt('/idm');
    await lookAt('/idh');
    await person.close();
    person = await walk.browser.person();
    await enter(person, walk.constellation, walk.company.admin);
    await lookAt('/idm/token-manager');
    await lookAt('/idh');
    await lookAt('/mailbox');
    await lookAt('/company-manager');
    await person.goTo(new URL('/idm', suiteUrl));
    await control.orderWeather({ endpoint: 'token', status: 503 });
    await begin(person, 'idm');
    await continueAs(person, walk.profile.name);
    await person.press('Log In', { Password: walk.profile.password });
    await person.seesHeading(/UPS\.com/);
    await look('a failed authorization');
    await person.close();
  });

  it('on the pages of the stand-in', async () => {
    const { upscomUrl } = walk.constellation;
    await enter(person, walk.constellation, walk.company.admin);
    await begin(person, 'idm');
    await look('Log In');
    const logInPage = new URL(person.page.url());
    await person.press('Continue');
    await person.sees('tick the box');
    await look('Log In, nothing typed and no box ticked');
    await continueAs(person, walk.profile.name);
    await look('Password');
    await person.press('Log In', { Password: 'not this one' });
    await person.sees('This password does not belong');
    await look('a wrong password');
    await person.press('Log In', { Password: walk.profile.password });
    await confirmed(person);
    for (const path of ['/lasso/technology-agreement', '/lasso/signup', '/lasso/forgot', '/profile', '/log-in', '/', '/lasso/signin', '/nowhere']) await lookAt(path, upscomUrl);
    await lookAt(`/lasso/signup${logInPage.search}`, upscomUrl);
    await person.press('Sign up');
    await person.sees('There is no profile yet');
    await look('a refused sign-up');
    await lookAt(`/lasso/forgot${logInPage.search}`, upscomUrl);
    await person.press('Mail a link', { 'Email or Username': walk.profile.name });
    await person.seesHeading('Look into your mailbox');
    await look('a link is mailed');
    await person.press("Open the stand-in's mailbox");
    await person.seesHeading('Mailbox');
    await look('the mailbox');
    await person.click(person.page.getByRole('article').filter({ hasText: `to ${walk.profile.mail}` }).first().getByRole('link').first());
    await person.seesHeading('Set a new password');
    await look('a new password');
    await person.close();
  });
});
