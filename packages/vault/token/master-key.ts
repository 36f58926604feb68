import { Secret } from '@wayleave/platform/secret';
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { WrongMasterKey } from '../errors.js';
import type { VaultTables } from '../tables.js';
import { CannotOpen, seal, unseal, type Context } from './cipher.js';

const keyBytes = 32;

/** The keys derived from the master key, one for each purpose. */
export interface MasterKey {
  /** Names the key without telling anything about it. */
  readonly id: string;
  wrap(dataKey: Uint8Array, context: Context): Buffer;
  unwrap(wrapped: Buffer, context: Context): Buffer;
  sealVerifier(verifier: string, context: Context): Buffer;
  unsealVerifier(sealed: Buffer, context: Context): string;
  /** `xxxx xxxx xxxx`: tells access tokens apart for who cannot compute it. */
  fingerprint(accessToken: Secret): string;
}

/** Derives the working keys. Throws WrongMasterKey unless it is 32 bytes. */
export function deriveMasterKey(secret: Secret<Buffer>): MasterKey {
  const master = secret.reveal();
  if (master.length !== keyBytes) {
    throw new WrongMasterKey(`The master key has ${master.length} bytes. It must have ${keyBytes}: set WAYLEAVE_MASTER_KEY to ${keyBytes} random bytes.`);
  }
  const derive = (purpose: string) => new Secret(Buffer.from(hkdfSync('sha256', master, '', `wayleave vault ${purpose}`, keyBytes)));
  const [wrapping, verifying, printing] = [derive('wrap'), derive('verifier'), derive('fingerprint')];
  const id = createHash('sha256').update(derive('id').reveal()).digest('hex').slice(0, 16);
  return {
    id,
    wrap: (dataKey, context) => seal(wrapping.reveal(), dataKey, [...context, id]),
    unwrap: (wrapped, context) => unseal(wrapping.reveal(), wrapped, [...context, id]),
    sealVerifier: (verifier, context) => seal(verifying.reveal(), Buffer.from(verifier, 'utf8'), [...context, id]),
    unsealVerifier: (sealed, context) => unseal(verifying.reveal(), sealed, [...context, id]).toString('utf8'),
    fingerprint: (accessToken) => {
      const hash = createHmac('sha256', printing.reveal()).update(accessToken.reveal()).digest('hex');
      return [hash.slice(0, 4), hash.slice(4, 8), hash.slice(8, 12)].join(' ');
    },
  };
}

const proofText = 'wayleave vault';

/** Makes sure that this database's tokens were encrypted under this key; the first key of an empty database is noted. Throws WrongMasterKey. */
export async function admitMasterKey(db: Kysely<VaultTables>, key: MasterKey): Promise<void> {
  const context = ['master key proof'];
  await db.transaction().execute(async (trx) => {
    // Two processes that start on an empty database must not both bring a first key.
    await sql`lock table vault.master_key in exclusive mode`.execute(trx);
    const known = await trx.selectFrom('vault.master_key').selectAll().execute();
    if (known.length === 0) {
      const proof = key.wrap(Buffer.from(proofText), context);
      await trx.insertInto('vault.master_key').values({ master_key_id: key.id, proof }).execute();
      return;
    }
    const row = known.find(({ master_key_id }) => master_key_id === key.id);
    if (!row || !opens(key, row.proof, context)) {
      throw new WrongMasterKey('The master key is not the one that the stored tokens were encrypted under. Set WAYLEAVE_MASTER_KEY to the key of this database.');
    }
  });
}

function opens(key: MasterKey, proof: Buffer, context: Context): boolean {
  try {
    return key.unwrap(proof, context).toString('utf8') === proofText;
  } catch (error) {
    if (error instanceof CannotOpen) return false;
    throw error;
  }
}
