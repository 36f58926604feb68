import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { basic, exchange, idh, idm, issueCode, post, refresh, refusal, startMachineSite, tokens, verifier, type Answer, type MachineSite } from '../tests/machine-site.js';

const limits = { UPSCOM_FAILED_TOKEN_CALLS_PER_MINUTE: '5', UPSCOM_TOKEN_CALLS_PER_MINUTE: '12' };

let site: MachineSite;
beforeEach(async () => {
  site = await startMachineSite({ env: limits });
});
afterEach(() => site[Symbol.asyncDispose]());

function guess(path: '/token' | '/refresh', clientId: string, attempt: number): Promise<Answer> {
  const form = { grant_type: path === '/token' ? 'authorization_code' : 'refresh_token', refresh_token: 'x', code: 'x', redirect_uri: idm.redirectUri };
  return post(site, `/security/v1/oauth${path}`, form, basic({ clientId, clientSecret: `guess-${attempt}` }));
}

describe('calling too often', () => {
  it('RL03 LG02 guessing a secret is answered 10429 without Retry-After, and is logged as a warning; other clients go on, and so does the guessed one after a minute', async () => {
    const given = await tokens(site);
    for (const [clientId, path] of [[idm.clientId, '/token'], ['nobody-0001', '/refresh']] as const) {
      for (let attempt = 0; attempt < 5; attempt += 1) expect((await guess(path, clientId, attempt)).status).toBe(401);
      const limited = await guess(path, clientId, 6);
      expect(refusal(limited)).toBe('429 10429 Too Many Requests');
      expect(limited.headers.get('retry-after')).toBeNull();
    }
    expect((await refresh(site, given.refresh)).status).toBe(429);
    const told = site.log.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'secrets of a client are being guessed');
    expect(told.map(({ level, client, address }) => [level, client, address])).toEqual([idm.clientId, 'nobody-0001', idm.clientId].map((client) => [40, client, '127.0.0.1']));
    expect((await exchange(site, await issueCode(site, idh), idh)).status).toBe(200);
    await site.control.advanceClock(61_000);
    expect((await refresh(site, given.refresh)).status).toBe(200);
  });

  it('RL03 a client has so many calls a minute, which nobody else can use up', async () => {
    let token = (await tokens(site)).refresh;
    for (let stranger = 0; stranger < 30; stranger += 1) {
      await post(site, '/security/v1/oauth/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: idm.redirectUri, client_id: idm.clientId, code_verifier: verifier });
    }
    for (let call = 0; call < 12; call += 1) {
      const given = await refresh(site, token);
      expect(given.status).toBe(200);
      token = String(given.json['refresh_token']);
    }
    expect(refusal(await refresh(site, token))).toBe('429 10429 Too Many Requests');
    expect((await exchange(site, await issueCode(site, idh), idh)).status).toBe(200);
    await site.control.changeSettings({ retry_after_header: true });
    expect(Number((await refresh(site, token)).headers.get('retry-after'))).toBeGreaterThan(0);
    await site.control.advanceClock(61_000);
    expect((await refresh(site, token)).status).toBe(200);
  });
});
