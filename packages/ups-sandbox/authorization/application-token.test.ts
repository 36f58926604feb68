import { databaseKinds, type DatabaseKind } from '@wayleave/dev/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, get, idh, idm, post, refusal, startMachineSite, tokens, track, type Answer, type MachineSite } from '../tests/machine-site.js';

const tokenPath = '/security/v1/oauth/token';

describe.each(databaseKinds())('an application\'s own tokens, on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  beforeAll(async () => {
    site = await startMachineSite({ kind });
    await site.control.registerApplication({ ...idh, displayName: 'Intelligent Delivery History', redirectUris: [idh.redirectUri], accounts: ['A1B2C3', '777777'] });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  function ask(headers: Record<string, string>, form: Record<string, string> = {}): Promise<Answer> {
    return post(site, tokenPath, { grant_type: 'client_credentials', ...form }, headers);
  }

  it('are given for Basic, whatever x-merchant-id says, without refresh fields', async () => {
    for (const headers of [{}, { 'x-merchant-id': '' }, { 'x-merchant-id': 'A1B2C3' }, { 'x-merchant-id': 'nonsense' }]) {
      const given = await ask({ ...basic(idh), ...headers });
      expect([given.status, given.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(Object.keys(given.json).sort()).toEqual(['access_token', 'client_id', 'expires_in', 'issued_at', 'status', 'token_type']);
      expect(given.json).toMatchObject({ token_type: 'Bearer', client_id: idh.clientId, expires_in: '14399', status: 'approved', issued_at: expect.stringMatching(/^\d{13}$/) });
    }
  });

  it('are given for nothing less', async () => {
    expect(refusal(await ask({}))).toBe('400 10400 Invalid/Missing Authorization Header');
    expect(refusal(await ask(basic({ ...idh, clientSecret: 'wrong' })))).toBe('401 10401 ClientId is Invalid');
    expect(refusal(await ask({}, { client_id: idh.clientId, code_verifier: 'v'.repeat(43) }))).toBe('400 10400 Invalid/Missing Authorization Header');
    expect(refusal(await ask({}, { client_id: idh.clientId, client_secret: idh.clientSecret }))).toBe('400 10400 Invalid/Missing Authorization Header');
  });

  it('open the data APIs for the accounts of the application, and the ledger says that no profile consented', async () => {
    const access = String((await ask(basic(idh))).json['access_token']);
    expect((await track(site, access)).status).toBe(200);
    expect(await site.authorization.findAccessToken(access)).toEqual({ state: 'valid', clientId: idh.clientId, consent: null, accounts: ['777777', 'A1B2C3'] });
    const [line] = (await site.control.ledger({ application: idh.clientId })).filter(({ path }) => path.startsWith('/api/')).slice(-1);
    expect(line).toMatchObject({ status: 200, client_id: idh.clientId, grant: null, profile: null });
    const profiles = await site.authorization.findAccessToken((await tokens(site, idm)).access);
    expect(profiles).toMatchObject({ state: 'valid', clientId: idm.clientId, consent: { profileId: site.profile.id, username: site.profile.username } });
  });

  it('outlive a changed password of any profile, and end by their own time', async () => {
    const access = String((await ask(basic(idh))).json['access_token']);
    await site.changePassword();
    expect((await track(site, access)).status).toBe(200);
    await site.control.advanceClock(4 * 3_600_000);
    expect(refusal(await track(site, access))).toBe('401 251004 Bearer Token expired (oauth)');
    await site.control.advanceClock(8 * 86_400_000);
    await site.authorization.forgetEnded();
    expect(refusal(await track(site, access))).toBe('401 250002 Invalid Authentication Information.');
    await site.control.advanceClock(-8 * 86_400_000 - 4 * 3_600_000);
  });

  it('are no refresh tokens and no codes, and their accounts have to be such', async () => {
    const access = String((await ask(basic(idh))).json['access_token']);
    expect(refusal(await post(site, '/security/v1/oauth/refresh', { grant_type: 'refresh_token', refresh_token: access }, basic(idh)))).toBe('400 10400 Invalid Refresh Token');
    await expect(site.control.registerApplication({ ...idh, displayName: 'X', redirectUris: [idh.redirectUri], accounts: ['short'] })).rejects.toMatchObject({ fields: { accounts: expect.stringContaining('six digits') } });
    expect((await get(site, `/security/v1/oauth/validate-client?client_id=${idh.clientId}&redirect_uri=${encodeURIComponent(idh.redirectUri)}`)).json['result']).toBe('success');
  });
});
