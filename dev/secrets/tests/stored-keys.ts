import { Secret } from '@wayleave/platform/secret';
import { hkdfSync } from 'node:crypto';
import { loginContext } from '../../../packages/vault/opt-in/login-store.js';
import type { VaultTables } from '../../../packages/vault/tables.js';
import { KeyRing } from '../../../packages/vault/token/key-ring.js';
import { wrapContext } from '../../../packages/vault/token/token-set.js';
import { idOf } from '../../../packages/vault/token/token-set-store.js';
import type { TestDatabase } from '../../database/index.js';
import type { Canary } from '../canary.js';

/** The keys that lie wrapped in the database now: those of token sets, and those of the hashes of logins. */
export async function openStoredKeys(database: TestDatabase, masterKey: Secret<Buffer>): Promise<Canary[]> {
  const db = database.kysely<VaultTables>();
  const ring = new KeyRing(masterKey);
  const tokenSets = await db.selectFrom('vault.token_set').selectAll().execute();
  const logins = await db.selectFrom('vault.login').selectAll().execute();
  return [
    ...tokenSets.map((row) => ({ name: 'data key', value: ring.unwrap(row, wrapContext(idOf(row), row.data_key_id)) })),
    ...logins.map((row) => ({ name: 'key of the hashes of a login', value: ring.unwrap(row, loginContext(row)) })),
  ];
}

const purposes = ['vault wrap', 'vault verifier', 'vault fingerprint', 'suite webhook secret', 'suite csrf'];

/** The working keys that hang on a master key, and the key itself. */
export function keysOf(name: string, masterKey: Secret<Buffer>): Canary[] {
  const master = masterKey.reveal();
  const derived = purposes.map((purpose) => ({ name: `key derived from the ${name}`, value: Buffer.from(hkdfSync('sha256', master, '', `wayleave ${purpose}`, 32)) }));
  return [{ name, value: master }, ...derived];
}
