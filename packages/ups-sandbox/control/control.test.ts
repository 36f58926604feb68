import { sql } from 'kysely';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, controlToken, exchange, idm, issueCode, pair, refresh, startMachineSite, tokens, track, type Answer, type MachineSite } from '../tests/machine-site.js';

let site: MachineSite;
beforeAll(async () => {
  site = await startMachineSite({ env: { UPSCOM_LISTEN_BEYOND_THIS_MACHINE: 'yes' } });
});
afterAll(() => site[Symbol.asyncDispose]());

async function call(method: string, path: string, body?: unknown, token = controlToken): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  return answer(await fetch(`${site.url.replace('0.0.0.0', '127.0.0.1')}/control/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
}

describe('the control interface', () => {
  it('answers nobody without the token', async () => {
    for (const token of ['', 'wrong', `${controlToken}x`]) {
      for (const [method, path] of [['GET', 'ledger'], ['POST', 'applications'], ['DELETE', 'weather'], ['GET', 'mail'], ['POST', 'clock']] as const) {
        expect((await call(method, path, undefined, token)).status).toBe(401);
      }
    }
    expect((await call('GET', 'nothing')).status).toBe(404);
  });

  it('answers no other machine, even with the token', async () => {
    const address = Object.values(networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    if (!address) return;
    const { port } = new URL(site.url);
    const status = await new Promise((resolve, reject) => {
      request({ host: address, port, localAddress: address, path: '/control/ledger', headers: { authorization: `Bearer ${controlToken}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('registers applications, with a client id and secret made when left out', async () => {
    const made = await call('POST', 'applications', { display_name: 'Made <here>', redirect_uris: ['https://shop.example/back?x=1'] });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ display_name: 'Made <here>', redirect_uris: ['https://shop.example/back?x=1'] });
    expect(made.json['client_id']).toMatch(/^[A-Za-z0-9]{48}$/);
    const again = await call('POST', 'applications', { ...made.json, display_name: 'Renamed' });
    expect(again.json).toEqual({ ...made.json, display_name: 'Renamed' });
  });

  it('lists numbers, and the whole world a line each: as Track tells it, documented samples first', async () => {
    // The world goes on: between two looks at it something may happen.
    await vi.waitFor(async () => {
      const lines = (await call('GET', 'parcels?format=jsonl')).text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      const { tracking_numbers: numbers } = (await call('GET', 'parcels?limit=9000')).json as { tracking_numbers: string[] };
      expect(lines.map(({ tracking_number: number }) => number)).toEqual(numbers);
      expect(numbers.slice(0, 2)).toEqual(['1Z1442YY7229014688', '1ZCIETST0111111114']);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.length).toBeGreaterThan(5_000);
      expect((await call('GET', 'parcels?limit=0')).json).toEqual({ tracking_numbers: [] });
      expect((await call('GET', 'parcels')).json['tracking_numbers']).toEqual(numbers.slice(0, 100));
      for (const wrong of ['limit=some', 'limit=-1', 'format=xml']) expect((await call('GET', `parcels?${wrong}`)).status).toBe(400);
      const { access } = await tokens(site);
      for (const line of [lines[0], ...lines.slice(200, 5_400).filter((_, index) => index % 400 === 0)]) {
        const { json } = await track({ url: site.url.replace('0.0.0.0', '127.0.0.1') }, access, String(line?.['tracking_number']));
        const [shipment] = (json['trackResponse'] as { shipment: { package: { packageCount: number; activity: { status: object }[]; referenceNumber: { number: string }[] }[] }[] }).shipment;
        const { activity, packageCount, referenceNumber } = shipment!.package[0]!;
        const { type, code, status_code: statusCode } = line?.['status'] as Record<string, string>;
        expect(activity[0]?.status).toMatchObject({ type, code, statusCode });
        expect([line?.['packages'], line?.['references']]).toEqual([packageCount, referenceNumber.map(({ number }) => number)]);
      }
    }, { timeout: 120_000 });
  });

  it('takes Track Alert addresses and Quantum View subscriptions for who exists', async () => {
    const url = 'http://127.0.0.1:9/alerts';
    expect((await call('POST', 'alert-urls', { client_id: idm.clientId, url })).status).toBe(204);
    expect((await call('POST', 'alert-urls', { client_id: idm.clientId, url: null })).status).toBe(204);
    expect((await call('POST', 'alert-urls', { client_id: 'nobody-0001', url })).json).toMatchObject({ fields: { client_id: expect.any(String) } });
    expect((await call('POST', 'quantum-subscriptions', { username: 'harborpine', name: 'Second' })).status).toBe(204);
    expect((await call('POST', 'quantum-subscriptions', { client_id: idm.clientId, name: 'Second', status: 'I' })).status).toBe(204);
    for (const wrong of [{ username: 'nobody', name: 'x' }, { name: 'x' }, { username: 'harborpine', name: 'x', status: 'Z' }, { username: 'harborpine', name: '' }]) {
      expect((await call('POST', 'quantum-subscriptions', wrong)).status).toBe(422);
    }
  });

  it('RU02 registers no redirect URI that could leak a code', async () => {
    const wrong = [
      'javascript:alert(1)', 'data:text/html,x', 'https://shop.example/#x', 'https://shop.example/#', '/callback', 'shop.example/callback', '//shop.example/',
      'http://shop.example/', 'http://127.0.0.1.evil.example/', 'http://localhost.evil.example/', 'https://user@shop.example/', 'https://shop.example\\@evil.example/',
      'ftp://shop.example/', 'https://', 'https:///x', 'https://shop.example/ x', 'https://shöp.example/', '', `https://shop.example/${'x'.repeat(2_000)}`,
    ];
    for (const uri of wrong) {
      const given = await call('POST', 'applications', { client_id: 'wrong-0001', display_name: 'Wrong', redirect_uris: [uri] });
      expect([uri, given.status]).toEqual([uri, 422]);
      expect(given.json['fields']).toHaveProperty('redirect_uris');
    }
    expect(await site.authorization.findApplication('wrong-0001')).toBeNull();
    for (const uri of ['https://shop.example', 'http://localhost:4000/x', 'http://127.0.0.1/', 'http://[::1]:8/']) {
      expect((await call('POST', 'applications', { client_id: 'right-0001', display_name: 'Right', redirect_uris: [uri] })).status).toBe(201);
    }
  });

  it('makes profiles, and says which field is wrong', async () => {
    const profile = { username: 'second', email: 'second@harborpine.example', password: 'granite pine harbour 14', accounts: [{ number: 'A1B2C3' }] };
    expect((await call('POST', 'profiles', profile)).status).toBe(201);
    expect((await call('POST', 'profiles', profile)).json['fields']).toHaveProperty('username');
    expect((await call('POST', 'profiles', { ...profile, username: 5 })).status).toBe(400);
    expect((await call('POST', 'profiles', 'x')).status).toBe(400);
  });

  it('takes no field that it does not know: what is misspelt would be left out in silence', async () => {
    const account = { number: 'A1B2C3' };
    const profile = { username: 'third', email: 'third@harborpine.example', password: 'granite pine harbour 14' };
    const url = 'http://127.0.0.1:9/alerts';
    const wrong: readonly (readonly [string, object, string])[] = [
      ['applications', { client_id: 'typo-0001', display_name: 'Typo', redirect_uris: ['https://shop.example/'], account: ['A1B2C3'] }, 'account'],
      ['profiles', { ...profile, account: [account] }, 'account'],
      ['profiles', { ...profile, accounts: [{ ...account, nam: 'x' }] }, 'nam'],
      ['clock', { advance_ms: 1, unit: 'days' }, 'unit'],
      ['alert-urls', { client_id: idm.clientId, url, urls: [] }, 'urls'],
      ['quantum-subscriptions', { username: 'harborpine', name: 'Third', state: 'I' }, 'state'],
    ];
    for (const [path, body, field] of wrong) {
      const given = await call('POST', path, body);
      expect([path, given.status, String(given.json['error'])]).toEqual([path, 400, expect.stringContaining(field)]);
    }
    expect(await site.authorization.findApplication('typo-0001')).toBeNull();
    const both = await call('POST', 'quantum-subscriptions', { username: 'harborpine', client_id: idm.clientId, name: 'Third' });
    expect([both.status, Object.keys(both.json['fields'] as object)]).toEqual([422, ['client_id']]);
  });

  it('moves the clock and keeps it for a restart', async () => {
    const before = Date.parse(String((await call('GET', 'clock')).json['now']));
    const after = Date.parse(String((await call('POST', 'clock', { advance_ms: 90_000 })).json['now']));
    expect(after - before).toBeGreaterThanOrEqual(90_000);
    expect((await call('POST', 'clock', { advance_ms: 1e15 })).status).toBe(422);
    await using restarted = await startMachineSite({ database: site.database, profile: site.profile });
    expect(restarted.control.now().getTime() - Date.now()).toBeGreaterThanOrEqual(89_000);
    await restarted.control.advanceClock(-90_000);
    await expect.poll(() => site.control.now().getTime() - Date.now()).toBeLessThan(1_000);
  });

  it('changes settings all or none, and keeps them', async () => {
    const changed = await call('PATCH', 'settings', { access_token_lifetime_ms: 60_000, refresh_reuse_ends_family: false });
    expect(changed.json).toMatchObject({ access_token_lifetime_ms: 60_000, refresh_reuse_ends_family: false, code_lifetime_ms: 60_000 });
    const wrong = await call('PATCH', 'settings', { code_lifetime_ms: 5_000, access_token_lifetime_ms: 'x', sesame: 1 });
    expect(wrong.status).toBe(422);
    expect(Object.keys(wrong.json['fields'] as object).sort()).toEqual(['access_token_lifetime_ms', 'sesame']);
    expect((await exchange(site, await issueCode(site))).json['expires_in']).toBe('59');
    await using restarted = await startMachineSite({ database: site.database, profile: site.profile });
    expect(restarted.control.settings()).toMatchObject({ accessTokenLifetimeMs: 60_000, codeLifetimeMs: 60_000 });
    await site.control.changeSettings({ access_token_lifetime_ms: 14_400_000, refresh_reuse_ends_family: true });
  });

  it('lets the parcels set off again when it starts ten days later, and not earlier', async () => {
    const delivered = async (at: MachineSite) => (await track(at, (await tokens(at)).access, '1Z204W4R0308071865')).text.includes('DELIVERED ');
    await site.control.advanceClock(9 * 86_400_000);
    expect(await delivered(site)).toBe(true);
    await using early = await startMachineSite({ database: site.database, profile: site.profile });
    expect(await delivered(early)).toBe(true);
    await early.control.advanceClock(2 * 86_400_000);
    await using late = await startMachineSite({ database: site.database, profile: site.profile });
    expect(await delivered(late)).toBe(false);
  });

  it('lists tracking numbers and mail', async () => {
    expect((await call('GET', 'parcels?limit=3')).json['tracking_numbers']).toEqual(['1Z1442YY7229014688', '1ZCIETST0111111114', '1ZCIETST0422222228']);
    expect((await call('GET', 'mail')).json['mails']).toEqual([]);
  });
});

