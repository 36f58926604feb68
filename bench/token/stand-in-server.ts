import { migrate, openDatabase } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { upsPaths } from '@wayleave/ups-api/wire';
import { createSandbox, readSandboxConfig, sandboxMigrations } from '@wayleave/ups-sandbox';
import { sql } from 'kysely';
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { client, lifetimes, type TokenServer } from './token-server.js';

/** The whole stand-in, ledger, limits and weather included: on PostgreSQL, or on the embedded database in memory. */
export async function startStandIn(databaseUrl: string | null): Promise<TokenServer> {
  const database = await openDatabase(databaseUrl === null ? { memory: true } : { url: databaseUrl });
  await migrate(database, [sandboxMigrations]);
  const config = readSandboxConfig({ UPSCOM_CONTROL_TOKEN: randomBytes(32).toString('hex'), UPSCOM_PORT: '0', UPSCOM_TOKEN_CALLS_PER_MINUTE: '1000000' });
  const { app, control, close } = await createSandbox({ database, config, logger: createLogger({ name: 'upscom', level: 'error' }) });
  await control.registerApplication({ clientId: client.id, clientSecret: client.secret, displayName: 'Bench', redirectUris: [client.redirectUri] });
  const profile = await control.createProfile({ username: 'bench-shipping', email: 'bench@bench.example', password: randomBytes(12).toString('hex'), accounts: [] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    tokenPath: upsPaths.token,
    refreshPath: upsPaths.refresh,
    async issueCodes(count) {
      const codes = Array.from({ length: count }, newCode);
      const hashes = codes.map((code) => createHash('sha256').update(code).digest());
      const now = new Date();
      await sql`
        insert into upscom.authorization_code (code_hash, client_id, profile_id, epoch, redirect_uri, scope, issued_at, expires_at)
        select hash, ${client.id}, ${profile.id}, ${profile.epoch}, ${client.redirectUri}, '', ${now}, ${new Date(now.getTime() + lifetimes.code * 1000)}
        from unnest(${hashes}::bytea[]) as hash
      `.execute(database.kysely());
      return codes;
    },
    async close() {
      await close();
      await database.close();
    },
  };
}

/** A code in the shape that the stand-in's own Password page makes. */
function newCode(): string {
  return Buffer.from(`C${randomBytes(4).toString('hex').slice(1)}-${randomBytes(66).toString('base64')}`, 'ascii').toString('base64');
}
