import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../browser/index.js';
import { at, begin, choose, confirmed, continueAs, enter, menu, pressButton, tokensOf } from './pages.js';
import { optedIn, prepareWalk } from './walk.js';

const walk = prepareWalk();

/** Opens the newest mail of the stand-in to this address, and the link in it. */
async function openLinkInMailbox(person: Person, mail: string): Promise<void> {
  await person.press("Open the stand-in's mailbox");
  await person.seesHeading('Mailbox');
  await person.click(person.page.getByRole('article').filter({ hasText: `to ${mail}` }).first().getByRole('link').first());
}

describe('a user, who is no admin,', () => {
  it('gets no button, is told who can, and is refused at the addresses of admins', async () => {
    const { suiteUrl } = walk.constellation;
    await using user = await walk.browser.person();
    const { page } = user;
    await enter(user, walk.constellation, walk.company.user, 'idm');
    expect(await menu(user).getByRole('link').allInnerTexts()).toEqual(['Home', 'Follow packages', 'Delivery History', 'Help']);
    await user.seesHeading('Who can authorize');
    await page.getByRole('main').getByRole('rowheader', { name: walk.company.admin.mail }).waitFor();
    await choose(user, 'Delivery History');
    await user.seesHeading('Waiting for an admin to opt in');
    await user.seesHeading('Who can opt in');
    await page.getByRole('main').getByRole('rowheader', { name: walk.company.admin.mail }).waitFor();
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Sign out']);
    expect(await page.getByRole('main').getByRole('link', { name: 'Opt-In' }).count()).toBe(0);
    for (const path of ['/idm/token-manager', '/idm/clear', '/idh/clear', '/company-manager', '/company-manager/members/add']) {
      const answer = await page.goto(new URL(path, suiteUrl).href);
      expect([path, answer?.status()]).toEqual([path, 403]);
      await user.seesHeading('Only an admin may do this');
      await page.getByRole('rowheader', { name: walk.company.admin.mail }).waitFor();
    }
  });
});

