import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { readForms, Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postForm } from '../tests/walk.js';
import { longestList } from './pasted-list.js';

const sample = '1Z1442YY7229014688';
const moving = '1Z204W4R0308071865';
const unknown = '1Z8A3F470344182065';

function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => `1Z8A3F48${String(index).padStart(10, '0')}`).join('\n');
}

describe.each(databaseKinds())('Follow packages, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  let user: Visitor;
  const at = (path: string) => new URL(path, constellation.suiteUrl);
  const textAt = async (who: Visitor, path: string) => {
    await who.goTo(at(path));
    return who.text;
  };
  const paste = async (who: Visitor, list: string, product = 'idm') => {
    await who.goTo(at(`/${product}/packages`));
    return who.press('Follow', { 'Package numbers': list });
  };

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    user = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    await signIn(user, constellation, constellation.signIns.user);
  });
  afterAll(() => constellation.stop());

  it('before an opt-in says who can change that, and takes no list', async () => {
    expect(await textAt(user, '/idm/packages')).toContain('An admin of your company has to authorize');
    await user.goTo(at('/idh/packages'));
    expect(user.page.url.pathname).toBe('/idh/opt-in');
    const answer = await postForm(user, constellation, '/idm', '/idm/packages', { numbers: sample });
    expect(answer.status).toBe(422);
    expect(user.text).toContain('Nothing was followed');
    expect(readForms(answer.body).find(({ buttons }) => buttons.has('Follow'))?.fields.get('numbers')).toBe(sample);
    expect(user.text).toContain('Nothing is followed yet');
  });

  it('shows status and last scan with zone of what a user pasted, and what UPS does not know', async () => {
    for (const product of ['idm', 'idh'] as const) await optIn(admin, constellation, product, constellation.signIns.profile);
    await paste(user, `${sample}, ${moving.toLowerCase()};\n${unknown} ${sample}`);
    expect(user.text).toContain('3 packages were added');
    expect(user.text).toContain('One number stood in the list twice; it counts once');
    expect(user.text).toContain('Asking UPS about 3 packages: 0 done, 3 to go');
    await constellation.worker.tick();
    const text = await textAt(user, '/idm/packages');
    expect(text).toContain('Delivered');
    expect(text).toContain('Not known to UPS');
    expect(text).toMatch(/ATLANTA, GA, US/);
    expect(text).toMatch(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [\s\u2007]?\d+ \w{3} [\s\u2007]?\d+:\d\d [AP]M E[SD]T/);
    expect(text).toContain('1–3 of 3 packages');
    expect(text).not.toContain('to go');
    expect(await textAt(user, '/idh/packages')).toContain('Nothing is followed yet');
    await paste(user, sample, 'idh');
    await constellation.worker.tick();
    expect(await textAt(user, '/idh')).toContain('1 of 1 delivery');
    expect(user.text).toContain('is not retrieved yet');
    await paste(user, sample);
    expect(user.text).toContain('One number was followed already');
  });

  it('refuses a list with bad entries whole, names each by line and reason, and keeps what was typed', async () => {
    const typed = '1Z8A3F470344182069\n<b>1Z8A3F47</b>\n12345, 1Z8A3F47-0344182065';
    const answer = await paste(user, typed);
    expect(answer.status).toBe(422);
    expect(user.text).toContain('3 entries are not package numbers. Nothing was followed');
    expect(user.text).toContain('Line 2: “<b>1Z8A3F47</b>”: it contains “<”');
    expect(user.text).toContain('Line 3: “12345”: it has 5 characters');
    expect(user.text).toContain('Line 3: “1Z8A3F47-0344182065”');
    expect(answer.body).not.toContain('<b>1Z8A');
    expect(readForms(answer.body).find(({ buttons }) => buttons.has('Follow'))?.fields.get('numbers')).toBe(typed);
    expect(await textAt(user, '/idm/packages')).toContain('of 3 packages');
    expect((await paste(user, ' ,;\n')).status).toBe(422);
    expect(user.text).toContain('Paste at least one package number');
  });

  it('takes 500 numbers, refuses 501 and more than a megabyte, and pages what it follows', async () => {
    expect((await paste(user, numbers(longestList + 1), 'idh')).status).toBe(422);
    expect(user.text).toContain('These are 501 numbers; at most 500 can be added at once');
    expect((await paste(user, 'A'.repeat(1_100_000), 'idh')).status).toBe(413);
    expect(user.text).toContain('1 MB');
    expect(await textAt(user, '/idh/packages')).toContain('1 of 1 package');
    await paste(user, numbers(longestList), 'idh');
    expect(user.text).toContain('500 packages were added');
    expect(user.text).toContain('1–25 of 501 packages');
    await user.follow('Older');
    expect(user.text).toContain('26–50 of 501 packages');
    expect(await textAt(user, '/idh/packages?page=999999')).toContain('501 of 501 packages');
    expect(await textAt(user, '/idh/packages?page=-1%27')).toContain('1–25 of 501 packages');
  });

  it('forgets a package that somebody unfollows, in this company and application alone', async () => {
    const stranger = new Visitor();
    await signIn(stranger, constellation, constellation.signIns.otherAdmin);
    await postForm(stranger, constellation, '/idm/packages', '/idm/packages/unfollow', { number: sample });
    expect(await textAt(stranger, '/idm/packages')).toContain('That number was not followed');
    await postForm(admin, constellation, '/idm/packages', '/idm/packages/unfollow', { number: sample, page: '1' });
    expect(await textAt(admin, '/idm/packages')).toContain('Not followed any more');
    expect(admin.text).toContain('1–2 of 2 packages');
    expect(await textAt(admin, '/idh/packages')).toContain('501 packages');
  });

  it('shows a second company nothing of the first', async () => {
    const stranger = new Visitor();
    await signIn(stranger, constellation, constellation.signIns.otherAdmin);
    await optIn(stranger, constellation, 'idm', constellation.signIns.profile);
    for (const path of ['/', '/idm', '/idm/token-manager', '/idm/packages', '/idm/packages?page=2&company=1', '/idh', '/idh/history', '/idh/packages', '/company-manager']) {
      await stranger.goTo(at(path));
      expect(stranger.page.body, path).not.toContain(unknown);
      expect(stranger.page.body, path).not.toContain('1Z8A3F48');
      expect(stranger.page.body, path).not.toContain(constellation.signIns.admin.mail);
    }
    expect(await textAt(stranger, '/idm/packages')).toContain('Nothing is followed yet');
  });

  it('keeps the last answer, with the time and the reason, when UPS cannot be asked again', async () => {
    constellation.clock.advance(16_000);
    await constellation.control.orderWeather({ endpoint: 'track', status: 503, times: 1_000 });
    await constellation.worker.tick();
    await constellation.control.clearWeather();
    const text = await textAt(user, '/idm/packages');
    expect(text).toMatch(/UPS did not answer\. Tried at .* E[SD]T/);
    expect(text).toContain('In transit');
    constellation.clock.advance(60_000);
    await constellation.worker.tick();
    expect(await textAt(user, '/idm/packages')).not.toContain('UPS did not answer');
  });

  it('needs a member', async () => {
    const nobody = new Visitor();
    expect((await nobody.goTo(at('/idm/packages'))).url.pathname).toBe('/idm/sign-in');
    expect((await nobody.request('GET', at('/idh/packages/live'))).status).toBeGreaterThanOrEqual(300);
  });
});
