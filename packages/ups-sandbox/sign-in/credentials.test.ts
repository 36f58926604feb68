import { databaseKinds } from '@wayleave/dev/database';
import { timeTells } from '@wayleave/dev/timing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '../profile/profile.js';
import { givePassword, logInDirectly, passLogInPage } from '../tests/opt-in.js';
import { password, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import type { Answer, Visitor } from '../tests/visitor.js';

describe.each(databaseKinds())('limits of log-ins, on %s', (kind) => {
  let site: PeopleSite;
  let profile: Profile;
  beforeAll(async () => {
    site = await startPeopleSite({ kind });
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    profile = await site.newProfile();
    site.clock.advance(site.settings.attemptWindowMs);
  });

  /** Wrong passwords on one Password page until one is not answered by 422; how many were. */
  async function triesUntilLimited(visitor: Visitor, page: Answer, most: number): Promise<number> {
    for (let tries = 0; tries < most; tries += 1) {
      const answer = await givePassword(visitor, page, `wrong guess ${tries}`);
      if (answer.status === 422) continue;
      expect(answer.status).toBe(429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      return tries;
    }
    return most;
  }

  it('RL01 limits a stranger on one account, and lets the owner in from the usual browser', async () => {
    const owner = site.visitor();
    expect((await logInDirectly(owner, profile.username, password)).status).toBe(303);
    const stranger = site.visitor();
    const page = await passLogInPage(site, stranger, profile.username);
    expect(await triesUntilLimited(stranger, page, 20)).toBe(site.settings.nameAttempts);
    expect((await givePassword(stranger, page, password)).status).toBe(429);
    const own = await passLogInPage(site, owner, profile.username);
    expect((await givePassword(owner, own, password)).status).toBe(303);
    site.clock.advance(site.settings.attemptWindowMs);
    expect((await givePassword(stranger, await passLogInPage(site, stranger, profile.username), password)).status).toBe(303);
  });

  it('RL01 limits the usual browser too, and a copied cookie counts for its own profile only', async () => {
    const owner = site.visitor();
    await logInDirectly(owner, profile.username, password);
    const page = await passLogInPage(site, owner, profile.username);
    expect(await triesUntilLimited(owner, page, 40)).toBe(site.settings.browserAttempts);
    const other = await site.newProfile();
    const page2 = await passLogInPage(site, owner, other.username);
    expect(await triesUntilLimited(owner, page2, 40)).toBe(site.settings.nameAttempts);
  });

  it('RL01 a new device cookie comes from the server alone, never from the browser', async () => {
    const visitor = site.visitor();
    visitor.cookies.set('upscom_device', 'dev-planted-by-somebody-else');
    await logInDirectly(visitor, profile.username, password);
    expect(visitor.cookies.get('upscom_device')).toMatch(/^dev-[\w-]{43}$/);
  });

  it('RL02 limits one address over many names', async () => {
    const sprayer = site.visitor('127.0.0.77');
    const page = await sprayer.get('/log-in');
    const statuses: number[] = [];
    for (let name = 0; name < 100; name += 1) {
      statuses.push((await sprayer.submit(page, '/log-in', { username: `sprayed-${kind}-${name}`, password })).status);
    }
    expect(statuses.filter((status) => status === 422)).toHaveLength(site.settings.addressAttempts);
    expect(statuses.slice(site.settings.addressAttempts).every((status) => status === 429)).toBe(true);
    expect((await logInDirectly(site.visitor('127.0.0.78'), profile.username, password)).status).toBe(303);
  });

  it('RL02 limits one name over many addresses', async () => {
    const statuses: number[] = [];
    for (let address = 1; address <= 100; address += 1) {
      statuses.push((await logInDirectly(site.visitor(`127.0.1.${address}`), profile.username, 'wrong guess')).status);
    }
    expect(statuses.filter((status) => status === 422)).toHaveLength(site.settings.nameAttempts);
    expect(statuses.slice(site.settings.nameAttempts).every((status) => status === 429)).toBe(true);
  });

  it('RL02 counts tries that arrive together', async () => {
    const visitor = site.visitor();
    const page = await passLogInPage(site, visitor, profile.username);
    const answers = await Promise.all(Array.from({ length: 30 }, () => givePassword(visitor, page, 'wrong guess')));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(site.settings.nameAttempts);
  });

  it('EN03 limits an unknown name as it does a known one', async () => {
    const visitor = site.visitor();
    const page = await passLogInPage(site, visitor, 'nobody-of-this-name');
    expect(await triesUntilLimited(visitor, page, 20)).toBe(site.settings.nameAttempts);
  });

  it('RL04 believes no forwarded address', async () => {
    const visitor = site.visitor('127.0.0.79');
    const page = await visitor.get('/log-in');
    const statuses: number[] = [];
    for (let name = 0; name < site.settings.addressAttempts + 5; name += 1) {
      statuses.push((await visitor.submit(page, '/log-in', { username: `forged-${kind}-${name}`, password }, { headers: { 'x-forwarded-for': `10.1.1.${name}` } })).status);
    }
    expect(statuses.slice(-5)).toEqual([429, 429, 429, 429, 429]);
  });
});

describe('enumeration', () => {
  let site: PeopleSite;
  beforeAll(async () => {
    site = await startPeopleSite();
    site.settings.nameAttempts = 1_000_000;
    site.settings.addressAttempts = 1_000_000;
    site.settings.mailsPerAddress = 1_000_000;
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const [known, unknown] = ['harborpine-shipping', 'harborpine-shippinq'];

  /** An answer without what is random on every page, and without the name that was typed. */
  function comparable(answer: Answer): unknown {
    const { date, 'set-cookie': cookies, ...headers } = answer.headers;
    expect([date, cookies]).toBeDefined();
    const body = answer.body.replaceAll(/value="[^"]*"|request=[\w-]+/g, '').replaceAll(known, 'NAME').replaceAll(unknown, 'NAME');
    return { status: answer.status, body, headers: { ...headers, location: answer.location.replace(/request=[\w-]+/, '') } };
  }

  it('EN01 answers the same to a known and an unknown name, on both pages', async () => {
    const visitor = site.visitor();
    await visitor.get('/');
    const logIn = await visitor.get(site.signInPath());
    const step = (name: string) => visitor.submit(logIn, '/lasso/signin', { username: name, agreement: '2026-11', action: 'continue' });
    expect(comparable(await step(known))).toEqual(comparable(await step(unknown)));
    const pages = [await passLogInPage(site, visitor, known), await passLogInPage(site, visitor, unknown)] as const;
    expect(comparable(pages[0])).toEqual(comparable(pages[1]));
    expect(comparable(await givePassword(visitor, pages[0], 'wrong'))).toEqual(comparable(await givePassword(visitor, pages[1], 'wrong')));
  });

  it('EN01 takes the same time for a known and an unknown name, over 200 samples', async () => {
    const visitor = site.visitor();
    await visitor.get('/');
    const pages = [await passLogInPage(site, visitor, known), await passLogInPage(site, visitor, unknown)] as const;
    await givePassword(visitor, pages[1], 'the first one makes the hash to compare with');
    const told = await timeTells(200, () => givePassword(visitor, pages[0], 'wrong'), () => givePassword(visitor, pages[1], 'wrong'));
    expect(told).toBeGreaterThan(0.38);
    expect(told).toBeLessThan(0.62);
  }, 240_000);

  it('EN02 answers the same to a known and an unknown address, in the same time', async () => {
    const visitor = site.visitor();
    await visitor.get('/');
    const forgot = await visitor.get('/lasso/forgot');
    const forms = [['/lasso/forgot/username', 'email'], ['/lasso/forgot/password', 'name']] as const;
    for (const [path, name] of forms) {
      const [one, other] = ['shipping@harborpine.example', 'shippinq@harborpine.example'].map((typed) => () => visitor.submit(forgot, path, { [name]: typed }));
      expect(comparable(await one!())).toEqual(comparable(await other!()));
      const told = await timeTells(20, one!, other!);
      expect(told).toBeGreaterThan(0.1);
      expect(told).toBeLessThan(0.9);
    }
    const page = await visitor.get('/lasso/signup');
    const signUp = (email: string) => visitor.submit(page, '/lasso/signup', { username: 'whoever', email, password: 'violin copper meadow 19' });
    expect(comparable(await signUp('shipping@harborpine.example'))).toEqual(comparable(await signUp('newcomer@harborpine.example')));
  }, 240_000);
});
