import { memberId } from '@wayleave/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMember } from '../sign-in/member-store.js';
import { startTestSuite, type TestSuite } from '../tests/test-suite.js';
import { readAccountExecutive } from './account-executive-store.js';
import { listMembers } from './company-store.js';
import { addMember } from './members.js';
import { countNewMember, newMemberLimits } from './new-member-limit.js';

describe('the company manager', () => {
  let suite: TestSuite;
  beforeAll(async () => {
    suite = await startTestSuite();
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  const at = (path: string) => new URL(path, suite.url);
  const manager = async (who = suite.admin) => {
    const visitor = await suite.visitor(who);
    await visitor.goTo(at('/company-manager?from=idm'));
    return visitor;
  };

  it('shows the applications, the warning, the members and the Account Executive of the own company alone', async () => {
    const visitor = await manager();
    expect(visitor.text).toMatch(/Intelligent Delivery History Not opted in .* ODCS Its interface is not there yet\. .* Intelligent Data Management Not authorized/);
    expect(visitor.text).toContain('Changing the UPS.com password ends every earlier authorization.');
    expect(visitor.text).toContain('Nobody is entered yet.');
    expect(visitor.text).toContain(suite.user.mail);
    expect(visitor.page.body).not.toMatch(/Lowtide|lowtide/);
    expect(visitor.page.body).toMatch(/<form method="post" action="\/idh\/opt-in"[^>]* data-turbo="false"/);
    expect(visitor.page.headers.get('content-security-policy')).toContain(`form-action 'self' http://127.0.0.1:9`);
  });

  it('adds a member, who is mailed a link that the admin does not see', async () => {
    const visitor = await manager();
    await visitor.follow('Add a member');
    await visitor.press('Add the member', { Mail: 'night@harborpine.example' });
    expect(visitor.text).toContain('night@harborpine.example is a member now');
    expect(visitor.text).toContain('harborpine.night');
    expect(visitor.page.body).not.toContain('lnk-');
    const [mail] = await suite.context.mailer.list(1);
    expect(mail).toMatchObject({ recipient: 'night@harborpine.example', subject: 'Your sign-in for Harborpine Trading' });
    await visitor.goTo(at('/company-manager'));
    expect(visitor.text).not.toContain('is a member now');
  });

  it('adds so many members an hour and no more, per admin and per company, and says when to go on', async () => {
    const { context, clock, admin } = suite;
    const count = (member: string) => countNewMember(context, { id: memberId(member), companyId: admin.company });
    const { perAdmin, perCompany } = newMemberLimits;
    const visitor = await manager();
    await visitor.follow('Add a member');
    for (let added = 0; added < perAdmin.limit; added += 1) await count(admin.member).catch(() => null);
    await visitor.press('Add the member', { Mail: 'late@harborpine.example' });
    expect(visitor.page.status).toBe(429);
    expect(Number(visitor.page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(visitor.text).toMatch(/Each new member is sent a mail, so only so many can be added in an hour\. Nobody was added\. Wait \d+ minutes, then go on\./);
    expect((await listMembers(context.db, admin.company)).map(({ mail }) => mail)).not.toContain('late@harborpine.example');
    const counts = await Promise.allSettled(Array.from({ length: perCompany.limit }, () => count('a-second-admin')));
    expect(counts.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(perAdmin.limit);
    await expect(count('a-third-admin')).rejects.toThrow(/Nobody was added/);
    clock.advance(perCompany.windowMs);
    await count('a-third-admin');
  });

  it('changes the time zone that pages and mails state times in, and takes none that is none', async () => {
    const visitor = await manager();
    expect(visitor.page.body).toContain('<option value="America/New_York" selected>America/New York</option>');
    expect(visitor.text).toMatch(/\d [AP]M E[SD]T/);
    await visitor.press('Change the time zone', { 'Time zone': 'Asia/Kolkata' });
    expect(visitor.text).toContain('Times are now stated as in Asia/Kolkata.');
    expect(visitor.text).toMatch(/\d [AP]M GMT\+5:30/);
    await addMember(suite.context, suite.admin.company, { mail: 'zone@harborpine.example', role: 'user', signInName: '' });
    expect((await suite.context.mailer.list(1))[0]?.body).toMatch(/until .* GMT\+5:30/);
    await visitor.press('Change the time zone', { 'Time zone': 'Moon/Base' });
    expect(visitor.page.status).toBe(422);
    expect(visitor.text).toContain('Choose a time zone from the list. Nothing was saved.');
    const stranger = await manager(suite.stranger);
    expect(stranger.page.body).toContain('<option value="America/New_York" selected>');
    expect((await visitor.press('Change the time zone', { 'Time zone': 'America/New_York' })).status).toBe(200);
  });

  it('keeps what was typed, marks what is wrong, and writes nothing', async () => {
    const visitor = await manager();
    const before = await listMembers(suite.context.db, suite.admin.company);
    await visitor.follow('Add a member');
    await visitor.press('Add the member', { Mail: 'night@harborpine', 'Sign In name': suite.stranger.signInName, Role: 'admin' });
    expect(visitor.page.status).toBe(422);
    expect(visitor.page.body).toMatch(/id="mail"[^>]* value="night@harborpine"[^>]* aria-invalid="true" aria-describedby="mail-error"/);
    expect(visitor.text).toContain('This address has no ending, such as .com.');
    await visitor.press('Add the member', { Mail: 'new@harborpine.example' });
    expect(visitor.text).toContain('This Sign In name is taken.');
    expect(await listMembers(suite.context.db, suite.admin.company)).toEqual(before);
  });

  it('saves the Account Executive, or says which field is wrong and saves nothing', async () => {
    const visitor = await manager();
    const typed = { Name: 'Northeast accounts desk', Mail: 'accounts@carrier', Phone: 'call me' };
    await visitor.press('Save', typed);
    expect(visitor.page.status).toBe(422);
    expect(visitor.text).toContain('This address has no ending, such as .com. Nothing was saved.');
    expect(visitor.text).toContain('A phone number has digits');
    expect(visitor.page.body).toContain('value="Northeast accounts desk"');
    expect(await readAccountExecutive(suite.context.db, suite.admin.company)).toEqual({ name: '', mail: '', phone: '' });
    await visitor.press('Save', { ...typed, Mail: 'accounts@carrier.example', Phone: '+1 212 555 0142' });
    expect(visitor.text).toContain('The Account Executive is saved');
    const user = await suite.visitor(suite.user);
    await user.goTo(at('/idh/help'));
    expect(user.page.body).toContain('href="tel:+12125550142"');
    expect(user.text).toContain('accounts@carrier.example');
    const stranger = await suite.visitor(suite.stranger);
    await stranger.goTo(at('/idh/help'));
    expect(stranger.text).not.toContain('carrier.example');
  });

  it('CB12 changes a role that counts at the next request', async () => {
    const promoted = await addMember(suite.context, suite.admin.company, { mail: 'deputy@harborpine.example', role: 'user', signInName: '' });
    const admin = await manager();
    const form = (role: string) => admin.request('POST', at(`/company-manager/members/${promoted.member}/role`), fields(admin.page.body, { role, from: 'idm' }));
    expect((await form('admin')).status).toBe(303);
    await admin.goTo(at('/company-manager'));
    expect(admin.text).toContain('deputy@harborpine.example is an Admin from the next page on.');
    expect(await findMember(suite.context.db, promoted.member)).toMatchObject({ role: 'admin' });
    expect((await form('owner')).status).toBe(422);
    expect((await form('user')).status).toBe(303);
    expect(await findMember(suite.context.db, promoted.member)).toMatchObject({ role: 'user' });
  });

  it('removes a member after asking, and the member is out at the next request', async () => {
    const leaving = await addMember(suite.context, suite.admin.company, { mail: 'leaving@harborpine.example', role: 'user', signInName: '' });
    const session = await suite.context.sessions.create(leaving.member, 2);
    const admin = await manager();
    await admin.goTo(at(`/company-manager/members/${leaving.member}/remove`));
    expect(admin.text).toContain('Remove leaving@harborpine.example?');
    expect(await findMember(suite.context.db, leaving.member)).not.toBeNull();
    await admin.press('Remove');
    expect(admin.text).toContain('leaving@harborpine.example is removed');
    expect(await suite.context.sessions.find(session)).toBeNull();
  });

  it('refuses the last admin with a sentence in the row', async () => {
    const admin = await manager();
    const { company, member } = suite.admin;
    for (const act of ['role', 'remove']) {
      const visit = await admin.request('POST', at(`/company-manager/members/${member}/${act}`), fields((await admin.goTo(at('/company-manager'))).body, { role: 'user' }));
      expect(visit.status).toBe(422);
      expect(admin.text).toMatch(/The last admin of a company cannot be (removed|made a user)\. Make somebody else an admin first\./);
    }
    expect((await listMembers(suite.context.db, company)).filter(({ role }) => role === 'admin')).toHaveLength(1);
  });

  it('CB12 is closed to users, who are told which admins can', async () => {
    const visitor = await manager(suite.user);
    expect(visitor.page.status).toBe(403);
    expect(visitor.text).toContain('Only an admin may do this');
    expect(visitor.text).toContain(suite.admin.mail);
    const csrf = (await visitor.goTo(at('/idm/help'))).body;
    const before = await listMembers(suite.context.db, suite.admin.company);
    for (const path of ['/company-manager/members', '/company-manager/account-executive', '/company-manager/time-zone', `/company-manager/members/${suite.admin.member}/remove`, `/company-manager/members/${suite.user.member}/role`]) {
      const visit = await visitor.request('POST', at(path), fields(csrf, { mail: 'me@harborpine.example', role: 'admin', name: 'x' }));
      expect([path, visit.status]).toEqual([path, 403]);
    }
    for (const path of ['/company-manager/members/add', `/company-manager/members/${suite.user.member}/remove`]) {
      expect((await visitor.request('GET', at(path))).status).toBe(403);
    }
    expect(await listMembers(suite.context.db, suite.admin.company)).toEqual(before);
  });

  it('answers the same for a member of another company and for one that does not exist', async () => {
    const admin = await manager();
    const answers = [];
    for (const id of [suite.stranger.member, 'no-such-member']) {
      for (const act of ['role', 'remove']) {
        const visit = await admin.request('POST', at(`/company-manager/members/${id}/${act}`), fields((await admin.goTo(at('/company-manager'))).body, { role: 'user' }));
        answers.push([visit.status, plain(visit.body)]);
      }
      const asked = await admin.request('GET', at(`/company-manager/members/${id}/remove`));
      answers.push([asked.status, plain(asked.body)]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.[0]).toBe(404);
    expect(await findMember(suite.context.db, suite.stranger.member)).toMatchObject({ role: 'admin' });
  });

  it('shows names as text, whatever is in them', async () => {
    const name = `<img src=x onerror=alert(1)> & "Sons"`;
    const admin = await manager();
    await admin.press('Save', { Name: name, Mail: '', Phone: '' });
    await admin.goTo(at('/idm/help'));
    expect(admin.page.body).not.toContain('<img');
    expect(admin.text).toContain(name);
  });
});

function fields(body: string, more: Record<string, string>): URLSearchParams {
  return new URLSearchParams({ csrf: /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '', ...more });
}

/** A page without what differs from request to request. */
function plain(body: string): string {
  return body.replace(/<p class="reference">.*?<\/p>/s, '');
}
