import { openBrowser, type Person, type TestBrowser } from '@wayleave/dev/browser';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, startPeopleSite, type PeopleSite } from '../tests/people-site.js';

const username = 'harborpine-shipping';

describe('the pages in a browser', () => {
  let site: PeopleSite;
  let browser: TestBrowser;
  let application: Server;
  let callback: string;
  let signIn: string;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startPeopleSite(), openBrowser()]);
    application = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><h1>Back at the application</h1>'));
    await new Promise<void>((resolve) => application.listen(0, 'localhost', resolve));
    callback = `http://localhost:${(application.address() as AddressInfo).port}/callback`;
    const { application: registered } = await site.authorization.registerApplication({ displayName: 'Intelligent Data Management', redirectUris: [callback] });
    signIn = new URL(site.signInPath({ client_id: registered.clientId, redirect_uri: callback }), site.publicUrl).href;
  });
  afterAll(async () => {
    await browser.close();
    application.closeAllConnections();
    application.close();
    await site[Symbol.asyncDispose]();
  });

  const here = (path: string) => new URL(path, site.publicUrl);

  async function toPassword(person: Person): Promise<void> {
    await person.goTo(signIn);
    await person.fill('Email or Username', username);
    await person.tick('Confidentiality Agreement');
    await person.press('Continue');
    await person.seesHeading('Password');
    await person.sees(`Welcome back, ${username}`);
  }

  it('SS06 reach the application after the password, and after Cancel on either page', async () => {
    await using person = await browser.person();
    await toPassword(person);
    await person.fill('Password', password);
    await person.press('Log In');
    await person.seesHeading('Back at the application');
    expect(new URL(person.page.url()).searchParams.get('code')).toMatch(/==$/);
    await toPassword(person);
    await person.press('Cancel');
    await person.seesHeading('Back at the application');
    expect(new URL(person.page.url()).searchParams.get('error')).toBe('access_denied');
    await person.goTo(signIn);
    await person.press('Cancel');
    await person.seesHeading('Back at the application');
  });

  it('are completed with the keyboard alone and without script', async () => {
    await using person = await browser.person({ javaScriptEnabled: false });
    await person.goTo(signIn);
    const { keyboard } = person.page;
    const focused = () => person.page.locator(':focus');
    await person.page.getByLabel('Email or Username').focus();
    await keyboard.type(username);
    while (!await focused().and(person.page.getByRole('checkbox')).isVisible()) await keyboard.press('Tab');
    await keyboard.press('Space');
    while (!await focused().and(person.control('Continue')).isVisible()) await keyboard.press('Tab');
    await person.hit('Enter');
    await person.seesHeading('Password');
    await focused().and(person.page.getByLabel('Password', { exact: true })).waitFor();
    await keyboard.type(password);
    await person.hit('Enter');
    await person.seesHeading('Back at the application');
  });

  it('AZ18 show a plain page when a finished form is sent again after Back', async () => {
    await using person = await browser.person();
    await toPassword(person);
    await person.fill('Password', password);
    await person.press('Log In');
    await person.seesHeading('Back at the application');
    await person.page.goBack();
    await person.seesHeading('This log-in is already finished');
  });

  it('fit 320 px with controls of 44, and break no policy', async () => {
    await using person = await browser.person({ viewport: { width: 320, height: 700 } });
    const check = async () => {
      expect(await person.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      const small = await person.page.locator('button:visible, .button:visible').evaluateAll((controls) => controls.filter((control) => control.getBoundingClientRect().height < 44).map((control) => control.textContent));
      expect(small).toEqual([]);
    };
    await person.goTo(signIn);
    await check();
    await person.press('Continue');
    await check();
    await toPassword(person);
    await check();
    await person.fill('Password', 'not this one');
    await person.press('Log In');
    await person.sees('This password does not belong');
    await check();
    await person.fill('Password', password);
    await person.press('Log In');
    await person.seesHeading('Back at the application');
    await person.goTo(here('/profile'));
    await check();
    await person.press('Change password');
    await check();
    for (const path of ['/', '/log-in', '/lasso/signup', '/lasso/technology-agreement', '/lasso/reset', '/lasso/signin', '/nowhere']) {
      await person.goTo(here(path));
      await check();
    }
    await person.goTo(here('/lasso/signup'));
    await person.press('Sign up');
    await check();
    await person.goTo(here('/lasso/forgot'));
    await check();
    await person.fill('Email or Username', username);
    await person.press('Mail a link');
    await check();
    await person.press("Open the stand-in's mailbox");
    await check();
    await person.click(person.page.locator('.mail a').first());
    await person.seesHeading('Set a new password');
    await check();
  });
});
