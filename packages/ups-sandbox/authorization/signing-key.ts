import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';
import { createPrivateKey, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** The RSA key under which JWT access tokens are signed; `id` is their header's `kid`. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
}

interface SigningKeyRow {
  readonly key_id: string;
  readonly private_key: string;
}

/** UPS's signatures have 512 bytes. */
const modulusLength = 4_096;

/**
 * The key of the table `upscom.signing_key`, made when first asked for; every process gets the same. Making it takes seconds,
 * on a busy machine longer than anybody waits who exchanges a code: ask for it before.
 */
export async function openSigningKey(database: Database): Promise<SigningKey> {
  const db = database.kysely<unknown>();
  const read = async () => (await sql<SigningKeyRow>`select key_id, private_key from upscom.signing_key`.execute(db)).rows[0];
  let row = await read();
  if (!row) {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await sql`insert into upscom.signing_key (key_id, private_key) values (${randomUUID()}, ${pem}) on conflict do nothing`.execute(db);
    row = await read();
  }
  if (!row) throw new Error('the table upscom.signing_key keeps no row');
  return { id: row.key_id, privateKey: createPrivateKey(row.private_key) };
}
