import { InvalidForm, NotFound } from '@wayleave/platform/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMember } from '../sign-in/member-store.js';
import { DeadLink, memberOfLink } from '../sign-in/password.js';
import { databaseKinds, startTestSuite, tokenOf, type TestSuite } from '../tests/test-suite.js';
import { listMembers } from './company-store.js';
import type { SuiteTables } from './company-tables.js';
import { addCompany, addMember, changeRole, removeMember } from './members.js';

describe.each(databaseKinds())('the members of a company on %s', (kind) => {
  let suite: TestSuite;
  beforeAll(async () => {
    suite = await startTestSuite(kind);
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  const refusal = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(() => null, (thrown: unknown) => thrown);
    if (!(error instanceof InvalidForm)) throw new Error('it was not refused as a form', { cause: error });
    return error.fields;
  };
  const mails = async (recipient: string) => (await suite.context.mailer.list(100)).filter((mail) => mail.recipient === recipient);

  it('begin with an admin who gets a link by mail', async () => {
    const added = await addCompany(suite.context, { name: '  Quarry   Street ', adminMail: ' Owner@Quarry.example ' });
    expect(added).toMatchObject({ mail: 'owner@quarry.example', signInName: 'quarry.owner' });
    expect(await memberOfLink(suite.context, tokenOf(added.link))).toMatchObject({ companyName: 'Quarry Street', role: 'admin' });
    const [mail] = await mails('owner@quarry.example');
    expect(mail?.body).toContain(added.link);
    expect(mail?.body).toContain('quarry.owner');
  });

  it('get a Sign In name that nobody has, across companies', async () => {
    const one = await addCompany(suite.context, { name: 'One', adminMail: 'boss@same.example' });
    const two = await addCompany(suite.context, { name: 'Two', adminMail: 'boss@same.example' });
    expect([one.signInName, two.signInName]).toEqual(['same.boss', 'same.boss2']);
  });

  it('are refused with a field for each mistake, and nothing is written', async () => {
    const { company } = suite.admin;
    const before = await listMembers(suite.context.db, company);
    const sent = (await suite.context.mailer.list(1000)).length;
    const add = (mail: string, signInName: string) => refusal(addMember(suite.context, company, { mail, role: 'user', signInName }));
    expect(await add('x', '!')).toEqual({ mail: expect.stringMatching(/no @/), sign_in_name: expect.stringMatching(/3 to 64/) });
    expect(await add('new@harborpine.example', suite.stranger.signInName.toUpperCase())).toEqual({ sign_in_name: expect.stringMatching(/taken/) });
    expect(await add('DOCK@harborpine.example', '')).toEqual({ mail: expect.stringMatching(/already/) });
    expect(await refusal(addCompany(suite.context, { name: ' ', adminMail: 'a@b', timeZone: 'Moon/Base' }))).toEqual({
      name: expect.any(String), mail: expect.any(String), time_zone: expect.stringMatching(/time zone/),
    });
    expect(await listMembers(suite.context.db, company)).toEqual(before);
    expect(await suite.context.mailer.list(1000)).toHaveLength(sent);
  });

  it('of another company cannot be told from ones that do not exist', async () => {
    const { company } = suite.admin;
    const answers = await Promise.all(
      [suite.stranger.member, 'nobody', ''].flatMap((id) => [changeRole(suite.context, company, id, 'user'), removeMember(suite.context, company, id)])
        .map((work) => work.then(() => 'done', (error: unknown) => (error instanceof NotFound ? error.message : String(error)))),
    );
    expect(new Set(answers)).toEqual(new Set(['There is no such member in your company.']));
    expect(await findMember(suite.context.db, suite.stranger.member)).toMatchObject({ role: 'admin' });
  });

  it('always include an admin', async () => {
    const { company, member } = suite.stranger;
    expect(await refusal(changeRole(suite.context, company, member, 'user'))).toEqual({ member: expect.stringMatching(/last admin .* made a user/) });
    expect(await refusal(removeMember(suite.context, company, member))).toEqual({ member: expect.stringMatching(/last admin .* removed/) });
    expect(await findMember(suite.context.db, member)).toMatchObject({ role: 'admin' });
  });

  it('lose sessions and links when removed', async () => {
    const { company } = suite.stranger;
    const added = await addMember(suite.context, company, { mail: 'leaving@lowtide.example', role: 'admin', signInName: '' });
    const session = await suite.context.sessions.create(added.member, 3);
    await removeMember(suite.context, company, added.member);
    expect(await suite.context.sessions.find(session)).toBeNull();
    await expect(memberOfLink(suite.context, tokenOf(added.link))).rejects.toThrow(DeadLink);
  });

  if (kind === 'pglite') return;

  it('keep an admin when two admins remove or demote each other at the same moment', async () => {
    const other = await suite.database.connect({ max: 4 });
    const elsewhere = { ...suite.context, db: other.kysely<SuiteTables>() };
    for (const act of [removeMember, (...[context, company, id]: Parameters<typeof removeMember>) => changeRole(context, company, id, 'user')]) {
      const first = await addCompany(suite.context, { name: 'Race', adminMail: 'first@race.example' });
      const second = await addMember(suite.context, first.company, { mail: 'second@race.example', role: 'admin', signInName: '' });
      const outcomes = await Promise.allSettled([act(suite.context, first.company, second.member), act(elsewhere, first.company, first.member)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await listMembers(suite.context.db, first.company)).filter(({ role }) => role === 'admin')).toHaveLength(1);
    }
    await other.close();
  });

  it('get different Sign In names when added at the same moment', async () => {
    const added = await Promise.all(Array.from({ length: 6 }, (_, index) => addCompany(suite.context, { name: `Twin ${index}`, adminMail: 'me@twin.example' })));
    expect(new Set(added.map(({ signInName }) => signInName)).size).toBe(6);
  });
});
