import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specsAreThere, UpsSpec } from '../../ups-api/tests/openapi.js';
import { standInDeviations } from './deviations.js';
import { basic, challenge, exchange, get, idm, issueCode, pair, post, refresh, startMachineSite, track, trackingNumbers, type MachineSite } from './machine-site.js';

/** Every field that UPS's file lists for a token answer. */
const tokenFields = [
  'access_token', 'client_id', 'expires_in', 'issued_at', 'refresh_count', 'refresh_token', 'refresh_token_expires_in', 'refresh_token_issued_at', 'refresh_token_status', 'scope', 'status', 'token_type',
];

describe.runIf(specsAreThere)('the answers fit UPS\'s own files', () => {
  let site: MachineSite;
  let oauth: UpsSpec;
  let tracking: UpsSpec;
  beforeAll(async () => {
    site = await startMachineSite();
    oauth = new UpsSpec('OAuthAuthCode.yaml', []);
    tracking = new UpsSpec('Tracking.yaml', standInDeviations['Tracking.yaml']);
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('/authorize: the three headers, and errors in the envelope', async () => {
    const query = { client_id: idm.clientId, redirect_uri: idm.redirectUri, response_type: 'code', state: 's', scope: 'read', code_challenge: challenge };
    const given = await get(site, `/security/v1/oauth/authorize?${new URLSearchParams(query).toString()}`);
    for (const header of ['location', 'appname', 'displayname']) expect(given.headers.get(header)).toBeTruthy();
    const [wrong, unknown] = [{ ...query, response_type: 'token' }, { ...query, client_id: 'nobody-0001' }];
    for (const [changes, status] of [[wrong, 400], [unknown, 401]] as const) {
      const refused = await get(site, `/security/v1/oauth/authorize?${new URLSearchParams(changes).toString()}`);
      expect(refused.status).toBe(status);
      expect(oauth.checkAnswer('/v1/oauth/authorize', 'GET', status, refused.json)).toEqual([]);
    }
  });

  it('/token and /refresh: every field, and errors in the envelope', async () => {
    const exchanged = await exchange(site, await issueCode(site, idm, { codeChallenge: challenge, scope: 'read' }));
    expect(oauth.checkAnswer('/v1/oauth/token', 'POST', 200, exchanged.json)).toEqual([]);
    expect(Object.keys(exchanged.json).sort()).toEqual(tokenFields);
    const refreshed = await refresh(site, pair(exchanged).refresh);
    expect(oauth.checkAnswer('/v1/oauth/refresh', 'POST', 200, refreshed.json)).toEqual([]);
    expect(Object.keys(refreshed.json).sort()).toEqual(tokenFields);
    const [badCode, badToken, badClient] = [await exchange(site, 'x'), await refresh(site, 'x'), await refresh(site, 'x', { ...idm, clientSecret: 'x' })];
    expect(oauth.checkAnswer('/v1/oauth/token', 'POST', 400, badCode.json)).toEqual([]);
    expect(oauth.checkAnswer('/v1/oauth/refresh', 'POST', 400, badToken.json)).toEqual([]);
    expect(oauth.checkAnswer('/v1/oauth/refresh', 'POST', 401, badClient.json)).toEqual([]);
  });

  it('/token for an application itself: every field and no other, and errors in the envelope', async () => {
    const spec = new UpsSpec('OAuthClientCredentials.yaml', []);
    const ask = (client: typeof idm) => post(site, '/security/v1/oauth/token', { grant_type: 'client_credentials' }, basic(client));
    const [given, refused] = [await ask(idm), await ask({ ...idm, clientSecret: 'x' })];
    expect(spec.checkAnswer('/security/v1/oauth/token', 'POST', 200, given.json)).toEqual([]);
    expect(spec.checkAnswer('/security/v1/oauth/token', 'POST', 401, refused.json)).toEqual([]);
  });

  it('Track: parcels in every state, at two instants, the unknown number and the malformed one', async () => {
    const { access } = pair(await exchange(site, await issueCode(site)));
    const template = '/track/v1/details/{inquiryNumber}';
    for (const hours of [0, 3]) {
      await site.control.advanceClock(hours * 3_600_000);
      for (const number of await trackingNumbers(site, 18)) {
        const given = await track(site, access, number);
        expect(given.status).toBe(200);
        expect([number, ...tracking.checkAnswer(template, 'GET', 200, given.json)]).toEqual([number]);
      }
    }
    expect(tracking.checkAnswer(template, 'GET', 200, (await track(site, access, '1Z999AA10123456784')).json)).toEqual([]);
    expect(tracking.checkAnswer(template, 'GET', 400, (await track(site, access, '$')).json)).toEqual([]);
  });
});
