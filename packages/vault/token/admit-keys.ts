import { sql, type Kysely } from 'kysely';
import type { VaultTrx } from '../context.js';
import { WrongMasterKey } from '../errors.js';
import type { VaultTables } from '../tables.js';
import { CannotOpen } from './cipher.js';
import type { KeyRing } from './key-ring.js';
import type { MasterKey } from './master-key.js';

const proofText = 'wayleave vault';
const proofContext = ['master key proof'];

/**
 * Makes sure that everything in this database can be opened with these keys. The first key of an empty database is
 * noted; so is a new one that comes with the one of before, which begins a rotation. Throws WrongMasterKey.
 */
export async function admitKeys(db: Kysely<VaultTables>, keys: KeyRing): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two processes that start on an empty database must not both bring a first key.
    await sql`lock table vault.master_key in exclusive mode`.execute(trx);
    const known = await trx.selectFrom('vault.master_key').selectAll().execute();
    if (known.length === 0) return noteKey(trx, keys.current);
    const isOurs = (key: MasterKey) => known.some(({ master_key_id, proof }) => master_key_id === key.id && opens(key, proof));
    if (!keys.all.some(isOurs)) {
      throw new WrongMasterKey('The master key is not the one that the stored tokens were encrypted under. Set WAYLEAVE_MASTER_KEY to the key of this database.');
    }
    if (known.some(({ master_key_id }) => !keys.all.some(({ id }) => id === master_key_id))) {
      throw new WrongMasterKey(
        'A rotation of the master key has begun and is not finished: tokens lie under the old key and under the new. Set WAYLEAVE_MASTER_KEY to the new key and WAYLEAVE_PREVIOUS_MASTER_KEY to the old one, and run "wayleave rotate-keys".',
      );
    }
    if (!isOurs(keys.current)) await noteKey(trx, keys.current);
  });
}

async function noteKey(trx: VaultTrx, key: MasterKey): Promise<void> {
  const proof = key.wrap(Buffer.from(proofText), proofContext);
  await trx.insertInto('vault.master_key').values({ master_key_id: key.id, proof }).execute();
}

function opens(key: MasterKey, proof: Buffer): boolean {
  try {
    return key.unwrap(proof, proofContext).toString('utf8') === proofText;
  } catch (error) {
    if (error instanceof CannotOpen) return false;
    throw error;
  }
}
