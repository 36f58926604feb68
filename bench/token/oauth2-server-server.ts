import OAuth2Server from '@node-oauth/oauth2-server';
import { createServer } from 'node:http';
import { listenOnFreePort } from './free-listener.js';
import { client, lifetimes, newSecret, readForm, sendJson, sha256, type TokenServer } from './token-server.js';

/** @node-oauth/oauth2-server over node:http and plain maps, with the same hashing as the stand-in. */
export async function startOauth2Server(): Promise<TokenServer> {
  const codes = new Map<string, OAuth2Server.AuthorizationCode>();
  const refreshTokens = new Map<string, OAuth2Server.RefreshToken>();
  const registered = {
    id: client.id, redirectUris: [client.redirectUri], grants: ['authorization_code', 'refresh_token'],
    accessTokenLifetime: lifetimes.access, refreshTokenLifetime: lifetimes.refresh,
  };
  const secretHash = sha256(client.secret);
  const oauth = new OAuth2Server({
    model: {
      async getClient(id: string, secret: string) {
        return id === client.id && sha256(secret) === secretHash ? registered : false;
      },
      generateAccessToken: async () => newSecret(),
      generateRefreshToken: async () => newSecret(),
      getAccessToken: async () => false,
      verifyScope: async () => true,
      async getAuthorizationCode(code: string) {
        const kept = codes.get(sha256(code));
        return kept ? { ...kept, authorizationCode: code } : false;
      },
      async revokeAuthorizationCode({ authorizationCode }: OAuth2Server.AuthorizationCode) {
        return codes.delete(sha256(authorizationCode));
      },
      async saveAuthorizationCode() {
        return false;
      },
      async getRefreshToken(token: string) {
        const kept = refreshTokens.get(sha256(token));
        return kept ? { ...kept, refreshToken: token } : false;
      },
      async revokeToken(token: { refreshToken?: string | undefined }) {
        return refreshTokens.delete(sha256(token.refreshToken ?? ''));
      },
      async saveToken(token: OAuth2Server.Token, owner: OAuth2Server.Client, user: OAuth2Server.User) {
        sha256(token.accessToken);
        const { refreshToken = '', refreshTokenExpiresAt } = token;
        refreshTokens.set(sha256(refreshToken), { refreshToken: '', client: owner, user, ...(refreshTokenExpiresAt ? { refreshTokenExpiresAt } : {}) });
        return { ...token, client: owner, user };
      },
    },
  });

  const server = createServer((request, response) => {
    void (async () => {
      const body = Object.fromEntries(await readForm(request));
      const answer = new OAuth2Server.Response({ headers: {} });
      const asked = new OAuth2Server.Request({
        headers: { ...request.headers as Record<string, string> }, method: 'POST', query: {}, body,
      });
      await oauth.token(asked, answer).catch(() => undefined);
      sendJson(response, answer.status ?? 500, answer.body);
    })();
  });
  const { port, close } = await listenOnFreePort(server);
  return {
    port,
    tokenPath: '/token',
    refreshPath: '/token',
    async issueCodes(count) {
      const expiresAt = new Date(Date.now() + lifetimes.code * 1000);
      return Array.from({ length: count }, (_, index) => {
        const code = newSecret();
        codes.set(sha256(code), { authorizationCode: '', expiresAt, redirectUri: client.redirectUri, client: registered, user: { id: `account-${index}` } });
        return code;
      });
    },
    close,
  };
}
