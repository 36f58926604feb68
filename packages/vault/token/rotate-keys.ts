import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Secret } from '@wayleave/platform/secret';
import { sql, type Kysely, type Selectable } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import { WrongMasterKey } from '../errors.js';
import { lockGrant } from '../grant/grant-store.js';
import { grantName, type GrantKey } from '../ids.js';
import { verifierContext } from '../opt-in/opt-in-store.js';
import { appendEvent } from '../outbox/outbox-store.js';
import type { TokenSetTable, VaultTables } from '../tables.js';
import { admitKeys } from './admit-keys.js';
import { CannotOpen, type Context } from './cipher.js';
import { KeyRing } from './key-ring.js';
import { rewrap } from './token-set.js';
import { idOf } from './token-set-store.js';

/** How far a rotation is, in token sets. */
export interface RotationProgress {
  readonly done: number;
  readonly left: number;
}

export interface RotationDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** The new key. */
  readonly masterKey: Secret<Buffer>;
  readonly previousMasterKey: Secret<Buffer>;
  /** Called at the start and after each batch. */
  readonly onProgress?: (progress: RotationProgress) => void;
  /** Stops the rotation after the token set that is under way; it can be begun again. */
  readonly signal?: AbortSignal | undefined;
}

export type RotationOutcome =
  /** Everything is under the new key, and the old one opens nothing any more. */
  | { readonly kind: 'rotated'; readonly tokenSets: number }
  /** The old key had been retired before. */
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'stopped'; readonly tokenSets: number };

const batch = 100;

/**
 * Puts everything that lies under the previous master key under the new one, a batch at a time, while uses, refreshes
 * and Clears go on; then retires the previous one. Where it was interrupted, it goes on. Throws WrongMasterKey.
 */
export async function rotateKeys({ database, clock, masterKey, previousMasterKey, onProgress, signal }: RotationDeps): Promise<RotationOutcome> {
  const db = database.kysely<VaultTables>();
  const keys = new KeyRing(masterKey, previousMasterKey);
  await admitKeys(db, keys);
  if (!(await isKnown(db, keys))) return { kind: 'nothing-to-do' };
  let tokenSets = 0;
  onProgress?.({ done: 0, left: await countLeft(db, keys) });
  for (;;) {
    const due = await findDue(db, keys);
    for (const key of due) {
      if (signal?.aborted) return { kind: 'stopped', tokenSets };
      if (await rewrapOne(db, clock, keys, key)) tokenSets += 1;
    }
    await resealVerifiers(db, keys);
    if (due.length > 0) onProgress?.({ done: tokenSets, left: await countLeft(db, keys) });
    else if (await retirePrevious(db, keys)) return { kind: 'rotated', tokenSets };
  }
}

async function isKnown(db: Kysely<VaultTables>, { previous }: KeyRing): Promise<boolean> {
  const row = await db.selectFrom('vault.master_key').select('master_key_id').where('master_key_id', '=', previous?.id ?? '').executeTakeFirst();
  return row !== undefined;
}

async function countLeft(db: Kysely<VaultTables>, { current }: KeyRing): Promise<number> {
  const { count } = await db.selectFrom('vault.token_set').select((row) => row.fn.countAll<string>().as('count'))
    .where('master_key_id', '<>', current.id).executeTakeFirstOrThrow();
  return Number(count);
}

async function findDue(db: Kysely<VaultTables>, { current }: KeyRing): Promise<GrantKey[]> {
  return db.selectFrom('vault.token_set').select(['company_id as company', 'application'])
    .where('master_key_id', '<>', current.id).orderBy('company_id').orderBy('application').limit(batch).execute();
}

/**
 * Only the wrap that was opened is replaced: a pair that a refresh or an opt-in stored meanwhile, and one that a Clear
 * destroyed, stay what they are. False for those.
 */
export async function rewrapOne(db: Kysely<VaultTables>, clock: Clock, keys: KeyRing, key: GrantKey): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockGrant(trx, key, 'update');
    const row = await trx.selectFrom('vault.token_set').selectAll()
      .where('company_id', '=', key.company).where('application', '=', key.application).where('master_key_id', '<>', keys.current.id).executeTakeFirst();
    if (!row) return false;
    const replaced = await trx.updateTable('vault.token_set').set(rewrapped(keys, row))
      .where('company_id', '=', key.company).where('application', '=', key.application).where('wrapped_key', '=', row.wrapped_key).executeTakeFirst();
    if (replaced.numUpdatedRows === 0n) return false;
    const at = clock.now();
    const { generation } = row;
    const data = { from: row.master_key_id, to: keys.current.id };
    await appendAudit(trx, key, { at, action: 'key.rotated', generation, actor: null, detail: data });
    await appendEvent(trx, key, { type: 'key.rotated', generation, at, data });
    return true;
  });
}

function rewrapped(keys: KeyRing, row: Selectable<TokenSetTable>) {
  try {
    return rewrap(keys, idOf(row), row);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new WrongMasterKey(
      `The token set of ${grantName(idOf(row))} opens with neither key: it was changed, or moved from another row. Clear this grant or opt in again, and run "wayleave rotate-keys" again.`,
    );
  }
}

interface SealedVerifier {
  readonly stateHash: Buffer;
  readonly verifier: Buffer;
  readonly context: Context;
}

/** The verifiers of opt-ins under way that lie under the previous key. */
async function findOldVerifiers(db: Kysely<VaultTables>, { current }: KeyRing): Promise<SealedVerifier[]> {
  const rows = await db.selectFrom('vault.opt_in').select(['state_hash', 'company_id', 'application', 'verifier']).where('verifier', 'is not', null).execute();
  return rows.flatMap(({ state_hash: stateHash, company_id: company, application, verifier }) => {
    const context = verifierContext({ company, application }, stateHash);
    return verifier === null || opened(() => current.unsealVerifier(verifier, context)) !== null ? [] : [{ stateHash, verifier, context }];
  });
}

/** One that opens with neither key is dropped, which ends its opt-in. */
async function resealVerifiers(db: Kysely<VaultTables>, keys: KeyRing): Promise<void> {
  for (const { stateHash, verifier, context } of await findOldVerifiers(db, keys)) {
    const plain = opened(() => keys.unsealVerifier(verifier, context));
    const resealed = plain === null ? null : keys.current.sealVerifier(plain, context);
    await db.updateTable('vault.opt_in').set({ verifier: resealed }).where('state_hash', '=', stateHash).where('verifier', '=', verifier).execute();
  }
}

function opened(open: () => string): string | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof CannotOpen) return null;
    throw error;
  }
}

/** Forgets the previous key, if nothing lies under it: under a lock that waits for everybody who is writing and keeps out who begins. */
export async function retirePrevious(db: Kysely<VaultTables>, keys: KeyRing): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sql`lock table vault.master_key in exclusive mode`.execute(trx);
    const left = await trx.selectFrom('vault.token_set').select('company_id').where('master_key_id', '<>', keys.current.id).limit(1).executeTakeFirst();
    if (left) return false;
    if ((await findOldVerifiers(trx, keys)).length > 0) return false;
    await trx.deleteFrom('vault.master_key').where('master_key_id', '<>', keys.current.id).execute();
    return true;
  });
}
