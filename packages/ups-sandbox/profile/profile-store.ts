import { isUniqueViolation } from '@wayleave/platform/database';
import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { nameKey, type Profile, type ShipperAccount } from './profile.js';
import type { ProfileTables } from './profile-tables.js';

type Db = Kysely<ProfileTables>;
/** A transaction on the profile tables. Callers with more tables pass theirs: Kysely checks it by structure. */
export type ProfileTransaction = Transaction<ProfileTables>;

/** A profile with what is needed to check its password. The hash goes no further than the password hasher. */
export interface ProfileWithHash extends Profile {
  readonly passwordHash: string;
}

/** What a new profile is made of; the password is hashed already. */
export interface NewProfile {
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly accounts: readonly ShipperAccount[];
}

/** Another profile has this username or this mail address already. */
export class NameTaken extends Error {
  readonly field: 'username' | 'email';

  constructor(field: 'username' | 'email') {
    super(`another profile has this ${field}`);
    this.name = 'NameTaken';
    this.field = field;
  }
}

const columns = ['id', 'username', 'email', 'epoch'] as const;

/** Writes a profile and its shipper accounts, at epoch 1. Throws NameTaken; the caller's transaction is lost then. */
export async function insertProfile(trx: ProfileTransaction, profile: NewProfile, at: Date): Promise<Profile> {
  const id = randomUUID();
  try {
    await trx.insertInto('upscom.profile').values({
      id,
      username: profile.username,
      username_key: nameKey(profile.username),
      email: profile.email,
      email_key: nameKey(profile.email),
      password_hash: profile.passwordHash,
      created_at: at,
      password_changed_at: at,
    }).execute();
  } catch (error) {
    if (isUniqueViolation(error, 'profile_username_taken')) throw new NameTaken('username');
    if (isUniqueViolation(error, 'profile_email_taken')) throw new NameTaken('email');
    throw error;
  }
  if (profile.accounts.length > 0) {
    await trx.insertInto('upscom.shipper_account').values(profile.accounts.map((account) => ({ profile_id: id, ...account }))).execute();
  }
  return { id, username: profile.username, email: profile.email, epoch: 1 };
}

/** The profile with this id, or null. */
export async function findProfile(db: Db, id: string): Promise<Profile | null> {
  return await db.selectFrom('upscom.profile').select(columns).where('id', '=', id).executeTakeFirst() ?? null;
}

/** The profile with its password hash, by id. */
export async function findProfileWithHash(db: Db, id: string): Promise<ProfileWithHash | null> {
  return await db.selectFrom('upscom.profile').select(columns).select('password_hash as passwordHash').where('id', '=', id).executeTakeFirst() ?? null;
}

/** The profile a typed *Email or Username* means, or null. */
export async function findProfileByName(db: Db, typed: string): Promise<Profile | null> {
  const key = nameKey(typed);
  return await db.selectFrom('upscom.profile').select(columns)
    .where((or) => or.or([or('username_key', '=', key), or('email_key', '=', key)])).executeTakeFirst() ?? null;
}

/** A profile found by a typed name, and whether the given browser is one of its usual ones. One query, known or not. */
export async function findForLogIn(db: Db, typed: string, browserHash: Buffer): Promise<ProfileWithHash & { knownBrowser: boolean } | null> {
  const key = nameKey(typed);
  const row = await db.selectFrom('upscom.profile as profile')
    .leftJoin('upscom.known_browser as browser', (join) => join.onRef('browser.profile_id', '=', 'profile.id').on('browser.browser_hash', '=', browserHash))
    .select(['profile.id', 'profile.username', 'profile.email', 'profile.epoch', 'profile.password_hash as passwordHash', 'browser.profile_id as browserOf'])
    .where((or) => or.or([or('profile.username_key', '=', key), or('profile.email_key', '=', key)]))
    .executeTakeFirst();
  if (!row) return null;
  const { browserOf, ...profile } = row;
  return { ...profile, knownBrowser: browserOf !== null };
}

/**
 * Holds the profile at this epoch until the transaction ends, so that no password change slips between a check of the
 * password and what is written because of it. False when the epoch has moved on: nothing may be written then.
 */
export async function holdEpoch(trx: ProfileTransaction, id: string, epoch: number): Promise<boolean> {
  const row = await trx.selectFrom('upscom.profile').select('id').where('id', '=', id).where('epoch', '=', epoch).forShare().executeTakeFirst();
  return row !== undefined;
}

/**
 * Sets the password and raises the epoch: every session, code and token family of before is dead with this commit.
 * Resolves to the new epoch, or null when `epoch` is no longer the profile's (somebody else changed it first).
 */
export async function setPassword(trx: ProfileTransaction, id: string, epoch: number, passwordHash: string, at: Date): Promise<number | null> {
  const row = await trx.updateTable('upscom.profile')
    .set((set) => ({ password_hash: passwordHash, password_changed_at: at, epoch: set('epoch', '+', 1) }))
    .where('id', '=', id).where('epoch', '=', epoch)
    .returning('epoch').executeTakeFirst();
  return row?.epoch ?? null;
}

/** Stores the same password under newer hash parameters; the epoch stays. Does nothing when the hash changed meanwhile. */
export async function replaceHash(db: Db, id: string, former: string, passwordHash: string): Promise<void> {
  await db.updateTable('upscom.profile').set({ password_hash: passwordHash }).where('id', '=', id).where('password_hash', '=', former).execute();
}

/** The shipper accounts of a profile, by number. */
export async function shipperAccounts(db: Db, id: string): Promise<ShipperAccount[]> {
  return db.selectFrom('upscom.shipper_account').select(['number', 'name']).where('profile_id', '=', id).orderBy('number').execute();
}

/** Notes that this browser logged in to the profile. */
export async function rememberBrowser(db: Db, browserHash: Buffer, id: string, at: Date): Promise<void> {
  await db.insertInto('upscom.known_browser').values({ browser_hash: browserHash, profile_id: id, last_used_at: at })
    .onConflict((conflict) => conflict.columns(['browser_hash', 'profile_id']).doUpdateSet({ last_used_at: at })).execute();
}

/** Whether any profile ever logged in with this browser cookie, so that it is one of ours. */
export async function isKnownBrowser(db: Db, browserHash: Buffer): Promise<boolean> {
  return await db.selectFrom('upscom.known_browser').select('profile_id').where('browser_hash', '=', browserHash).limit(1).executeTakeFirst() !== undefined;
}

/** Forgets every browser of the profile. */
export async function forgetBrowsers(trx: ProfileTransaction, id: string): Promise<void> {
  await trx.deleteFrom('upscom.known_browser').where('profile_id', '=', id).execute();
}
