import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { listenOnFreePort } from './free-listener.js';
import { client, lifetimes, type TokenServer } from './token-server.js';

/**
 * oidc-provider with opaque tokens and a plain map to keep them: without `openid`, so that it signs no ID token, which
 * would cost it more than everything else.
 */
export async function startOidcProvider(): Promise<TokenServer> {
  const provider = new Provider('https://bench.example', {
    adapter: memoryAdapter(),
    clients: [{
      client_id: client.id, client_secret: client.secret, redirect_uris: [client.redirectUri], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }],
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: () => true,
    pkce: { required: () => false },
    rotateRefreshToken: true,
    scopes: ['offline_access', 'read'],
    ttl: { AuthorizationCode: lifetimes.code, AccessToken: lifetimes.access, RefreshToken: lifetimes.refresh, Grant: lifetimes.refresh },
  });
  const { port, close } = await listenOnFreePort(createServer(provider.callback()));
  return {
    port,
    tokenPath: '/token',
    refreshPath: '/token',
    async issueCodes(count) {
      const registered = await provider.Client.find(client.id);
      return Promise.all(Array.from({ length: count }, async (_, index) => {
        const accountId = `account-${index}`;
        const grant = new provider.Grant({ accountId, clientId: client.id });
        grant.addOIDCScope('offline_access read');
        const grantId = await grant.save();
        return new provider.AuthorizationCode({ accountId, client: registered, grantId, redirectUri: client.redirectUri, scope: 'offline_access read', gty: 'authorization_code' }).save();
      }));
    },
    close,
  };
}

/** The provider's own memory adapter forgets all but a thousand entries. */
function memoryAdapter() {
  const kept = new Map<string, Record<string, unknown>>();
  const grants = new Map<string, string[]>();
  return class {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    async upsert(id: string, payload: Record<string, unknown>): Promise<void> {
      const key = `${this.#model}:${id}`;
      kept.set(key, payload);
      const { grantId } = payload;
      if (typeof grantId === 'string') grants.set(grantId, [...(grants.get(grantId) ?? []), key]);
    }

    async find(id: string): Promise<Record<string, unknown> | undefined> {
      return kept.get(`${this.#model}:${id}`);
    }

    async consume(id: string): Promise<void> {
      const payload = kept.get(`${this.#model}:${id}`);
      if (payload) payload['consumed'] = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      kept.delete(`${this.#model}:${id}`);
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const key of grants.get(grantId) ?? []) kept.delete(key);
      grants.delete(grantId);
    }
  };
}
