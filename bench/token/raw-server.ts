import { createServer } from 'node:http';
import { listenOnFreePort } from './free-listener.js';
import { basic, client, lifetimes, newSecret, readForm, sendJson, sha256, type TokenServer } from './token-server.js';

/** What is kept for a code or a refresh token, by its hash. */
interface Kept {
  readonly redirectUri: string;
  readonly endsAt: number;
}

/**
 * The least that a token endpoint can be: node:http and a map, with the same hashing as the stand-in. Nothing is durable,
 * unless `commit` is given: it is awaited for every request that changed something.
 */
export async function startRawServer(commit: (hash: string) => Promise<void> = async () => undefined): Promise<TokenServer> {
  const codes = new Map<string, Kept>();
  const refreshTokens = new Map<string, Kept>();
  const credentials = sha256(basic);

  const server = createServer((request, response) => {
    void (async () => {
      if (sha256(request.headers.authorization ?? '') !== credentials) return sendJson(response, 401, {});
      const form = await readForm(request);
      const isExchange = form.get('grant_type') === 'authorization_code';
      const presented = sha256(form.get(isExchange ? 'code' : 'refresh_token') ?? '');
      const from = isExchange ? codes : refreshTokens;
      const kept = from.get(presented);
      if (!kept || kept.endsAt < Date.now() || (isExchange && form.get('redirect_uri') !== kept.redirectUri)) return sendJson(response, 400, {});
      from.delete(presented);
      const [accessToken, refreshToken] = [newSecret(), newSecret()];
      sha256(accessToken);
      refreshTokens.set(sha256(refreshToken), { redirectUri: kept.redirectUri, endsAt: Date.now() + lifetimes.refresh * 1000 });
      await commit(presented);
      return sendJson(response, 200, { access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', expires_in: String(lifetimes.access - 1) });
    })();
  });
  const { port, close } = await listenOnFreePort(server);
  return {
    port,
    tokenPath: '/token',
    refreshPath: '/refresh',
    async issueCodes(count) {
      const made = Array.from({ length: count }, newSecret);
      for (const code of made) codes.set(sha256(code), { redirectUri: client.redirectUri, endsAt: Date.now() + lifetimes.code * 1000 });
      return made;
    },
    close,
  };
}
