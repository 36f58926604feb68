import { databaseKinds, type DatabaseKind } from '@wayleave/dev/database';
import {
  readAccountSubscribed, readAccountUnsubscribed, readPackagesSubscribed, readTrackAlert, subscribeAccountRequest, subscribePackagesRequest, unsubscribeAccountRequest, type TrackAlert,
} from '@wayleave/ups-api';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviations } from '../../../ups-api/tests/deviations.js';
import { specsAreThere, UpsSpec } from '../../../ups-api/tests/openapi.js';
import { startAlertReceiver, type AlertReceiver } from '../../tests/alert-receiver.js';
import { call, postJson, refused } from '../../tests/carrier-client.js';
import { idh, idm, startMachineSite, tokens, trackingNumbers, type MachineSite } from '../../tests/machine-site.js';

const base = '/api/track/v2/subscription';
const names = { transId: 't', transactionSrc: 'test' };
const wireNames = { transid: 't', transactionsrc: 'test' };
const testNumbers = ['1ZCIETST0111111114', '1ZCIETST0422222228'];
const waiting = { timeout: 60_000, interval: 50 };

describe.each(databaseKinds())('Track Alert, on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  let receiver: AlertReceiver;
  /** Another application's, which subscribes to the test numbers at the beginning: their events take some seconds. */
  let other: AlertReceiver;
  let access: string;
  beforeAll(async () => {
    [site, receiver, other] = await Promise.all([startMachineSite({ kind, accounts: ['C0UR1E', 'W4Y135'] }), startAlertReceiver(), startAlertReceiver()]);
    await site.control.setAlertUrl(idh.clientId, other.url);
    other.answerWith(500, 302);
    const subscribed = await subscribe(testNumbers, (await tokens(site, idh)).access);
    expect(readPackagesSubscribed(subscribed)).toEqual({ accepted: testNumbers, rejected: [] });
  });
  beforeEach(async () => {
    await sql`delete from upscom.alert_subscription where client_id = ${idm.clientId}`.execute(site.database.kysely());
    await site.control.setAlertUrl(idm.clientId, receiver.url);
    ({ access } = await tokens(site));
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  /** What reaches the receiver from now on, read by the client. */
  function listen(): () => TrackAlert[] {
    const before = receiver.received.length;
    return () => receiver.received.slice(before).map(({ body }) => readTrackAlert(body));
  }

  const subscribe = (trackingNumbers: readonly string[], token = access, type: 'standard' | 'enhanced' = 'standard') =>
    call(site, token, subscribePackagesRequest({ ...names, type, trackingNumbers }));
  const subscribeAccount = (account: string, token = access) => call(site, token, subscribeAccountRequest({ ...names, account, subscriptionId: 's', clientSubscriptionId: 'c' }));
  const unsubscribeAccount = (account: string) => call(site, access, unsubscribeAccountRequest({ ...names, account }));
  const ask = (path: string, body: unknown, headers: Record<string, string> = {}) => postJson(site, base + path, body, { ...wireNames, authorization: `Bearer ${access}`, ...headers });

  it('tells of an account\'s parcels from then on, for its own application only, until it is unsubscribed', async () => {
    const events = listen();
    expect(readAccountSubscribed(await subscribeAccount('c0ur1e'))).toEqual({ endsOn: '9999-12-31', unread: [] });
    const since = site.control.now().getTime();
    await site.control.advanceClock(2 * 3_600_000);
    await vi.waitFor(() => expect(events().length).toBeGreaterThan(20), waiting);
    expect(events().every(({ trackingNumber }) => trackingNumber.startsWith('1ZC0UR1E'))).toBe(true);
    // A scan is told of minutes after it happened, some a day or more late; none that had been told of before.
    expect(new Set(events().map((event) => JSON.stringify(event))).size).toBe(events().length);
    expect(events().filter(({ moment }) => Number(moment.instant) > since - 600_000).length).toBeGreaterThan(events().length / 2);
    expect(receiver.received.at(-1)?.headers['x-api-key']).toBe(idm.clientId);
    await settled();
    expect(readAccountUnsubscribed(await unsubscribeAccount('C0UR1E'))).toEqual({ message: 'Account unsubscribed' });
    expect(readAccountUnsubscribed(await unsubscribeAccount('C0UR1E'))).toEqual({ message: 'Account unsubscribed' });
    const later = listen();
    await site.control.advanceClock(2 * 3_600_000);
    await settled();
    expect(later()).toEqual([]);
  });

  it('tells of a package for 14 days, and of nothing before', async () => {
    const numbers = (await trackingNumbers(site, 100)).filter((number) => number.startsWith('1Z') && !testNumbers.includes(number));
    const events = listen();
    await subscribe(numbers, access, 'enhanced');
    const since = site.control.now().getTime();
    await site.control.advanceClock(3 * 86_400_000);
    await vi.waitFor(() => expect(events().length).toBeGreaterThan(10), waiting);
    expect(events().every(({ moment }) => Number(moment.instant) > since - 4 * 86_400_000)).toBe(true);
    await site.control.advanceClock(12 * 86_400_000);
    await settled();
    const over = listen();
    await site.control.advanceClock(4 * 86_400_000);
    await settled();
    expect(over()).toEqual([]);
  });

  it('says which numbers it took, and refuses lists in UPS\'s codes', async () => {
    expect(readPackagesSubscribed(await subscribe(['1zw4y1350301869073', '1Z1234567$8', '1R12345678912345']))).toEqual({ accepted: ['1ZW4Y1350301869073', '1R12345678912345'], rejected: ['1Z1234567$8'] });
    expect(readPackagesSubscribed(await subscribe(['1Z1234567$8']))).toEqual({ accepted: [], rejected: ['1Z1234567$8'] });
    const body = { locale: 'en_US', trackingNumberList: ['1Z1234567891234556'] };
    const many = Array.from({ length: 101 }, (_, index) => `1Z${String(index).padStart(16, '0')}`);
    const codes = async (path: string, given: unknown, headers?: Record<string, string>) => refused(await ask(path, given, headers)).split(' ').slice(0, 2).join(' ');
    expect(await Promise.all([
      codes('/other/package', body), codes('/standard/package', ''), codes('/standard/package', {}), codes('/standard/package', '{'), codes('/standard/package', []),
      codes('/standard/package', { ...body, locale: undefined }), codes('/standard/package', { ...body, locale: 'de_DE' }), codes('/standard/package', { ...body, countryCode: 'usa' }),
      codes('/standard/package', { locale: 'en_US' }), codes('/standard/package', { ...body, trackingNumberList: many }),
      codes('/enhanced/package', { ...body, eventPreferences: ['Q'] }), codes('/standard/package', body, { transid: '' }), codes('/standard/package', body, { transid: 'x'.repeat(101) }),
      codes('/standard/package', body, { transactionsrc: '' }), codes('/standard/package', body, { transactionsrc: 'x'.repeat(513) }), codes('/standard/package', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    ])).toEqual([
      '400 VSS930', '400 VSS110', '400 VSS110', '400 VSS000', '400 VSS000', '400 VSS300', '400 VSS310', '400 VSS400', '400 VSS200', '400 VSS220', '400 VSS000', '400 VSS002',
      '400 VSS003', '400 VSS004', '400 VSS006', '400 10007',
    ]);
    const nested = `{"locale":"en_US","trackingNumberList":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    for (const given of [nested, { ...body, trackingNumberList: [{}] }, { ...body, trackingNumberList: [7] }, { ...body, trackingNumberList: [...body.trackingNumberList, null] }]) expect(await codes('/standard/package', given)).toBe('400 VSS000');
    await site.control.changeSettings({ track_alert_test_numbers_only: true });
    const stranger = await subscribe(['1Z1234567891234556']);
    const both = await subscribe(['1Z1234567891234556', testNumbers[0]!]);
    await site.control.changeSettings({ track_alert_test_numbers_only: false });
    expect([refused(stranger).slice(0, 10), readPackagesSubscribed(both).rejected]).toEqual(['400 VSS215', ['1Z1234567891234556']]);
  });

  it('refuses foreign accounts, applications without an address, and who is not let in', async () => {
    const body = { locale: 'en_US', shipperAccountNumber: 'C0UR1E', subAccountType: ['Outbound'] };
    expect(refused(await subscribeAccount('K35TR1'))).toMatch(/^400 VSS000 /);
    expect(refused(await unsubscribeAccount('K35TR1'))).toMatch(/^400 VSS000 /);
    expect(refused(await ask('/enhanced/account', body))).toMatch(/^400 VSS930 /);
    expect(refused(await ask('/standard/account', { ...body, shipperAccountNumber: '' }))).toBe('400 VSS300 Shipper Account Number is required.');
    expect(refused(await ask('/standard/account', { ...body, subAccountType: ['Inbound'] }))).toMatch(/^400 VSS000 /);
    await site.control.setAlertUrl(idm.clientId, null);
    expect(refused(await subscribe([testNumbers[0]!]))).toMatch(/^400 VSS600 /);
    expect(refused(await subscribeAccount('C0UR1E'))).toMatch(/^400 VSS600 /);
    expect(refused(await subscribe([testNumbers[0]!], 'nonsense'))).toBe('401 250002 Invalid Authentication Information.');
    await site.control.changeSettings({ track_alert_accounts_for_profiles: false });
    const refusal = await subscribeAccount('C0UR1E');
    await site.control.changeSettings({ track_alert_accounts_for_profiles: true });
    expect(refused(refusal)).toBe('401 250002 Invalid Authentication Information.');
    const wrongWay = await fetch(`${site.url}${base}/standard/account`, { method: 'PUT' });
    expect([wrongWay.status, wrongWay.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
    for (const url of ['ftp://a', 'nonsense', 'http://u:p@127.0.0.1/', 'http://127.0.0.1/#x']) await expect(site.control.setAlertUrl(idm.clientId, url)).rejects.toThrow();
    await expect(site.control.setAlertUrl('nobody', receiver.url)).rejects.toThrow();
  });

  it.runIf(specsAreThere)('answers as UPS\'s own file says', async () => {
    const spec = new UpsSpec('UPSTrackAlert.yaml', [...deviations['UPSTrackAlert.yaml']]);
    const packages = '/subscription/{type}/package';
    const account = '/subscription/{type}/account';
    const check = (template: string, method: 'POST' | 'DELETE', { status, body }: { status: number; body: string }) => expect(spec.checkAnswer(template, method, status, JSON.parse(body))).toEqual([]);
    check(packages, 'POST', await subscribe(['1Z1234567891234556', '$']));
    for (const given of [{}, { locale: 'en_US', trackingNumberList: ['$'] }]) check(packages, 'POST', await ask('/standard/package', given));
    check(packages, 'POST', await ask('/standard/package', {}, { transid: '' }));
    check(packages, 'POST', await subscribe([testNumbers[0]!], 'nonsense'));
    check(account, 'POST', await subscribeAccount('C0UR1E'));
    check(account, 'POST', await subscribeAccount('K35TR1'));
    check(account, 'DELETE', await unsubscribeAccount('C0UR1E'));
    check(account, 'DELETE', await unsubscribeAccount('K35TR1'));
  });

  it('sends several events of a test number, a second apart, as UPS sends them', async () => {
    const events = () => other.received.map(({ body }) => readTrackAlert(body));
    await vi.waitFor(() => expect(events().filter(({ deliveredAt }) => deliveredAt !== null)).toHaveLength(2), waiting);
    const of = (number: string) => new Map(events().filter(({ trackingNumber }) => trackingNumber === number).map(({ moment, status }) => [Number(moment.instant), status.type]));
    expect(testNumbers.map((number) => [...of(number)].sort(([a], [b]) => a - b).map(([, type]) => type))).toEqual([['M', 'I', 'I', 'D'], ['M', 'I', 'I', 'X', 'I', 'D']]);
    const instants = [...of(testNumbers[0]!).keys()].sort((a, b) => a - b);
    expect(instants.map((instant) => (instant - instants[0]!) / 1_000)).toEqual([0, 1, 2, 3]);
    const [first] = other.received;
    expect([first?.method, first?.path]).toEqual(['POST', '/alerts?key=1']);
    expect(first?.headers).toMatchObject({ 'x-api-key': idh.clientId, 'user-agent': 'UPSPubSubTrackingService', 'content-type': 'application/json' });
    expect(first?.headers).not.toHaveProperty('authorization');
  });

  it('sends again what was not answered 200, follows no redirect, and begins anew for whoever subscribes again', async () => {
    const bodies = () => [...new Set(other.received.map(({ body }) => body))];
    const twice = () => bodies().map((body) => other.received.filter((each) => each.body === body)).filter(({ length }) => length === 2);
    await vi.waitFor(() => expect(twice()).toHaveLength(2), waiting);
    for (const [first, second] of twice()) expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(950);
    expect(other.received.map(({ path }) => path)).not.toContain('/elsewhere');
    const before = other.received.length;
    await subscribe([testNumbers[0]!], (await tokens(site, idh)).access);
    await vi.waitFor(() => expect(other.received.length).toBeGreaterThan(before), waiting);
  });

  /** Waits until the stand-in has looked at everything up to its present time and pushed it. */
  async function settled(): Promise<void> {
    const now = site.control.now();
    await vi.waitFor(async () => {
      const { rows } = await sql<{ done: boolean }>`
        select (through >= ${now} or not exists (select from upscom.alert_subscription where ends_at > through))
          and not exists (select from upscom.alert_push where ended_at is null and client_id = ${idm.clientId}) as done
        from upscom.alert_cursor
      `.execute(site.database.kysely());
      expect(rows[0]?.done).toBe(true);
    }, waiting);
  }
});
