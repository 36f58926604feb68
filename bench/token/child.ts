import { startCommitServer } from './commit-server.js';
import { startOauth2Server } from './oauth2-server-server.js';
import { startOidcProvider } from './oidc-provider-server.js';
import { startRawServer } from './raw-server.js';
import { startStandIn } from './stand-in-server.js';
import type { TokenServer } from './token-server.js';

const servers: Readonly<Record<string, (databaseUrl: string) => Promise<TokenServer>>> = {
  'stand-in-embedded': () => startStandIn(null),
  'stand-in-durable': startStandIn,
  'oidc-provider': startOidcProvider,
  'oauth2-server': startOauth2Server,
  raw: () => startRawServer(),
  commit: startCommitServer,
};

/** A process of its own for one server under measurement: told how many codes to issue, it sends them. */
const [name = '', databaseUrl = ''] = process.argv.slice(2);
const server = await servers[name]?.(databaseUrl);
if (!server || !process.send) throw new Error(`there is no server "${name}", or nobody to tell about it`);
const { port, tokenPath, refreshPath } = server;
process.send({ port, tokenPath, refreshPath });
process.on('message', (count: number) => {
  void server.issueCodes(count).then((codes) => process.send?.({ codes }));
});
process.on('disconnect', () => {
  void server.close().then(() => process.exit(0));
});
