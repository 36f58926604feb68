import { faultsOf, openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker } from '../index.js';
import { password, startTestSuite, type TestSuite } from '../tests/test-suite.js';
import { answering, startReceiver, type Receiver } from './tests/receiver.js';

describe('the pages of webhooks in a browser', () => {
  let suite: TestSuite;
  let browser: TestBrowser;
  let receiver: Receiver;
  const path = '/company-manager/webhooks';
  beforeAll(async () => {
    [suite, browser, receiver] = await Promise.all([startTestSuite(), openBrowser(), startReceiver()]);
  });
  afterAll(async () => {
    await browser.close();
    await receiver[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  const at = (to: string) => new URL(to, suite.url);

  it.each([true, false])('are worked by the keyboard alone, from adding an endpoint to removing it, without fault, with script %s', async (javaScriptEnabled) => {
    await using person = await browser.person({ javaScriptEnabled });
    const { keyboard } = person.page;
    const reach = async (name: string) => {
      for (let presses = 0; presses < 80; presses += 1) {
        await keyboard.press('Tab');
        const focused = await person.page.evaluate(() => {
          const element = document.activeElement ?? document.body;
          return { name: element.getAttribute('aria-label') ?? (element.id || element.textContent.trim()), outline: getComputedStyle(element).outlineStyle };
        });
        if (focused.name.startsWith(name)) return expect([name, focused.outline]).toEqual([name, 'solid']);
      }
      throw new Error(`"${name}" was not reached`);
    };
    const faults: string[] = [];
    const look = async () => void (javaScriptEnabled && faults.push(...(await faultsOf(person))));

    await person.goTo(at('/idh/sign-in'));
    await person.press('Sign In', { 'Sign In name': suite.admin.signInName, Password: password });
    await person.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
    await person.goTo(at('/company-manager'));
    await reach('Open webhooks');
    await person.hit('Enter');
    await person.sees('No endpoints yet');
    await look();
    await reach('Add an endpoint');
    await person.hit('Enter');
    await person.page.locator('#url:focus').waitFor();
    await keyboard.type('http://nowhere');
    await reach('events-grant.refreshed');
    await keyboard.press('Space');
    await reach('Add the endpoint');
    await person.hit('Enter');
    await person.sees('leads to no server of the public internet');
    expect(await person.page.locator('[id="events-grant.refreshed"]').isChecked()).toBe(false);
    expect(await person.page.locator('[id="events-grant.voided"]').isChecked()).toBe(true);
    await look();
    await person.fill('Address', receiver.url);
    await person.hit('Enter');
    await person.sees('Copy the secret now');
    expect(await person.page.getByLabel('Secret', { exact: true }).inputValue()).toMatch(/^whsec_/);
    await look();
    await reach('I have copied it');
    await person.hit('Enter');
    await person.seesHeading('Endpoints');
    expect(await person.page.content()).not.toContain('whsec_');

    receiver.answer = answering(410);
    await reach('Send a test event');
    await person.hit('Enter');
    await person.sees('A test event is on its way');
    await createWorker(suite.context).tick();
    await person.goTo(at(path));
    await person.sees('Given up');
    await look();
    receiver.answer = answering(500);
    await reach('Enable the endpoint');
    await person.hit('Enter');
    await person.sees('is enabled');
    await reach('Send again');
    await person.hit('Enter');
    await person.sees('The delivery is sent again');
    await createWorker(suite.context).tick();
    await person.goTo(at(path));
    await person.sees('Retrying');
    await look();
    await reach('Remove the endpoint');
    await person.hit('Enter');
    await person.page.locator('h2:focus').filter({ hasText: 'Remove the endpoint' }).waitFor();
    await look();
    await reach('Remove');
    await person.hit('Enter');
    await person.sees('No endpoints yet');
    expect(faults).toEqual([]);
  });
});