describe('the ledger', () => {
  it('has each request with its instant, client, grant and profile before the answer arrives', async () => {
    const since = new Date();
    const given = await tokens(site);
    const second = pair(await refresh(site, given.refresh));
    await track(site, second.access, '1Z204W4R0308071865');
    await track(site, 'nobody');
    const entries = await site.control.ledger({ since });
    expect(entries.map(({ method, path, status, client_id }) => [method, path, status, client_id])).toEqual([
      ['POST', '/security/v1/oauth/token', 200, idm.clientId],
      ['POST', '/security/v1/oauth/refresh', 200, idm.clientId],
      ['GET', '/api/track/v1/details/1Z204W4R0308071865', 200, idm.clientId],
      ['GET', '/api/track/v1/details/1Z1442YY7229014688', 401, null],
    ]);
    const [exchanged] = entries;
    expect(exchanged?.grant).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(entries.slice(0, 3).map(({ grant }) => grant))).toEqual(new Set([exchanged?.grant]));
    expect(exchanged?.profile).toBe(site.profile.id);
    for (const { at } of entries) expect(Date.parse(at)).toBeGreaterThanOrEqual(since.getTime());
    const grant = exchanged?.grant ?? '';
    expect(await site.control.ledger({ since, grant })).toHaveLength(3);
    expect(await site.control.ledger({ since, application: 'idh-client-0002' })).toEqual([]);
    const asked = await call('GET', `ledger?since=${since.toISOString()}&application=${idm.clientId}`);
    expect(asked.json['requests']).toHaveLength(3);
    expect((await call('GET', 'ledger?since=yesterday')).status).toBe(400);
  });

  it('answers the newest ten thousand that fit, and says when there are more', async () => {
    await sql`
      insert into upscom.arrival (at, method, path, status)
      select timestamptz '2020-01-01Z' + number * interval '1 ms', 'GET', '/' || number, 200 from generate_series(1, 10001) as number
    `.execute(site.database.kysely());
    const asked = async (since: string) => {
      const { json } = await call('GET', `ledger?since=${since}&until=2020-01-02T00:00:00Z`);
      const requests = json['requests'] as { path: string }[];
      return [requests.length, requests[0]?.path, requests.at(-1)?.path, json['truncated']];
    };
    expect(await asked('2020-01-01T00:00:00.000Z')).toEqual([10_000, '/2', '/10001', true]);
    expect(await asked('2020-01-01T00:00:00.002Z')).toEqual([10_000, '/2', '/10001', false]);
  });

  it('holds no secret: neither queries nor bodies', async () => {
    const given = await tokens(site);
    const { rows } = await sql<{ line: string }>`select arrival::text as line from upscom.arrival`.execute(site.database.kysely());
    const text = rows.map(({ line }) => line).join('\n');
    for (const secret of [given.access, given.refresh, idm.clientSecret]) expect(text).not.toContain(secret);
  });

  it('shows a request that is still being handled, with real time whatever the clock was moved to', async () => {
    const { access } = await tokens(site);
    await site.control.advanceClock(3_600_000);
    await site.control.orderWeather({ endpoint: 'track', latency_ms: 1_500 });
    const since = new Date();
    const slow = track(site, access);
    await expect.poll(() => site.control.ledger({ since })).toHaveLength(1);
    const [entry] = await site.control.ledger({ since });
    expect(entry).toMatchObject({ status: null, client_id: idm.clientId });
    expect(Math.abs(Date.parse(entry!.at) - Date.now())).toBeLessThan(2_000);
    await slow;
    expect((await site.control.ledger({ since }))[0]?.status).toBe(200);
    await site.control.advanceClock(-3_600_000);
  });
});

