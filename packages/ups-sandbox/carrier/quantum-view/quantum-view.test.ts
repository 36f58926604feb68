import { databaseKinds, type DatabaseKind } from '@wayleave/dev/database';
import { parseDay, parseTime, quantumViewRequest, readQuantumViewResponse, UpsRefused, type Day, type QuantumViewAnswer, type QuantumViewParameters, type TimeOfDay } from '@wayleave/ups-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, postJson, refused } from '../../tests/carrier-client.js';
import { basic, idh, idm, post, startMachineSite, tokens, type MachineSite } from '../../tests/machine-site.js';
import { createQuantumSubscriptionStore, type QuantumSubscription } from './quantum-subscription-store.js';

const path = '/api/quantumview/v3/events';
const hour = 3_600_000;
const day = 24 * hour;
const names = { transId: 't', transactionSrc: 'test' };
const accounts = ['W4Y135', 'C0UR1E'];

describe.each(databaseKinds())('Quantum View, on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  let access: string;
  beforeAll(async () => {
    site = await startMachineSite({ kind, accounts });
    await site.control.registerApplication({ ...idh, displayName: 'Intelligent Delivery History', redirectUris: [idh.redirectUri], accounts: ['K35TR1'] });
  });
  beforeEach(async () => {
    await site.database.kysely<{ 'upscom.quantum_subscription': object }>().deleteFrom('upscom.quantum_subscription').execute();
    ({ access } = await tokens(site));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const read = async (asked: Omit<QuantumViewParameters, 'transId' | 'transactionSrc'> = {}, token = access) =>
    readQuantumViewResponse(await call(site, token, quantumViewRequest({ ...names, ...asked })));
  const filesOf = (answer: QuantumViewAnswer) => answer.subscriptions.flatMap(({ files }) => files);
  const recordsOf = (answer: QuantumViewAnswer) => filesOf(answer).flatMap(({ records }) => records);

  /** A moment of Quantum View's clock, so many milliseconds ago. */
  function ago(ms: number): { day: Day; time: TimeOfDay } {
    const digits = new Date(site.control.now().getTime() - ms - 5 * hour).toISOString().replaceAll(/[^\d]/g, '');
    return { day: parseDay(digits.slice(0, 8))!, time: parseTime(digits.slice(8, 14))! };
  }

  async function everything(asked: Parameters<typeof read>[0] = {}): Promise<QuantumViewAnswer[]> {
    const pages: QuantumViewAnswer[] = [];
    for (let bookmark: string | undefined; pages.length < 20;) {
      const page = await read(bookmark === undefined ? asked : { ...asked, bookmark });
      pages.push(page);
      if (page.bookmark === null) return pages;
      bookmark = page.bookmark;
    }
    throw new Error('it does not end');
  }

  it('says whose it is, echoes the context, and shows the caller\'s accounts only', async () => {
    const answer = await read({ context: 'ours' });
    expect(answer).toMatchObject({ subscriberId: 'harborpine', unread: [], subscriptions: [{ name: 'OutboundXML', state: 'A', stateText: 'Active' }] });
    const shippers = new Set(recordsOf(answer).map((record) => (record.kind === 'manifest' ? record.shipper?.account : record.account)));
    expect([...shippers].sort()).toEqual([...accounts].sort());
  });

  it('hands out what is unread once, over pages, and then what is new', async () => {
    const pages = await everything();
    expect(pages.length).toBeGreaterThan(1);
    const given = pages.flatMap(filesOf);
    expect(new Set(given.map(({ name }) => name)).size).toBe(given.length);
    expect(given.every(({ state }) => state === 'U')).toBe(true);
    expect(await read()).toMatchObject({ subscriberId: 'harborpine', subscriptions: [], bookmark: null });
    await site.control.advanceClock(hour);
    const later = filesOf(await read());
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ name }) => name > given.at(-1)!.name)).toBe(true);
  });

  it('hands a file out once, however many ask at the same time', async () => {
    await everything();
    await site.control.advanceClock(6 * hour);
    ({ access } = await tokens(site));
    const given = (await Promise.all([read(), read(), read()])).flatMap(filesOf).map(({ name }) => name);
    expect(given.length).toBeGreaterThan(0);
    expect(new Set(given).size).toBe(given.length);
    const store = createQuantumSubscriptionStore(site.database);
    const [{ name, readThrough }] = await store.of(site.profile.id) as [QuantumSubscription];
    const marks = await Promise.all([1, 2, 3].map(() => store.markRead(site.profile.id, name, { from: readThrough, to: `${readThrough}x` })));
    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  it('repeats a range as often as it is asked for, marks nothing read by it, and tells what was', async () => {
    const range = { begin: ago(day), end: ago(0) };
    const asked = { subscriptions: [{ name: 'OutboundXML', range }] };
    const first = await everything(asked);
    const again = await everything(asked);
    expect(again).toEqual(first);
    expect(first.flatMap(filesOf).map(({ state }) => state)).not.toContain('R');
    await everything();
    const afterwards = await everything(asked);
    expect(new Set(afterwards.flatMap(filesOf).map(({ state }) => state))).toEqual(new Set(['R']));
    expect(afterwards.flatMap(recordsOf)).toEqual(first.flatMap(recordsOf));
    const [echo] = first[0]!.subscriptions;
    expect([echo?.range?.begin?.day, echo?.range?.end?.day]).toEqual([range.begin.day, range.end.day]);
  });

  it('finds the same in a week as in its days, and a range without an end is a week long', async () => {
    const week = (await everything({ subscriptions: [{ range: { begin: ago(5 * day) } }] })).flatMap(filesOf).map(({ name }) => name);
    const days = await Promise.all([5, 4, 3, 2, 1].map(async (back) => (
      await everything({ subscriptions: [{ range: { begin: ago(back * day), end: ago((back - 1) * day) } }] })
    ).flatMap(filesOf).map(({ name }) => name)));
    expect([...new Set(days.flat())].sort()).toEqual(week);
  });

  it('reaches seven days back and no further', async () => {
    const tooEarly = { subscriptions: [{ range: { begin: ago(8 * day) } }] };
    await expect(read(tooEarly)).rejects.toThrow(UpsRefused);
    expect(filesOf(await read({ subscriptions: [{ range: { begin: ago(7 * day) } }] })).length).toBeGreaterThan(0);
    await site.control.changeSettings({ quantum_view_refuses_old_ranges: false });
    const clamped = filesOf(await read(tooEarly));
    await site.control.changeSettings({ quantum_view_refuses_old_ranges: true });
    expect(clamped[0]!.name.slice(0, 6) >= ago(7 * day).day.replaceAll('-', '').slice(2)).toBe(true);
  });

  it('finds files by their names, in both shapes of a request, and the bookmark inside or beside', async () => {
    const [page] = await everything({ subscriptions: [{ range: { begin: ago(day) } }] });
    const [one, two] = filesOf(page!);
    const byName = await read({ subscriptions: [{ name: 'OutboundXML', files: [two!.name, one!.name, '990101_000000001', 'nonsense'] }] });
    expect(filesOf(byName)).toEqual([one, two]);
    const headers = { authorization: `Bearer ${access}` };
    const likeUps = { QuantumViewRequest: { Request: { RequestAction: 'QVEvents', TransactionReference: { CustomerContext: '', XpciVersion: '1.0007' } }, SubscriptionRequest: { Name: 'OutboundXML', FileName: one!.name } } };
    expect(filesOf(readQuantumViewResponse(await postJson(site, path, likeUps, headers)))).toEqual([one]);
    const bookmark = (await read({ subscriptions: [{ range: { begin: ago(6 * day) } }] })).bookmark!;
    const asked = (rest: object, inside: object) => ({ QuantumViewRequest: { Request: { RequestAction: 'QVEvents' }, SubscriptionRequest: { DateTimeRange: { BeginDateTime: digits(ago(6 * day)) }, ...inside }, ...rest } });
    const beside = await postJson(site, path, asked({ Bookmark: bookmark }, {}), headers);
    const inside = await postJson(site, path, asked({}, { Bookmark: bookmark }), headers);
    expect(filesOf(readQuantumViewResponse(inside)).map(({ name }) => name)).toEqual(filesOf(readQuantumViewResponse(beside)).map(({ name }) => name));
    expect(filesOf(readQuantumViewResponse(beside)).length).toBeGreaterThan(0);
  });

  it('comes to an end where what is unread stands behind files that fill a page', async () => {
    const page = await read({ subscriptions: [{ range: { begin: ago(6 * day) } }] });
    expect(page.bookmark).not.toBeNull();
    const files = filesOf(page).map(({ name }) => name);
    const pages = await everything({ subscriptions: [{ files }, { name: 'OutboundXML' }] });
    expect(filesOf(pages[0]!).map(({ name }) => name)).toEqual(files);
    const unread = pages.slice(1).flatMap(filesOf).map(({ name }) => name);
    expect(unread.length).toBeGreaterThan(0);
    expect(new Set(unread).size).toBe(unread.length);
    expect(await read()).toMatchObject({ subscriptions: [], bookmark: null });
  });

  it('hands out once what is asked for twice in one request', async () => {
    const range = { begin: ago(3 * hour), end: ago(0) };
    const once = await read({ subscriptions: [{ range }] });
    expect(filesOf(once).length).toBeGreaterThan(0);
    expect(await read({ subscriptions: [{ range }, { name: 'OutboundXML', range }, { range }] })).toEqual(once);
    const files = filesOf(once).map(({ name }) => name);
    const named = await read({ subscriptions: [{ files }, { files: [...files].reverse() }] });
    expect(filesOf(named)).toEqual(filesOf(once));
  });

  it('takes an empty text, or null, in place of any part that may be left out', async () => {
    const headers = { authorization: `Bearer ${access}` };
    const range = { BeginDateTime: digits(ago(hour)), EndDateTime: digits(ago(0)) };
    for (const absent of ['', null]) {
      const body = { QuantumViewRequest: { Request: { RequestAction: 'QVEvents', TransactionReference: absent }, SubscriptionRequest: [{ Name: absent, FileName: absent, DateTimeRange: range }, absent], Bookmark: absent } };
      expect((await postJson(site, path, body, headers)).status).toBe(200);
      const unread = { QuantumViewRequest: { Request: { RequestAction: 'QVEvents' }, SubscriptionRequest: { DateTimeRange: absent } } };
      expect((await postJson(site, path, unread, headers)).status).toBe(200);
    }
  });

  it('refuses unknown names and foreign bookmarks in UPS\'s words, inside a 200', async () => {
    const unknown = await call(site, access, quantumViewRequest({ ...names, subscriptions: [{ name: 'NonExistent' }] }));
    expect(unknown.status).toBe(200);
    expect(unknown.body).toContain('"ErrorDescription":"The following Subscription Names do not exist for the SubscriberID: NonExistent"');
    expect(() => readQuantumViewResponse(unknown)).toThrow(UpsRefused);
    for (const bookmark of ['!', Buffer.from('somebodyelse').toString('base64')]) await expect(read({ bookmark })).rejects.toThrow(UpsRefused);
    const nothing = await call(site, access, quantumViewRequest({ ...names, subscriptions: [{ files: ['990101_000000001'] }] }));
    expect(nothing.body).toContain('"ErrorDescription":"There are no files for the given Request"');
  });

  it('refuses a bookmark whose subscription is not the one that is asked for at its place', async () => {
    const asked = { subscriptions: [{ name: 'OutboundXML', range: { begin: ago(6 * day) } }] };
    const [subscriber, subscription, file, place] = Buffer.from((await read(asked)).bookmark!, 'base64').toString('latin1').split('|');
    const going = (...parts: unknown[]) => read({ ...asked, bookmark: Buffer.from(parts.join('|'), 'latin1').toString('base64') });
    expect(filesOf(await going(subscriber, subscription, file, place))[0]?.name).toBe(file);
    for (const parts of [['NoSuch', file, 0], [subscription, file, 1], ['', file, 0]]) await expect(going(subscriber, ...parts)).rejects.toMatchObject({ codes: [{ code: '330030' }] });
  });

  it('refuses what makes no sense with 400, and what is no token with 401', async () => {
    const headers = { authorization: `Bearer ${access}` };
    const action = { RequestAction: 'QVEvents' };
    for (const body of [
      {}, [], { QuantumViewRequest: '' }, { QuantumViewRequest: { Request: { RequestAction: 'Track' } } }, { QuantumViewRequest: { Request: action, SubscriptionRequest: 'x' } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ Name: 'x'.repeat(22) }] } }, { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ Name: 7 }] } },
      { QuantumViewRequest: { Request: { ...action, TransactionReference: 'x' } } }, { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ DateTimeRange: 'x' }] } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ DateTimeRange: { BeginDateTime: '20261332000000' } }] } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ DateTimeRange: { EndDateTime: '20261101000000' } }] } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: [{ DateTimeRange: { BeginDateTime: digits(ago(hour)), EndDateTime: digits(ago(2 * hour)) } }] } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: new Array(51).fill({ Name: 'OutboundXML' }) } },
      { QuantumViewRequest: { Request: action, SubscriptionRequest: new Array(2).fill({ FileName: new Array(501).fill('261122_014007999') }) } },
    ]) expect([body, refused(await postJson(site, path, body, headers))]).toEqual([body, '400 10002 The request is well formed but the request is not valid']);
    expect(refused(await postJson(site, path, {}, {}))).toBe('401 UJ0001 Invalid token or token is not present');
    const wrongWay = await fetch(site.url + path, { headers });
    expect([wrongWay.status, wrongWay.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('shows a subscription that control made, and nothing in one that is not active', async () => {
    await site.control.setQuantumSubscription({ username: 'harborpine', name: 'Second', status: 'A' });
    await site.control.setQuantumSubscription({ username: 'harborpine', name: 'OutboundXML', status: 'S' });
    const answer = await read();
    expect(answer.subscriptions.map(({ name, state, files }) => [name, state, files.length > 0])).toEqual([['OutboundXML', 'S', false], ['Second', 'A', true]]);
    await expect(site.control.setQuantumSubscription({ username: 'nobody', name: 'x', status: 'A' })).rejects.toThrow();
    await expect(site.control.setQuantumSubscription({ username: 'harborpine', name: 'x y', status: 'Q' })).rejects.toThrow();
  });

  it('is open to an application\'s own token for its own accounts, and to a profile\'s unless that is switched off', async () => {
    const own = await post(site, '/security/v1/oauth/token', { grant_type: 'client_credentials' }, basic(idh));
    const answer = await read({}, String(own.json['access_token']));
    expect(answer.subscriberId).toBe(idh.clientId.slice(0, 16));
    expect(new Set(recordsOf(answer).map((record) => (record.kind === 'manifest' ? record.shipper?.account : record.account)))).toEqual(new Set(['K35TR1']));
    await site.control.changeSettings({ quantum_view_for_profiles: false });
    const refusal = await call(site, access, quantumViewRequest(names));
    const ownStill = await call(site, String(own.json['access_token']), quantumViewRequest(names));
    await site.control.changeSettings({ quantum_view_for_profiles: true });
    expect([refused(refusal), ownStill.status]).toEqual(['401 250002 Invalid Authentication Information.', 200]);
  });

  it('keeps the ledger, and weather can lose an answer that made files read', async () => {
    await site.control.orderWeather({ endpoint: 'quantum-view', status: 503, body: 'x', processed: true });
    const since = new Date();
    expect((await call(site, access, quantumViewRequest(names))).status).toBe(503);
    const unread = (await everything()).flatMap(filesOf);
    const all = (await everything({ subscriptions: [{ range: { begin: ago(7 * day) } }] })).flatMap(filesOf);
    expect(unread.length).toBeLessThan(all.length);
    const lines = (await site.control.ledger({ application: idm.clientId, since })).filter((line) => line.path === path);
    expect(lines[0]).toMatchObject({ method: 'POST', status: 503, profile: site.profile.id });
  });
});

function digits({ day: date, time }: { day: Day; time: TimeOfDay }): string {
  return `${date}${time}`.replaceAll(/[^\d]/g, '');
}
