import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from '../browser/index.js';
import { optIn, signIn } from '../constellation/index.js';
import { databaseKinds } from '../database/index.js';
import { startDeployment, type Deployment } from '../deployment/index.js';
import { Visitor } from '../visitor/index.js';
import { walkIdhGuide } from './idh-guide.js';
import { walkIdmGuide } from './idm-guide.js';
import { choose, enter, status } from './pages.js';
import { newCompany, newProfile } from './people.js';

const settings = { FOLLOW_INTERVAL_SECONDS: '1', PROBE_INTERVAL_SECONDS: '1' };

describe.runIf(databaseKinds().includes('postgres'))('two web and two worker processes, taken in turn', () => {
  let browser: TestBrowser;
  let deployment: Deployment;
  beforeAll(async () => {
    [browser, deployment] = await Promise.all([openBrowser(), startDeployment({ webs: 2, workers: 2, settings })]);
  });
  afterAll(async () => {
    await browser.close();
    await deployment.stop();
  });

  it('serve the guide of Intelligent Data Management', () => walkIdmGuide(browser, deployment, async () => {}));

  it('serve the guide of Intelligent Delivery History', () => walkIdhGuide(browser, deployment));

  it('bring every open page up to date, whichever process serves it', async () => {
    const [company, profile] = await Promise.all([newCompany(deployment), newProfile(deployment)]);
    await using admin = await browser.person();
    const visitor = new Visitor();
    await signIn(visitor, deployment, company.admin);
    await optIn(visitor, deployment, 'idm', profile);
    await enter(admin, deployment, company.admin);
    const readers = await Promise.all([browser.person(), browser.person()]);
    for (const reader of readers) {
      await enter(reader, deployment, company.user);
      await choose(reader, 'Follow packages');
      await reader.sees('Nothing is followed yet');
    }
    await choose(admin, 'Follow packages');
    await admin.press('Follow', { 'Package numbers': '1Z1442YY7229014688' });
    await status(admin, '1 package was added').waitFor();
    for (const person of [admin, ...readers]) await person.sees('Delivered');
    for (const reader of readers) await reader.close();
  });

  it('count open lists and wrong passwords together', async () => {
    const { suiteUrl } = deployment;
    const company = await newCompany(deployment);
    const user = new Visitor();
    await signIn(user, deployment, company.user);
    const cookie = [...user.cookies(suiteUrl)].map(([name, value]) => `${name}=${value}`).join('; ');
    const closing = new AbortController();
    const pauses = await Promise.all(Array.from({ length: 6 }, async () => {
      const answer = await fetch(new URL('/idm/packages/live', suiteUrl), { headers: { cookie }, signal: closing.signal });
      const { value } = (await answer.body?.getReader().read()) ?? {};
      return /^retry: \d+/.exec(Buffer.from(value ?? []).toString())?.[0];
    }));
    closing.abort();
    expect(pauses.sort()).toEqual([...Array<string>(2).fill('retry: 30000'), ...Array<string>(4).fill('retry: 5000')]);

    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const stranger = new Visitor();
      await stranger.goTo(new URL('/idm/sign-in', suiteUrl));
      statuses.push((await stranger.press('Sign In', { 'Sign In name': company.admin.name, Password: 'not this one' })).status);
    }
    expect([...new Set(statuses.slice(0, 10)), statuses[10]]).toEqual([422, 429]);
    const [first = 0, second = 0] = deployment.proxy.counts;
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
  });
});