describe('weather', () => {
  beforeEach(() => site.control.clearWeather());

  it('answers in place of the stand-in for as many requests as ordered', async () => {
    const { access } = await tokens(site);
    expect((await call('POST', 'weather', { endpoint: 'track', status: 503, body: '<h1>down</h1>', times: 2 })).status).toBe(204);
    for (let request = 0; request < 2; request += 1) {
      const down = await track(site, access);
      expect([down.status, down.text, down.headers.get('content-type')]).toEqual([503, '<h1>down</h1>', 'text/html; charset=utf-8']);
    }
    expect((await track(site, access)).status).toBe(200);
    await call('POST', 'weather', { endpoint: 'track', status: 500, times: 5 });
    expect((await call('DELETE', 'weather')).status).toBe(204);
    expect((await track(site, access)).status).toBe(200);
  });

  it('is cleared by a program that calls every request JSON, also one without a body', async () => {
    await call('POST', 'weather', { endpoint: 'track', status: 500 });
    const headers = { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' };
    const cleared = await fetch(`${site.url.replace('0.0.0.0', '127.0.0.1')}/control/weather`, { method: 'DELETE', headers });
    expect(cleared.status).toBe(204);
    expect(await site.control.weather()).toEqual([]);
    const broken = await answer(await fetch(`${site.url.replace('0.0.0.0', '127.0.0.1')}/control/weather`, { method: 'POST', headers, body: '{' }));
    expect([broken.status, broken.json]).toEqual([400, { error: 'The body is not JSON.' }]);
  });

  it('spends nothing when it strikes before the work, and everything when it strikes after it', async () => {
    const code = await issueCode(site);
    for (const order of [{ status: 403, body: '{"response":{"errors":[{"code":"10403","message":"Blocked Merchant"}]}}', content_type: 'application/json' }, { status: 429 }, { body: '<html>', status: 200 }]) {
      await site.control.orderWeather({ endpoint: 'token', ...order });
      expect((await exchange(site, code)).status).toBe(order.status);
    }
    const { refresh: token } = pair(await exchange(site, code));
    await site.control.orderWeather({ endpoint: 'refresh', status: 500, processed: true });
    expect((await refresh(site, token)).status).toBe(500);
    expect((await refresh(site, token)).status).toBe(400);
  });

  it('cuts the connection before or after the work', async () => {
    const { refresh: token } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'refresh', cut: true });
    const since = new Date();
    await expect(refresh(site, token)).rejects.toThrow('fetch failed');
    expect((await site.control.ledger({ since }))[0]).toMatchObject({ path: '/security/v1/oauth/refresh', status: null });
    const next = pair(await refresh(site, token));
    await site.control.orderWeather({ endpoint: 'refresh', cut: true, processed: true });
    await expect(refresh(site, next.refresh)).rejects.toThrow('fetch failed');
    expect((await refresh(site, next.refresh)).status).toBe(400);
  });

  it('writes whose a struck call said it was, whatever weather it meets', async () => {
    const begin = new Date();
    const { refresh: token } = await tokens(site);
    const [exchanged] = await site.control.ledger({ since: begin });
    const lineOf = async (order: Record<string, unknown>, send: () => Promise<unknown>) => {
      const since = new Date();
      await site.control.orderWeather(order);
      await send().catch(() => undefined);
      return (await site.control.ledger({ since }))[0];
    };
    const named = await lineOf({ endpoint: 'token', cut: true, application: idm.clientId }, () => exchange(site, 'x'));
    expect(named).toMatchObject({ status: null, client_id: idm.clientId });
    const struck = await lineOf({ endpoint: 'refresh', status: 503, body: '' }, () => refresh(site, token));
    expect(struck).toMatchObject({ status: 503, client_id: idm.clientId, grant: exchanged?.grant });
    const unknown = await lineOf({ endpoint: 'all', cut: true }, () => refresh(site, 'x', { ...idm, clientId: 'nobody-0001' }));
    expect(unknown).toMatchObject({ client_id: 'nobody-0001', grant: null, profile: null });
  });

  it('makes an answer slow or very large', async () => {
    const { access } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'track', latency_ms: 150 });
    const before = performance.now();
    expect((await track(site, access)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(149);
    await site.control.orderWeather({ endpoint: 'track', body_bytes: 5_242_880 });
    expect((await track(site, access)).text).toHaveLength(5_242_880);
  });

  it('notes the grant of a request whose caller went away', async () => {
    const { access } = await tokens(site);
    const since = new Date();
    await site.control.orderWeather({ endpoint: 'track', latency_ms: 1_500 });
    const abort = new AbortController();
    const gone = fetch(`${site.url}/api/track/v1/details/1Z1442YY7229014688`, {
      headers: { authorization: `Bearer ${access}`, transid: 't', transactionsrc: 'x' }, signal: abort.signal,
    });
    await expect.poll(() => site.control.ledger({ since })).toHaveLength(1);
    abort.abort();
    await expect(gone).rejects.toThrow();
    await expect.poll(async () => (await site.control.ledger({ since }))[0]?.status, { timeout: 30_000 }).toBe(200);
    expect((await site.control.ledger({ since }))[0]?.grant).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names what is wrong with an order', async () => {
    const wrong = await call('POST', 'weather', { endpoint: 'moon', times: 0, latency_ms: -1, cut: 'yes', body: 5 });
    expect(wrong.status).toBe(422);
    expect(Object.keys(wrong.json['fields'] as object).sort()).toEqual(['body', 'cut', 'endpoint', 'latency_ms', 'times']);
    for (const nothing of [{ endpoint: 'track' }, { endpoint: 'track', latency_ms: 0, cut: false, times: 5 }, { endpoint: 'all', processed: true }, { endpoint: 'track', content_type: 'text/html' }]) {
      const refused = await call('POST', 'weather', nothing);
      expect([refused.status, Object.keys(refused.json['fields'] as object)]).toEqual([422, ['latency_ms']]);
    }
    for (const content_type of ['', 'text/html\r\nx: y', 'text/中']) {
      const refused = await call('POST', 'weather', { endpoint: 'track', status: 500, content_type });
      expect([refused.status, Object.keys(refused.json['fields'] as object)]).toEqual([422, ['content_type']]);
    }
    expect(await site.control.weather()).toEqual([]);
  });
});
