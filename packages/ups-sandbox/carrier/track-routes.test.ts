import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, refusal, refresh, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';

const path = '/api/track/v1/details/1Z1442YY7229014688';
const headers = { transid: 't-1', transactionsrc: 'test' };

interface Shipment {
  inquiryNumber: string;
  warnings?: { code: string; message: string }[];
  package?: { trackingNumber: string; currentStatus: Record<string, string>; activity: { status: Record<string, string>; date: string; gmtTime: string }[]; deliveryDate: { type: string }[] }[];
}

function shipment(json: Record<string, unknown>): Shipment {
  const { trackResponse } = json as { trackResponse: { shipment: Shipment[] } };
  return trackResponse.shipment[0]!;
}

describe('Track', () => {
  let site: MachineSite;
  let access: string;
  beforeAll(async () => {
    site = await startMachineSite();
    ({ access } = await tokens(site));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('shows UPS\'s own sample as UPS does: two scans, delivered', async () => {
    const given = await track(site, access);
    expect(given.status).toBe(200);
    const [parcel] = shipment(given.json).package ?? [];
    expect(parcel?.activity.map(({ status }) => [status['type'], status['code'], status['statusCode']])).toEqual([['D', 'F4', '011'], ['M', 'MP', '003']]);
    expect(parcel?.deliveryDate.map(({ type }) => type)).toEqual(['DEL']);
    expect(parcel?.activity[0]?.status['description']).toBe('DELIVERED ');
    expect(parcel?.activity[0]?.gmtTime).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  it('moves with the stand-in\'s clock', async () => {
    const number = '1Z204W4R0308071865';
    const before = shipment((await track(site, access, number)).json).package![0]!;
    await site.control.advanceClock(3 * 3_600_000 + 1_800_000);
    const after = shipment((await track(site, access, number)).json).package![0]!;
    expect(after.activity.length).toBeGreaterThanOrEqual(before.activity.length);
    expect(after.activity.slice(-before.activity.length)).toEqual(before.activity);
    await site.control.advanceClock(5 * 86_400_000);
    ({ access } = await tokens(site));
    const arrived = shipment((await track(site, access, number)).json).package![0]!;
    expect(arrived.activity[0]?.status['type']).toBe('D');
    expect(arrived.activity.length).toBeGreaterThan(after.activity.length);
  });

  it('must-have: answers an unknown number 200 with TW0001 and a malformed one 400 with TV1002', async () => {
    const unknown = await track(site, access, '1Z999AA10123456784');
    expect(unknown.status).toBe(200);
    expect(shipment(unknown.json)).toEqual({ inquiryNumber: '1Z999AA10123456784', warnings: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] });
    for (const malformed of ['1Z1234567$8', 'short', 'x'.repeat(35), '%00%00%00%00%00%00%00']) {
      expect(refusal(await track(site, access, malformed))).toBe('400 TV1002 Invalid inquiry number');
    }
    expect((await track(site, access, '1z1442yy7229014688')).status).toBe(200);
  });

  it('must-have: accepts True as well as true, and names that it does not know', async () => {
    const authorization = `Bearer ${access}`;
    const has = async (query: string) => (await get(site, `${path}?${query}`, { ...headers, authorization })).text.includes('"milestones"');
    for (const yes of ['returnMilestones=true', 'returnMilestones=True', 'locale=xx&&returnMilestones=TRUE&colour=red', 'returnMilestones=no&returnMilestones=true']) expect(await has(yes)).toBe(true);
    for (const no of ['', 'returnMilestones=false', 'returnMilestones=1', 'returnMilestones=', 'returnmilestones=true']) expect(await has(no)).toBe(false);
  });

  it('speaks the language of the locale, and keeps the codes', async () => {
    const said = async (locale: string) => shipment((await get(site, `${path}?locale=${locale}`, { ...headers, authorization: `Bearer ${access}` })).json).package![0]!.activity[0]!.status;
    expect(await said('de_DE')).toMatchObject({ code: 'F4', statusCode: '011', description: 'Zugestellt ' });
    expect(await said('fr_CA')).toMatchObject({ code: 'F4', statusCode: '011', description: 'Livré ' });
    expect(await said('tlh_XX')).toMatchObject({ description: 'DELIVERED ' });
  });

  it('wants transId and transactionSrc', async () => {
    const authorization = `Bearer ${access}`;
    expect(refusal(await get(site, path, { authorization, transid: 't' }))).toBe('400 TV1001 Missing or invalid transactionSrc');
    expect(refusal(await get(site, path, { authorization, transactionsrc: 'x' }))).toBe('400 TV1001 Missing or invalid transId');
    expect((await get(site, path, { authorization, ...headers, transid: 'x'.repeat(101) })).status).toBe(400);
    expect((await get(site, path, { authorization, ...headers })).status).toBe(200);
  });

  it('must-have, RF10: refuses tokens in UPS\'s three ways: absent, unknown or voided, expired', async () => {
    for (const authorization of ['', 'Bearer', 'Basic abc', access]) {
      expect(refusal(await get(site, path, { ...headers, authorization }))).toBe('401 UJ0001 Invalid token or token is not present');
    }
    const given = await tokens(site);
    for (const unknown of ['abc', `at-${'x'.repeat(43)}`, given.refresh]) {
      expect(refusal(await track(site, unknown))).toBe('401 250002 Invalid Authentication Information.');
    }
    const other = await tokens(site);
    await site.database.kysely().transaction().execute((trx) => site.authorization.withdrawApplication(trx, site.profile.id, 'idm-client-0001'));
    expect(refusal(await track(site, given.access))).toBe('401 250002 Invalid Authentication Information.');
    expect((await refresh(site, other.refresh)).status).toBe(400);
    const late = await tokens(site);
    await site.control.advanceClock(4 * 3_600_000);
    expect(refusal(await track(site, late.access))).toBe('401 251004 Bearer Token expired (oauth)');
  });
});
