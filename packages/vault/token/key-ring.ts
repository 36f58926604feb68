import { Secret } from '@wayleave/platform/secret';
import { sql, type Kysely } from 'kysely';
import type { VaultTrx } from '../context.js';
import { WrongMasterKey } from '../errors.js';
import type { VaultTables } from '../tables.js';
import { CannotOpen, type Context } from './cipher.js';
import { deriveMasterKey, type MasterKey } from './master-key.js';

/** A data key as it lies in the database. */
export interface WrappedKey {
  readonly master_key_id: string;
  readonly wrapped_key: Buffer;
}

/** The master keys of this process: the one of the settings, and during a rotation the one of before. */
export class KeyRing {
  readonly current: MasterKey;
  readonly previous: MasterKey | null;

  /** Throws WrongMasterKey unless each is 32 bytes. */
  constructor(current: Secret<Buffer>, previous?: Secret<Buffer>) {
    this.current = deriveMasterKey(current);
    this.previous = previous ? deriveMasterKey(previous, 'WAYLEAVE_PREVIOUS_MASTER_KEY') : null;
  }

  /** The current key first. */
  get all(): readonly MasterKey[] {
    return this.previous ? [this.current, this.previous] : [this.current];
  }

  /** Opens a data key with the master key that it was wrapped under. Throws CannotOpen. */
  unwrap({ master_key_id: id, wrapped_key: wrapped }: WrappedKey, context: Context): Buffer {
    const key = this.all.find((candidate) => candidate.id === id);
    if (!key) throw new CannotOpen('A data key is wrapped under a master key that this process was not given.');
    return key.unwrap(wrapped, context);
  }

  /**
   * Puts a data key under the current master key. What it encrypts stays as it is: that is bound to nothing of a master
   * key. Throws CannotOpen.
   */
  rewrap(wrapped: WrappedKey, context: Context): WrappedKey {
    const dataKey = this.unwrap(wrapped, context);
    const rewrapped = this.current.wrap(dataKey, context);
    dataKey.fill(0);
    return { master_key_id: this.current.id, wrapped_key: rewrapped };
  }

  /** Throws CannotOpen. */
  unsealVerifier(sealed: Buffer, context: Context): string {
    if (!this.previous) return this.current.unsealVerifier(sealed, context);
    try {
      return this.current.unsealVerifier(sealed, context);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      return this.previous.unsealVerifier(sealed, context);
    }
  }

  /** By the current key: tells access tokens apart for who cannot compute it. */
  fingerprint(accessToken: Secret): string {
    return this.current.fingerprint(accessToken);
  }

  /**
   * The key to put something under in this transaction: the current one, unless a rotation retired it meanwhile, as in a
   * process that still has the settings of before. It cannot be retired before the transaction ends. Throws WrongMasterKey.
   */
  async forWriting(trx: VaultTrx): Promise<MasterKey> {
    await sql`lock table vault.master_key in row share mode`.execute(trx);
    const living = await livingKeys(trx);
    const key = this.all.find(({ id }) => living.has(id));
    if (!key) throw new WrongMasterKey('The master key of this process was retired. Set WAYLEAVE_MASTER_KEY to the new key and start again.');
    return key;
  }
}

async function livingKeys(db: Kysely<VaultTables>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('vault.master_key').select('master_key_id').execute();
  return new Set(rows.map(({ master_key_id }) => master_key_id));
}
