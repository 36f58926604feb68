import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, controlToken, exchange, idm, issueCode, pair, refresh, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';
import { Visitor, type Answer } from '../tests/visitor.js';

let site: MachineSite;
let visitor: Visitor;
beforeAll(async () => {
  site = await startMachineSite();
  visitor = newVisitor();
  await visitor.submit(await visitor.get('/weather'), '/control-log-in', { token: controlToken });
});
afterAll(() => site[Symbol.asyncDispose]());

function newVisitor(): Visitor {
  return new Visitor({ port: Number(new URL(site.url).port), publicUrl: new URL(site.url) });
}

async function order(fields: Record<string, string>): Promise<Answer> {
  return visitor.submit(await visitor.get('/weather'), '/weather', { kind: 'slow', endpoint: 'track', application: '', grant: '', percent: '100', seed: '', milliseconds: '10', jitter: '', times: '1', seconds: '', ...fields });
}

const fine = async () => visitor.submit(await visitor.get('/weather'), '/weather/clear', {});

describe('the pages of control', () => {
  it('CP01 open with the control token alone, which goes nowhere but into that form', async () => {
    const stranger = newVisitor();
    for (const path of ['/weather', '/ledger']) {
      const closed = await stranger.get(path);
      expect([closed.status, closed.body.includes('Control token')]).toEqual([401, true]);
    }
    const wrong = await stranger.submit(await stranger.get('/weather'), '/control-log-in', { token: 'x'.repeat(40) });
    expect([wrong.status, wrong.body.includes('not the control token')]).toEqual([422, true]);
    expect((await visitor.get('/weather')).body).not.toContain(controlToken);
    expect([...visitor.cookies.values()].join()).not.toContain(controlToken);
    expect(site.log.join()).not.toContain(controlToken);
  });

  it('CP02 take nothing from a form of another site, another browser or without its proof', async () => {
    const page = await visitor.get('/weather');
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    const fields = { kind: 'cut', endpoint: 'all', times: '1', csrf };
    expect((await visitor.post('/weather', { ...fields, csrf: 'x' })).status).toBe(403);
    expect((await visitor.post('/weather', fields, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await newVisitor().post('/weather', fields)).status).toBe(403);
    expect(await site.control.weather()).toEqual([]);
  });

  it('CP03 a session of a profile opens none of them, and theirs opens no profile', async () => {
    const person = newVisitor();
    await person.submit(await person.get('/log-in'), '/log-in', { username: 'harborpine', password: 'harbour pine granite 41' });
    expect((await person.get('/profile')).status).toBe(200);
    const own = [...person.cookies].find(([name]) => !/browser|known/.test(name));
    const control = [...visitor.cookies].find(([name]) => name.endsWith('control'));
    const crossed = newVisitor();
    crossed.cookies.set(control?.[0] ?? '', own?.[1] ?? '');
    crossed.cookies.set(own?.[0] ?? '', control?.[1] ?? '');
    expect((await crossed.get('/weather')).status).toBe(401);
    expect((await crossed.get('/profile')).status).toBe(401);
  });

  it('CP04 order weather, show it, and end it', async () => {
    const { access } = await tokens(site);
    expect((await order({ kind: 'throttled', times: '2' })).status).toBe(303);
    const { body } = await visitor.get('/weather');
    expect(body).toContain('2 more calls');
    expect(body).toContain('answers 429');
    const given = await track(site, access);
    expect([given.status, given.text, given.headers.get('retry-after')]).toEqual([429, '{"response":{"errors":[{"code":"10429","message":"Too Many Requests"}]}}', null]);
    await fine();
    expect((await visitor.get('/weather')).body).toContain('Fine weather');
    expect((await track(site, access)).status).toBe(200);
  });

  it('CP05 say at its field what is wrong, keep what was typed and change nothing', async () => {
    const wrong = await order({ percent: '120', times: 'many', milliseconds: '7' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('id="percent-error"');
    expect(wrong.body).toContain('id="times-error"');
    expect(wrong.body).toContain('value="120"');
    expect(await site.control.weather()).toEqual([]);
  });

  it('CP06 move the clock', async () => {
    const before = site.control.now().getTime();
    const page = await visitor.get('/weather');
    expect((await visitor.submit(page, '/weather/clock', { hours: 'soon' })).status).toBe(422);
    expect((await visitor.submit(page, '/weather/clock', { hours: '1.5' })).status).toBe(303);
    expect(site.control.now().getTime() - before).toBeGreaterThanOrEqual(5_400_000);
    await visitor.submit(page, '/weather/clock', { hours: '-1.5' });
    expect((await visitor.get('/weather')).status).toBe(200);
  });

  it('CP07 the ledger tells which calls arrived between two instants, and with which grant', async () => {
    const mine = await tokens(site);
    const from = new Date().toISOString();
    await track(site, mine.access);
    const until = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 2));
    await track(site, mine.access);
    const between = await site.control.ledger({ since: new Date(from), until: new Date(until) });
    expect(between).toHaveLength(1);
    const grant = between[0]?.grant ?? '';
    const read = async (query: string) => (await visitor.get(`/ledger?${query}`)).body;
    expect(await read(`since=${from}&until=${until}&application=${idm.clientId}&grant=${grant}`)).toMatch(/<p role="status">1 call\.<\/p>[^]*track\/v1/);
    expect(await read(`since=${from}&grant=${grant}`)).toContain('2 calls.');
    expect(await read('grant=00000000-0000-0000-0000-000000000000')).toContain('No call fits.');
    expect((await visitor.get('/ledger?since=yesterday')).status).toBe(422);
    const wire = await answer(await fetch(`${site.url}/control/ledger?since=${from}&until=${until}`, { headers: { authorization: `Bearer ${controlToken}` } }));
    expect(wire.json['requests']).toHaveLength(1);
  });

  it('CP08 close', async () => {
    const leaving = newVisitor();
    await leaving.submit(await leaving.get('/weather'), '/control-log-in', { token: controlToken });
    expect((await leaving.get('/ledger')).status).toBe(200);
    const cookies = new Map(leaving.cookies);
    await leaving.submit(await leaving.get('/ledger'), '/control-log-out', {});
    for (const [name, value] of cookies) leaving.cookies.set(name, value);
    expect((await leaving.get('/ledger')).status).toBe(401);
  });
});

describe('weather', () => {
  it('WX01 strikes one application or one grant and no other, also where no access token tells', async () => {
    const [mine, other] = [await tokens(site), await tokens(site)];
    const grantOf = async (access: string) => {
      const since = new Date();
      await track(site, access);
      return (await site.control.ledger({ since })).at(-1)?.grant;
    };
    const grant = await grantOf(mine.access);
    await site.control.orderWeather({ endpoint: 'all', grant, refusal: 'unavailable', times: 100 });
    expect([(await track(site, mine.access)).status, (await refresh(site, mine.refresh)).status]).toEqual([503, 503]);
    expect([(await track(site, other.access)).status, (await refresh(site, other.refresh)).status]).toEqual([200, 200]);
    await site.control.clearWeather();
    await site.control.orderWeather({ endpoint: 'token', application: idm.clientId, refusal: 'blocked', times: 100 });
    expect((await exchange(site, await issueCode(site))).json).toEqual({ response: { errors: [{ code: '10403', message: 'Blocked Merchant' }] } });
    await site.control.clearWeather();
    pair(await exchange(site, await issueCode(site)));
  });

  it('WX02 strikes a share of the calls, the same ones for the same seed', async () => {
    const { access } = await tokens(site);
    const strike = async (seed: number) => {
      await site.control.orderWeather({ endpoint: 'track', share: 0.5, seed, status: 500, times: 1_000 });
      const statuses: number[] = [];
      for (let call = 0; call < 24; call += 1) statuses.push((await track(site, access)).status);
      await site.control.clearWeather();
      return statuses.join();
    };
    const first = await strike(7);
    expect(first).toContain('500');
    expect(first).toContain('200');
    expect(await strike(7)).toBe(first);
    expect(await strike(8)).not.toBe(first);
  });

  it('WX03 ends after its time, by real time', async () => {
    const { access } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'track', status: 500, lasts_ms: 300 });
    expect((await track(site, access)).status).toBe(500);
    expect((await site.control.weather())[0]).toMatchObject({ remaining: null });
    await expect.poll(async () => (await track(site, access)).status, { timeout: 30_000, interval: 20 }).toBe(200);
    expect(await site.control.weather()).toEqual([]);
  });

  it('WX04 halves an answer or lets it trickle, with the work done', async () => {
    const { refresh: token } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'refresh', malformed: true });
    const response = await fetch(`${site.url}/security/v1/oauth/refresh`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      headers: { authorization: `Basic ${Buffer.from(`${idm.clientId}:${idm.clientSecret}`).toString('base64')}` },
    });
    const half = await response.text();
    expect(half).toMatch(/^\{"refresh_token_expires_in/);
    expect(() => void JSON.parse(half)).toThrow(SyntaxError);
    expect((await refresh(site, token)).status).toBe(400);
    const { access } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'track', body_over_ms: 100 });
    const slow = await track(site, access);
    expect([slow.status, slow.json['trackResponse'] !== undefined]).toEqual([200, true]);
  });

  it('WX05 may wait longer at random, for as many calls as ordered', async () => {
    const { access } = await tokens(site);
    await site.control.orderWeather({ endpoint: 'track', latency_ms: 1, jitter_ms: 20, times: 3 });
    for (let call = 0; call < 3; call += 1) expect((await track(site, access)).status).toBe(200);
    expect(await site.control.weather()).toEqual([]);
  });
});
