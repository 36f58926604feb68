import { optIn, signIn, startTestConstellation, type SignIn, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { companyId, resumeGrants, type CompanyId } from '@wayleave/vault';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCredentials } from '../sign-in/member-store.js';
import { formatInstant } from '../ui/index.js';

const minute = 60_000;
const operator = 'operator@wayleave.example';
const envelope = (code: string, message: string) => JSON.stringify({ response: { errors: [{ code, message }] } });

describe.each(databaseKinds())('trouble at UPS.com, on %s', (kind) => {
  let constellation: TestConstellation;
  let companies: CompanyId[];
  const admin = new Visitor();
  const companyOf = async ({ name }: SignIn) => {
    const member = await findCredentials(constellation.suite.db, name);
    return member?.companyId ?? companyId('nobody');
  };
  const read = async (path: string) => {
    await admin.goTo(new URL(path, constellation.suiteUrl));
    return admin.text;
  };
  const mails = () => constellation.suite.mailer.list(100);
  const toOperator = async () => (await mails()).filter(({ recipient }) => recipient === operator);
  const endings = async () => (await mails()).filter(({ subject }) => subject.includes('ended your authorization'));
  const pass = async (minutes: number) => {
    constellation.clock.advance(minutes * minute);
    await constellation.worker.tick();
  };

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind, settings: { PROBE_INTERVAL_SECONDS: '3600', SESSION_IDLE_MINUTES: '1440', SESSION_ABSOLUTE_HOURS: '168' } });
    const { signIns } = constellation;
    companies = [await companyOf(signIns.admin), await companyOf(signIns.otherAdmin)];
    for (const [visitor, who] of [[admin, signIns.admin], [new Visitor(), signIns.otherAdmin]] as const) {
      await signIn(visitor, constellation, who);
      await optIn(visitor, constellation, 'idm', signIns.profile);
    }
  });
  afterAll(() => constellation.stop());

  it.each([
    ['429', 'refresh', { status: 429, body: envelope('10429', 'Too Many Requests') }, 'UPS.com asks us to call less often', 'nothing has to be done here', null, 'asked for fewer calls'],
    ['a wrong client secret', 'refresh', { status: 401, body: envelope('10401', 'ClientId is Invalid') }, 'UPS.com does not accept Intelligent Data Management', 'Whoever runs this server has to see to it and is told by mail', 'UPS_IDM_CLIENT_SECRET', 'own sign-in'],
    ['a blocked merchant', 'refresh', { status: 403, body: envelope('10403', 'Blocked Merchant') }, 'UPS has blocked Intelligent Data Management', 'Whoever runs this server has to see to it and is told by mail', 'Only UPS can lift that', 'blocked the application'],
    ['a blocked merchant at a data API', 'track', { status: 403, body: envelope('10403', 'Blocked Merchant') }, 'UPS has blocked Intelligent Data Management', 'nothing has to be done here', 'Only UPS can lift that', 'blocked the application'],
    ['a fault of UPS', 'track', { status: 503 }, 'UPS.com reports a fault of its own', 'nothing has to be done here', null, 'reported faults'],
    ['a page of somebody in between', 'track', { status: 200, body: '<html>Log in to the airport Wi-Fi</html>' }, 'UPS.com reports a fault of its own', 'nothing has to be done here', null, 'reported faults'],
    ['no answer', 'track', { cut: true }, 'UPS.com does not answer', 'nothing has to be done here', null, 'out of reach'],
  ] as const)('%s is shown as what it is, kills nothing, and is mailed to who must act, once', async (_, endpoint, fault, heading, next, atOnce, lasting) => {
    const { suite, control } = constellation;
    const before = (await toOperator()).length;
    const news = async () => (await toOperator()).slice(0, -before || undefined);
    await control.orderWeather({ endpoint, times: 1_000, content_type: 'application/json', ...fault });
    for (const company of companies) {
      if (endpoint === 'refresh') expect((await suite.vault.refresh(company, 'idm')).kind).toBe('postponed');
      else expect((await suite.vault.probe(company, 'idm')).kind).toBe('unanswered');
    }
    for (const path of ['/idm/token-manager', '/company-manager']) {
      const text = await read(path);
      expect(text).toContain(heading);
      expect(text).toContain(next);
      expect(text).toContain('The present token is good until');
      expect(text).toContain('Authorized');
    }
    if (endpoint === 'refresh') expect((await suite.vault.probe(companies[0] ?? companyId('nobody'), 'idm')).kind).toBe('stands');

    await pass(0);
    await pass(0);
    if (atOnce) {
      expect(await news()).toHaveLength(1);
      expect((await news())[0]?.body).toContain(atOnce);
      expect((await news())[0]?.body).toContain('The pages of 2 companies show it.');
    }
    for (const minutes of [20, 41]) await pass(minutes);
    expect(await news()).toHaveLength(1);
    expect((await news())[0]?.subject).toContain(lasting);

    await control.clearWeather();
    for (const company of companies) {
      expect((await suite.vault.refresh(company, 'idm')).kind).toBe('refreshed');
      expect((await suite.vault.probe(company, 'idm')).kind).toBe('stands');
    }
    await pass(61);
    expect(await read('/idm/token-manager')).not.toContain(heading);
    expect((await news()).length).toBe(1);
    expect(await endings()).toEqual([]);
  });

  it('an opt-in that nothing uses has an end, which every refresh moves on', async () => {
    const company = companies[0] ?? companyId('nobody');
    const shown = async () => {
      const { refreshTokenExpiresAt: end } = await constellation.suite.vault.grant(company, 'idm');
      const text = formatInstant(end ?? new Date(0), 'America/New_York').replace('\u00a0', ' ');
      expect(await read('/idm/token-manager')).toContain(`Ends unless used ${text}`);
      expect(await read('/company-manager')).toContain(`Ends ${text} unless used.`);
      return end?.getTime() ?? 0;
    };
    const before = await shown();
    constellation.clock.advance(23 * 60 * minute);
    expect((await constellation.suite.vault.refresh(company, 'idm')).kind).toBe('refreshed');
    expect(Math.round(((await shown()) - before) / (60 * minute))).toBeGreaterThanOrEqual(23);
  });

  it('a database that was restored or moved is told to the operator, and pauses everything until that is confirmed', async () => {
    const { suite, database, clock } = constellation;
    await sql`update vault.home set server = 'elsewhere'`.execute(database.kysely());
    await pass(0);
    for (const path of ['/idm/token-manager', '/company-manager']) {
      const text = await read(path);
      expect(text).toContain('Paused until it is confirmed');
      expect(text).toContain('and is told by mail. You can Clear it meanwhile');
      expect(text).toContain('Suspended');
    }
    for (const path of ['/idm', '/idm/packages']) expect(await read(path), path).toContain('suspended');
    await pass(0);
    const [mail] = await toOperator();
    expect(mail?.subject).toBe('Wayleave: the database was moved, and every opt-in is suspended');
    expect(mail?.body).toContain('So 2 opt-ins are suspended');
    expect(await read('/company-manager/audit')).toContain('Suspended: the database was restored or moved');
    expect(await resumeGrants({ database, clock, logger: suite.logger })).toBe(2);
    expect(await read('/idm/token-manager')).not.toContain('Paused until');
    await pass(1);
  });

  it('a lost answer is uncertain first and then, if UPS.com refuses, the admins\' to mend', async () => {
    const { suite, control } = constellation;
    await control.orderWeather({ endpoint: 'refresh', processed: true, cut: true });
    expect(await suite.vault.refresh(companies[0] ?? companyId('nobody'), 'idm')).toMatchObject({ kind: 'postponed', reason: 'uncertain' });
    expect(await read('/idm/token-manager')).toContain('An answer of UPS.com was lost');
    expect(await read('/company-manager')).toContain('Nothing has to be done now.');
    await pass(5 * 60);
    await pass(0);
    expect(await read('/idm/token-manager')).toContain('The answer to a refresh was lost on the way');
    expect(await read('/company-manager')).toContain('Needs opt-in');
    const [mail] = await endings();
    expect(mail?.body).toContain('An answer of UPS.com to a refresh had been lost');
  });
});
