import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import type { LoginTable } from '../tables.js';
import { CannotOpen, type Context } from '../token/cipher.js';
import type { KeyRing } from '../token/key-ring.js';
import { isAnother, type Login, type LoginHashes } from './login.js';

/** Remembers by which login a consent came, in place of the one before. Only under the grant's lock. */
export async function writeLogin(
  { keys, applications }: VaultContext, trx: VaultTrx, key: GrantKey, generation: number, login: Login | null,
): Promise<void> {
  await deleteLogin(trx, key).execute();
  if (login === null) return;
  const hashKey = randomBytes(32);
  const row = { company_id: key.company, application: key.application, generation, key_id: randomUUID() };
  const master = await keys.forWriting(trx);
  const { sub, uuid } = hashesOf(hashKey, login);
  await trx.insertInto('vault.login').values({
    ...row, client_id: applications[key.application].clientId, master_key_id: master.id, wrapped_key: master.wrap(hashKey, loginContext(row)),
    sub_hash: sub, uuid_hash: uuid,
  }).execute();
  hashKey.fill(0);
}

/** The remembered login of a grant, or null. */
export async function findLogin(trx: VaultTrx, key: GrantKey): Promise<Selectable<LoginTable> | null> {
  const row = await trx.selectFrom('vault.login').selectAll()
    .where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();
  return row ?? null;
}

/** The statement that forgets the login, and the key of its hashes with it. Only under the grant's lock. */
export function deleteLogin(trx: VaultTrx, key: GrantKey) {
  return trx.deleteFrom('vault.login').where('company_id', '=', key.company).where('application', '=', key.application);
}

/**
 * Whether a consent came by another login than the living one, as far as both say. A remembered login whose key does not
 * open cannot vouch for anything: the consent counts as another's.
 */
export async function isOfAnotherLogin(
  { keys, applications, settings }: VaultContext, trx: VaultTrx, key: GrantKey, login: Login | null,
): Promise<boolean> {
  if (login === null || settings.tokenNames === 'nobody') return false;
  const row = await findLogin(trx, key);
  if (row?.client_id !== applications[key.application].clientId) return false;
  const hashKey = openKey(keys, row);
  if (hashKey === null) return true;
  const now = hashesOf(hashKey, login);
  hashKey.fill(0);
  return isAnother({ sub: row.sub_hash, uuid: row.uuid_hash }, now, settings.tokenNames);
}

/** What the key of a login's hashes is bound to. */
export function loginContext(row: Pick<Selectable<LoginTable>, 'company_id' | 'application' | 'generation' | 'key_id'>): Context {
  return ['login key', row.company_id, row.application, row.generation, row.key_id];
}

function openKey(keys: KeyRing, row: Selectable<LoginTable>): Buffer | null {
  try {
    return keys.unwrap(row, loginContext(row));
  } catch (error) {
    if (error instanceof CannotOpen) return null;
    throw error;
  }
}

/** What is remembered of a login under this key: each claim on its own, whatever the case of its letters. */
export function hashesOf(hashKey: Buffer, { sub, uuid }: Login): LoginHashes {
  const hash = (claim: string, value: string | null) =>
    value === null ? null : createHmac('sha256', hashKey).update(JSON.stringify([claim, value.toLowerCase()])).digest();
  return { sub: hash('sub', sub), uuid: hash('uuid', uuid) };
}
