import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../browser/index.js';
import { at, choose, confirmed, continueAs, enter, pressButton, status, tokensOf } from './pages.js';
import { newCompany } from './people.js';
import { optedIn, prepareWalk } from './walk.js';

/** A token that UPS made less than a minute ago is not given up at its first refusal. */
const pastTheFirstMinute = 61_000;
const minute = 60_000;
const numbers = Array.from({ length: 40 }, (_, index) => `1Z8A3F47${String(index).padStart(10, '0')}`).join('\n');

const walk = prepareWalk();
let admin: Person;
beforeEach(async () => {
  admin = await walk.browser.person();
  await enter(admin, walk.constellation, walk.company.admin);
});

async function follow(person: Person, list: string): Promise<void> {
  await choose(person, 'Follow packages');
  await person.press('Follow', { 'Package numbers': list });
  await status(person, / added$|were added|was added/).waitFor();
}

/** Opens the profile at UPS.com in a browser of its owner. */
async function openProfile(): Promise<Person> {
  const owner = await walk.browser.person();
  await owner.goTo(walk.constellation.upscomUrl);
  await owner.press('See your profile and the applications connected to it');
  await owner.press('Log In');
  await owner.press('Log In', { 'Email or Username': walk.profile.name, Password: walk.profile.password });
  await owner.seesHeading('Your profile');
  return owner;
}

