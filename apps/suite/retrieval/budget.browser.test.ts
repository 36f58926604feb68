import { faultsOf, openBrowser, type TestBrowser } from '@wayleave/dev/browser';
import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const settings = { UPS_FOLLOW_CALLS_PER_MINUTE: '20', UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY: '20', FOLLOW_INTERVAL_SECONDS: '3600' };
const numbers = '1Z8A3F470344182065 1Z8A3F470344182066 1Z8A3F470344182067';
const zonedTime = String.raw`\d+ \w{3} \d{4} \d+:\d\d\s[AP]M E[SD]T`;

describe('Follow packages beyond the budgets', () => {
  let browser: TestBrowser;
  let constellation: TestConstellation;
  beforeAll(async () => {
    [browser, constellation] = await Promise.all([openBrowser(), startTestConstellation({ settings })]);
  });
  afterAll(async () => {
    await browser.close();
    await constellation.stop();
  });

  it('says whose budget is used up, how many packages wait, and with its zone when it goes on; and goes on', async () => {
    const { signIns, clock, worker } = constellation;
    await using first = await browser.person();
    await using second = await browser.person();
    for (const [person, who] of [[first, signIns.admin], [second, signIns.otherAdmin]] as const) {
      const admin = new Visitor();
      await signIn(admin, constellation, who);
      await optIn(admin, constellation, 'idm', signIns.profile);
      await signIn(person, constellation, who);
      await person.follow('Follow packages');
      await person.press('Follow', { 'Package numbers': numbers });
      await person.sees('3 packages were added');
    }
    await worker.tick();
    await first.sees(new RegExp(`2 packages wait to be asked about, because for one company UPS is asked at most 20 times a minute\\. It goes on by itself, with those that wait longest, at ${zonedTime}`));
    await second.sees(new RegExp(`3 packages wait to be asked about, because Intelligent Data Management asks UPS at most 20 times a minute for all companies together\\. It goes on by itself, with those that wait longest, at about ${zonedTime}`));
    await second.sees('0 done, 3 to go');
    for (const person of [first, second]) expect(await faultsOf(person)).toEqual([]);
    for (let turn = 0; turn < 8; turn += 1) {
      clock.advance(4_000);
      await worker.tick();
    }
    for (const person of [first, second]) {
      await person.sees('UPS is asked again by itself.');
      await expect.poll(() => person.page.getByText('Not known to UPS').count(), { timeout: 30_000 }).toBe(3);
    }
  });
});