describe('somebody who cannot log in at UPS.com at once', () => {
  let admin: Person;
  beforeEach(async () => {
    admin = await walk.browser.person();
    await enter(admin, walk.constellation, walk.company.admin);
  });

  /** The rest of the way from UPS.com's Log In page, where the name is filled in already. */
  async function finish(password: string): Promise<void> {
    await admin.seesHeading('Log In');
    await admin.tick('Confidentiality Agreement');
    await pressButton(admin, 'Continue');
    await admin.press('Log In', { Password: password });
    await confirmed(admin);
    await admin.close();
  }

  it('signs up in the middle of the opt-in and goes on with it', async () => {
    const newcomer = { name: `new-${walk.profile.name}`, mail: `new.${walk.profile.mail}`, password: 'quiet herons over marsh' };
    await begin(admin, 'idm');
    await admin.follow('Sign up');
    await admin.sees('The authorization you came for waits');
    await admin.press('Sign up', { Username: newcomer.name, Email: newcomer.mail, Password: newcomer.password });
    await openLinkInMailbox(admin, newcomer.mail);
    await admin.press('Confirm');
    await admin.sees('your profile is ready');
    expect(await admin.page.getByLabel('Email or Username').inputValue()).toBe(newcomer.name);
    expect(await admin.page.getByRole('checkbox').isChecked()).toBe(false);
    await finish(newcomer.password);
  });

  it('has a forgotten username mailed and goes on', async () => {
    await begin(admin, 'idm');
    await admin.follow('Forgot Username/Password');
    await admin.sees('The authorization you came for waits');
    await admin.press('Mail my username', { Email: walk.profile.mail });
    await admin.press("Open the stand-in's mailbox");
    const mail = admin.page.getByRole('article').filter({ hasText: `to ${walk.profile.mail}` }).first();
    await mail.getByText(`Your username is ${walk.profile.name}.`).waitFor();
    await admin.click(mail.getByRole('link'));
    await admin.fill('Email or Username', walk.profile.name);
    await finish(walk.profile.password);
  });

  it('sets a new password for a forgotten one and goes on; the opt-in of before is over', async () => {
    const password = 'seventeen quiet herons';
    await optedIn(walk, 'idm');
    await choose(admin, 'Delivery History');
    await begin(admin, 'idh');
    await continueAs(admin, walk.profile.name);
    await admin.follow('Forgot Username/Password');
    await admin.sees('A new password ends every earlier opt-in.');
    await admin.press('Mail a link', { 'Email or Username': walk.profile.name });
    await openLinkInMailbox(admin, walk.profile.mail);
    await admin.seesHeading('Set a new password');
    await admin.sees('A new password ends every earlier opt-in.');
    await admin.press('Set the new password', { 'New password': password });
    await admin.sees('Your password was changed.');
    walk.constellation.clock.advance(61_000);
    await finish(password);
    const grants = async () => (await walk.constellation.suite.vault.grants(walk.company.id)).map(({ application, state }) => `${application}: ${state}`);
    expect(await grants()).toEqual(['idm: authorized', 'idh: authorized']);
    await walk.constellation.worker.tick();
    expect(await grants()).toEqual(['idm: needs-opt-in', 'idh: authorized']);
  });

  it('types a wrong password and an unknown name, which look alike, and then the right ones', async () => {
    await begin(admin, 'idm');
    await continueAs(admin, walk.profile.name);
    await admin.press('Log In', { Password: 'not this one at all' });
    await admin.sees('This password does not belong to the email or username above. Nothing was authorized.');
    expect(await admin.page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await admin.follow('Log in with another name');
    await continueAs(admin, 'nobody-of-that-name');
    await admin.press('Log In', { Password: walk.profile.password });
    await admin.sees('This password does not belong to the email or username above. Nothing was authorized.');
    expect((await walk.constellation.suite.vault.grant(walk.company.id, 'idm')).state).toBe('none');
    await admin.follow('Log in with another name');
    await continueAs(admin, walk.profile.name);
    await admin.press('Log In', { Password: walk.profile.password });
    await confirmed(admin);
    await admin.close();
  });

  it('leaves the box unticked, and goes no further without it', async () => {
    await begin(admin, 'idm');
    await admin.press('Continue', { 'Email or Username': walk.profile.name });
    await admin.sees('To go on, tick the box. Without it the application gets nothing.');
    await admin.seesHeading('Log In');
    expect(await admin.page.getByLabel('Email or Username').inputValue()).toBe(walk.profile.name);
    expect(await admin.page.getByRole('checkbox').isChecked()).toBe(false);
    await finish(walk.profile.password);
  });

  it('cancels on either page, and what was there before stays', async () => {
    await begin(admin, 'idm');
    await pressButton(admin, 'Cancel');
    await admin.seesHeading('The authorization was cancelled');
    await admin.sees('Nothing was changed.');
    expect(admin.page.url()).toBe(new URL('/idm/not-completed', walk.constellation.suiteUrl).href);
    await pressButton(admin, 'Start again');
    await continueAs(admin, walk.profile.name);
    await admin.press('Log In', { Password: walk.profile.password });
    await confirmed(admin);
    await begin(admin, 'idm');
    await continueAs(admin, walk.profile.name);
    await pressButton(admin, 'Cancel');
    await admin.sees('Nothing was changed: the authorization you had before still works.');
    await admin.press('Back to Token Manager');
    expect(await tokensOf(admin)).toEqual(['Opt-in: In use']);
    await admin.close();
  });

  it('takes too long, is told so, and starts again', async () => {
    await begin(admin, 'idm');
    await continueAs(admin, walk.profile.name);
    walk.constellation.clock.advance(11 * 60_000);
    await admin.press('Log In', { Password: walk.profile.password });
    await admin.seesHeading('That took too long');
    await admin.page.getByRole('region', { name: 'Account Executive', exact: true }).waitFor();
    await pressButton(admin, 'Start again');
    await admin.fill('Email or Username', walk.profile.name);
    await finish(walk.profile.password);
  });
});

describe('several tabs', () => {
  it('finish their opt-ins independently and in any order', async () => {
    const { suiteUrl } = walk.constellation;
    await using first = await walk.browser.person();
    await enter(first, walk.constellation, walk.company.admin);
    const tabs = [first, await first.newTab(), await first.newTab(), await first.newTab()] as const;
    const [idm, idh, idmAgain, idhAgain] = tabs;
    const ways = [[idm, 'idm'], [idh, 'idh'], [idmAgain, 'idm'], [idhAgain, 'idh']] as const;
    for (const [tab, product] of ways) {
      await tab.goTo(new URL(`/${product}`, suiteUrl));
      await begin(tab, product);
    }
    for (const [tab] of ways) await continueAs(tab, walk.profile.name);
    for (const tab of [idhAgain, idm, idmAgain, idh]) {
      await tab.press('Log In', { Password: walk.profile.password });
      await confirmed(tab);
    }
    await at(idmAgain, suiteUrl, '/idm/token-manager');
    expect(await tokensOf(idmAgain)).toEqual(['Opt-in: In use', 'Opt-in: Replaced']);
    expect((await walk.constellation.suite.vault.grants(walk.company.id)).map(({ state }) => state)).toEqual(['authorized', 'authorized']);
    for (const tab of tabs) expect(tab.complaints).toEqual([]);
  });
});
