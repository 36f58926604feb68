import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Secret } from '@wayleave/platform/secret';
import { sql, type Kysely } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import { WrongMasterKey } from '../errors.js';
import type { VaultTrx } from '../context.js';
import { lockGrant } from '../grant/grant-store.js';
import { grantName, type GrantKey } from '../ids.js';
import { findLogin, loginContext } from '../opt-in/login-store.js';
import { verifierContext } from '../opt-in/opt-in-store.js';
import { findPending, pendingIdOf } from '../opt-in/pending-store.js';
import { appendEvent } from '../outbox/outbox-store.js';
import type { VaultTables } from '../tables.js';
import { admitKeys } from './admit-keys.js';
import { CannotOpen, type Context } from './cipher.js';
import { KeyRing, type WrappedKey } from './key-ring.js';
import { wrapContext } from './token-set.js';
import { findTokenSet, idOf } from './token-set-store.js';

/** How far a rotation is, in grants. */
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
  /** Stops the rotation after the grant that is under way; it can be begun again. */
  readonly signal?: AbortSignal | undefined;
}

export type RotationOutcome =
  /** Everything is under the new key, and the old one opens nothing any more. */
  | { readonly kind: 'rotated'; readonly grants: number }
  /** The old key had been retired before. */
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'stopped'; readonly grants: number };

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
  let grants = 0;
  onProgress?.({ done: 0, left: await countLeft(db, keys) });
  for (;;) {
    const due = await findDue(db, keys);
    for (const key of due) {
      if (signal?.aborted) return { kind: 'stopped', grants };
      if (await rewrapOne(db, clock, keys, key)) grants += 1;
    }
    await resealVerifiers(db, keys);
    if (due.length > 0) onProgress?.({ done: grants, left: await countLeft(db, keys) });
    else if (await retirePrevious(db, keys)) return { kind: 'rotated', grants };
  }
}

async function isKnown(db: Kysely<VaultTables>, { previous }: KeyRing): Promise<boolean> {
  const row = await db.selectFrom('vault.master_key').select('master_key_id').where('master_key_id', '=', previous?.id ?? '').executeTakeFirst();
  return row !== undefined;
}

async function countLeft(db: Kysely<VaultTables>, { current }: KeyRing): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) as count from (${dueGrants(current.id)}) due`.execute(db);
  return Number(rows[0]?.count);
}

async function findDue(db: Kysely<VaultTables>, { current }: KeyRing): Promise<GrantKey[]> {
  const { rows } = await sql<GrantKey>`${dueGrants(current.id)} order by 1, 2 limit ${batch}`.execute(db);
  return rows;
}

/** The grants of which anything lies under another key than this: the pair in use, one that waits, the key of a login's hashes. */
function dueGrants(currentId: string) {
  return sql`
    select company_id as company, application from vault.token_set where master_key_id <> ${currentId}
    union select company_id, application from vault.pending_consent where master_key_id <> ${currentId}
    union select company_id, application from vault.login where master_key_id <> ${currentId}`;
}

/**
 * Only the wraps that were opened are replaced: a pair that a refresh or an opt-in stored meanwhile, and one that a Clear
 * destroyed, stay what they are. False where that leaves nothing.
 */
export async function rewrapOne(db: Kysely<VaultTables>, clock: Clock, keys: KeyRing, key: GrantKey): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const replaced = [
      await rewrapRow(trx, keys, key, 'vault.token_set', await findTokenSet(trx, key), (row) => wrapContext(idOf(row), row.data_key_id)),
      await rewrapRow(trx, keys, key, 'vault.pending_consent', await findPending(trx, key), (row) => wrapContext(pendingIdOf(row), row.data_key_id)),
      await rewrapRow(trx, keys, key, 'vault.login', await findLogin(trx, key), loginContext),
    ];
    const former = replaced.find((id) => id !== null);
    if (!grant || former === undefined) return false;
    const at = clock.now();
    const { generation } = grant;
    const data = { from: former, to: keys.current.id };
    await appendAudit(trx, key, { at, action: 'key.rotated', generation, actor: null, detail: data });
    await appendEvent(trx, key, { type: 'key.rotated', generation, at, data });
    return true;
  });
}

/** The key that a row's data key was under; null when there is nothing to do. */
async function rewrapRow<Row extends WrappedKey>(
  trx: VaultTrx, keys: KeyRing, key: GrantKey, table: 'vault.token_set' | 'vault.pending_consent' | 'vault.login', row: Row | null, contextOf: (row: Row) => Context,
): Promise<string | null> {
  if (row === null || row.master_key_id === keys.current.id) return null;
  const replaced = await trx.updateTable(table).set(rewrapped(keys, key, row, contextOf(row)))
    .where('company_id', '=', key.company).where('application', '=', key.application).where('wrapped_key', '=', row.wrapped_key).executeTakeFirst();
  return replaced.numUpdatedRows === 0n ? null : row.master_key_id;
}

function rewrapped(keys: KeyRing, key: GrantKey, row: WrappedKey, context: Context): WrappedKey {
  try {
    return keys.rewrap(row, context);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new WrongMasterKey(
      `A data key of ${grantName(key)} opens with neither key: it was changed, or moved from another row. Clear this grant or opt in again, and run "wayleave rotate-keys" again.`,
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
    if ((await findDue(trx, keys)).length > 0) return false;
    if ((await findOldVerifiers(trx, keys)).length > 0) return false;
    await trx.deleteFrom('vault.master_key').where('master_key_id', '<>', keys.current.id).execute();
    return true;
  });
}