describe('UPS.com ends it', () => {
  it('for every application when the password changes, also for an idle one; everybody learns of it, and one press opts in again', async () => {
    const { clock, worker } = walk.constellation;
    const newPassword = 'seventeen quiet herons';
    await using user = await walk.browser.person();
    await optedIn(walk, 'idm', 'idh');
    await follow(admin, '1ZCIETST0111111114');
    await worker.tick();
    await enter(user, walk.constellation, walk.company.user, 'idh');
    await user.seesHeading('Delivery History');

    await using owner = await openProfile();
    expect(await owner.page.getByRole('listitem').filter({ hasText: 'Customer Solutions' }).count()).toBe(2);
    await owner.sees('A new password ends every earlier opt-in.');
    await owner.press('Change password', { 'Current password': walk.profile.password, 'New password': newPassword });
    await owner.sees('No application may read your data.');
    clock.advance(pastTheFirstMinute);
    await worker.tick();
    await worker.tick();

    for (const entry of ['Opt-In', 'Help']) {
      await choose(user, entry === 'Opt-In' ? 'Help' : entry);
      await user.seesHeading('UPS.com ended this opt-in');
    }
    await choose(user, 'Opt-In');
    await user.seesHeading('Waiting for an admin to opt in');
    await user.seesHeading('UPS.com ended this opt-in');
    await user.sees('An admin has to opt in again. Admins were told by mail.');
    await choose(user, 'Data Management');
    await user.seesHeading('UPS.com ended this authorization');
    expect(await user.page.getByRole('alert').getByRole('button').count()).toBe(0);

    await using postman = await walk.browser.person();
    await postman.goTo(walk.constellation.suiteUrl);
    await postman.follow('mailbox');
    const letters = postman.page.getByRole('article').filter({ hasText: `To ${walk.company.admin.mail}` });
    for (const subject of ['Intelligent Data Management: UPS.com ended your authorization', 'Intelligent Delivery History: UPS.com ended your opt-in']) {
      const those = letters.filter({ has: postman.page.getByRole('heading', { name: subject, exact: true }) });
      await expect.poll(async () => {
        await worker.tick();
        await postman.page.reload();
        return those.count();
      }, { timeout: 30_000 }).toBe(1);
    }

    await choose(admin, 'Delivery History');
    await admin.page.getByRole('alert').filter({ hasText: 'UPS.com ended this opt-in' }).waitFor();
    await choose(admin, 'Data Management');
    await admin.click(admin.page.getByRole('alert').getByRole('button', { name: 'Authorize', exact: true }));
    await continueAs(admin, walk.profile.name);
    await admin.press('Log In', { Password: newPassword });
    await confirmed(admin);
    expect(await tokensOf(admin)).toEqual(['Opt-in: In use', 'Opt-in: Voided']);
    await choose(admin, 'Delivery History');
    await admin.click(admin.page.getByRole('alert').getByRole('button', { name: 'Opt-In', exact: true }));
    await continueAs(admin, walk.profile.name);
    await admin.press('Log In', { Password: newPassword });
    await confirmed(admin);
    expect(await admin.page.getByRole('alert').count()).toBe(0);
    await user.page.reload();
    await user.seesHeading('Intelligent Data Management');
    expect(await user.page.getByRole('alert').count()).toBe(0);
    await admin.close();
  });

  it('for one application alone when it is withdrawn there', async () => {
    const { clock } = walk.constellation;
    await optedIn(walk, 'idm', 'idh');
    await using owner = await openProfile();
    await pressButton(owner, 'Withdraw Customer Solutions - Intelligent Data Management');
    await owner.page.getByText('Customer Solutions - Intelligent Delivery History').first().waitFor();
    expect(await owner.page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(1);
    clock.advance(pastTheFirstMinute);
    await walk.constellation.worker.tick();
    await choose(admin, 'Home');
    await admin.page.getByRole('alert').filter({ hasText: 'UPS.com ended this authorization' }).waitFor();
    await choose(admin, 'Delivery History');
    await at(admin, walk.constellation.suiteUrl, '/idh/history');
    expect(await admin.page.getByRole('alert').count()).toBe(0);
    await admin.close();
  });
});

describe('Clear', () => {
  it('stops the retrieval that is running, and only that of its own application', async () => {
    const { control, worker, suite, suiteUrl } = walk.constellation;
    await optedIn(walk, 'idm', 'idh');
    await follow(admin, numbers);
    await choose(admin, 'Delivery History');
    await follow(admin, numbers);
    await choose(admin, 'Data Management');
    await choose(admin, 'Admin');
    const begun = new Date().toISOString();
    const calls = async () => (await control.ledger({ since: begun })).filter(({ path }) => path.includes('/track/'));
    const of = (product: 'idm' | 'idh', all: Awaited<ReturnType<typeof calls>>) => {
      const ofApplication = all.filter(({ client_id: id }) => id === suite.config.ups.applications[product].clientId);
      const own = new Set(ofApplication.filter(({ path }) => path.includes('1Z8A3F47')).map(({ grant }) => grant));
      return ofApplication.filter(({ grant }) => own.has(grant));
    };
    await admin.press('Clear');
    await admin.seesHeading('Clear this authorization?');
    await admin.sees('40 packages');
    // Long enough that the calls that are seen to run still do when the button is pressed.
    await control.orderWeather({ endpoint: 'track', latency_ms: 8_000, times: 1_000 });
    const running = worker.tick();
    await expect.poll(async () => of('idm', await calls()).some(({ status }) => status === null), { timeout: 30_000 }).toBe(true);
    const answered = admin.page.waitForResponse((response) => response.request().method() === 'POST' && response.url() === new URL('/idm/clear', suiteUrl).href);
    await pressButton(admin, 'Clear');
    const timing = (await answered).request().timing();
    await status(admin, 'The authorization is cleared').waitFor();
    await admin.sees(/[1-4] calls? (was|were) cut off; the last one ended at/);
    expect(await tokensOf(admin)).toEqual(['Opt-in: Destroyed by Clear']);
    const answeredAt = timing.startTime + Math.max(0, timing.responseStart);
    await control.clearWeather();
    await running;
    const all = await calls();
    expect(of('idm', all).length).toBeLessThan(40);
    expect(of('idm', all).filter(({ at: arrived }) => Date.parse(arrived) > answeredAt)).toEqual([]);
    expect(of('idh', all).length).toBeGreaterThanOrEqual(40);
    expect(of('idh', all).filter(({ at: arrived }) => Date.parse(arrived) > answeredAt).length).toBeGreaterThan(0);
    expect(new Set(of('idh', all).map(({ grant }) => grant)).size).toBe(1);
    await choose(admin, 'Follow packages');
    await admin.sees('Paused: UPS is not asked.');
    await choose(admin, 'Delivery History');
    await at(admin, suiteUrl, '/idh/history');
    await admin.close();
  });
});

describe('another company', () => {
  it('sees nothing of it', async () => {
    const { suiteUrl } = walk.constellation;
    await optedIn(walk, 'idm', 'idh');
    await choose(admin, 'Admin');
    const fingerprint = await admin.page.locator('code').first().innerText();
    await follow(admin, '1ZCIETST0111111114');
    await choose(admin, 'Delivery History');
    await follow(admin, '1ZCIETST0111111114');
    await walk.constellation.worker.tick();
    const other = await newCompany(walk.constellation);
    await using stranger = await walk.browser.person();
    await enter(stranger, walk.constellation, other.admin);
    const seen: string[] = [];
    for (const path of ['/idm', '/idm/token-manager', '/idm/packages', '/idh', '/idh/packages', '/idh/history', '/company-manager', '/idm/help']) {
      await stranger.goTo(new URL(path, suiteUrl));
      seen.push(await stranger.page.locator('body').innerText());
      expect(await stranger.page.locator('.tracking-number').count()).toBe(0);
    }
    expect(seen[1]).toContain('No authorization yet');
    expect(seen[3]).toContain('has not opted in yet');
    for (const secret of [walk.company.name, walk.company.admin.mail, walk.company.user.mail, fingerprint]) expect(seen.join('\n')).not.toContain(secret);
    for (const path of ['/idm/clear', '/idh/clear']) {
      await stranger.goTo(new URL(path, suiteUrl));
      await stranger.seesHeading('There is nothing to clear');
    }
    expect((await walk.constellation.suite.vault.grants(walk.company.id)).map(({ state }) => state)).toEqual(['authorized', 'authorized']);
    await admin.close();
  });
});

describe('time', () => {
  /** Lets time pass at both servers. */
  const pass = async (ms: number): Promise<void> => {
    walk.constellation.clock.advance(ms);
    await walk.constellation.control.advanceClock(ms);
  };

  it('renews the token ahead of its end, which adds a row to the grid, and shows a token as expired that could not be renewed', async () => {
    const { control, worker } = walk.constellation;
    await control.changeSettings({ access_token_lifetime_ms: 20 * minute });
    await optedIn(walk, 'idm');
    await control.changeSettings({ access_token_lifetime_ms: 240 * minute });
    await pass(16 * minute);
    await worker.tick();
    await choose(admin, 'Admin');
    expect(await tokensOf(admin)).toEqual(['Refresh: In use', 'Opt-in: Replaced']);
    await control.orderWeather({ endpoint: 'refresh', status: 503, times: 100 });
    await pass(241 * minute);
    await worker.tick();
    await choose(admin, 'Admin');
    await admin.press('Sign In', { 'Sign In name': walk.company.admin.name, Password: walk.company.admin.password });
    await at(admin, walk.constellation.suiteUrl, '/idm/token-manager');
    expect(await tokensOf(admin)).toEqual(['Refresh: Expired', 'Opt-in: Replaced']);
    await admin.seesHeading('An answer of UPS.com was lost');
    await control.clearWeather();
    await pass(16 * minute);
    await worker.tick();
    await pressButton(admin, 'Check now');
    await status(admin, 'The authorization stands').waitFor();
    const renewed = await tokensOf(admin);
    expect(renewed).toEqual(['Refresh: In use', expect.stringMatching(/^Refresh: (Expired|Replaced)$/), 'Opt-in: Replaced']);
    await pass(241 * minute);
    await choose(admin, 'Admin');
    await admin.press('Sign In', { 'Sign In name': walk.company.admin.name, Password: walk.company.admin.password });
    await pressButton(admin, 'Check now');
    await status(admin, 'The authorization stands').waitFor();
    expect(await tokensOf(admin)).toEqual(['Refresh: In use', 'Refresh: Replaced', ...renewed.slice(1)]);
    await admin.close();
  });

  it('ends a session that nobody uses, and after signing in again one is where one wanted to go', async () => {
    await choose(admin, 'Admin');
    await admin.seesHeading('Token Manager');
    walk.constellation.clock.advance(29 * minute);
    await choose(admin, 'Help');
    await admin.seesHeading('Help');
    walk.constellation.clock.advance(31 * minute);
    await choose(admin, 'Admin');
    await admin.seesHeading('Intelligent Data Management');
    await admin.press('Sign In', { 'Sign In name': walk.company.admin.name, Password: walk.company.admin.password });
    await at(admin, walk.constellation.suiteUrl, '/idm/token-manager');
    await admin.close();
  });
});
