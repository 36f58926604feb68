import * as oauth from 'oauth4webapi';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idm, issueCode, startMachineSite, track, verifier, type MachineSite } from './machine-site.js';

let site: MachineSite;
beforeAll(async () => {
  site = await startMachineSite();
});
afterAll(() => site[Symbol.asyncDispose]());

describe('other people\'s OAuth clients', () => {
  it('oauth4webapi completes code and refresh, with /refresh as the token endpoint of a second metadata object', async () => {
    const server = { issuer: site.url, authorization_endpoint: `${site.url}/security/v1/oauth/authorize`, token_endpoint: `${site.url}/security/v1/oauth/token` };
    const client = { client_id: idm.clientId };
    const insecure = { [oauth.allowInsecureRequests]: true };
    const state = oauth.generateRandomState();
    const codeVerifier = oauth.generateRandomCodeVerifier();
    const code = await issueCode(site, idm, { codeChallenge: await oauth.calculatePKCECodeChallenge(codeVerifier), scope: 'read' });

    const parameters = oauth.validateAuthResponse(server, client, new URL(`${idm.redirectUri}?${new URLSearchParams({ code, scope: 'read', state }).toString()}`), state);
    const exchanged = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, idm.redirectUri, codeVerifier, insecure);
    const first = await oauth.processAuthorizationCodeResponse(server, client, exchanged);
    expect(first).toMatchObject({ token_type: 'bearer', expires_in: 14_399, scope: 'read' });
    expect((await track(site, first.access_token)).status).toBe(200);

    const refreshServer = { ...server, token_endpoint: `${site.url}/security/v1/oauth/refresh` };
    const refreshed = await oauth.refreshTokenGrantRequest(refreshServer, client, oauth.ClientSecretBasic(idm.clientSecret), first.refresh_token!, insecure);
    const second = await oauth.processRefreshTokenResponse(refreshServer, client, refreshed);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await track(site, second.access_token)).status).toBe(200);
  });

  it('simple-oauth2 completes code and refresh, with a refresh path of its own', async () => {
    const client = new AuthorizationCode({
      client: { id: idm.clientId, secret: idm.clientSecret },
      auth: { tokenHost: site.url, tokenPath: '/security/v1/oauth/token', refreshPath: '/security/v1/oauth/refresh', authorizePath: '/security/v1/oauth/authorize' },
      options: { authorizationMethod: 'header' },
    });
    const authorize = await fetch(client.authorizeURL({ redirect_uri: idm.redirectUri, scope: 'read', state: 'st-2' }), { redirect: 'manual' });
    expect(authorize.status).toBe(302);

    const code = await issueCode(site, idm, {});
    const first = await client.getToken({ code, redirect_uri: idm.redirectUri });
    expect((await track(site, String(first.token['access_token']))).status).toBe(200);
    const second = await first.refresh();
    expect(second.token['refresh_token']).not.toBe(first.token['refresh_token']);
    expect((await track(site, String(second.token['access_token']))).status).toBe(200);

    const challenged = await issueCode(site);
    const third = await client.getToken({ code: challenged, redirect_uri: idm.redirectUri, code_verifier: verifier });
    expect(third.expired()).toBe(false);
  });

  it('both complete client_credentials', async () => {
    const server = { issuer: site.url, token_endpoint: `${site.url}/security/v1/oauth/token` };
    const client = { client_id: idm.clientId };
    const answer = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(idm.clientSecret), {}, { [oauth.allowInsecureRequests]: true });
    const given = await oauth.processClientCredentialsResponse(server, client, answer);
    expect(given).toMatchObject({ token_type: 'bearer', expires_in: 14_399 });
    expect((await track(site, given.access_token)).status).toBe(200);

    const simple = new ClientCredentials({
      client: { id: idm.clientId, secret: idm.clientSecret },
      auth: { tokenHost: site.url, tokenPath: '/security/v1/oauth/token' },
      options: { authorizationMethod: 'header' },
    });
    const { token } = await simple.getToken({});
    expect((await track(site, String(token['access_token']))).status).toBe(200);
  });
});
