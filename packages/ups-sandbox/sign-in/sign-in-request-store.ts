import { randomToken, sha256 } from '@wayleave/platform/secret';
import type { Kysely, Transaction } from 'kysely';
import type { ProfileTables } from '../profile/profile-tables.js';

/** What is known once somebody passed the Log In page: the application's request, the name as typed, the agreement. */
export interface SignInRequest {
  readonly idHash: Buffer;
  /** The application's request as a percent-encoded query, to be validated again at every step. */
  readonly query: string;
  readonly typedName: string;
  readonly agreementVersion: string;
  readonly agreedAt: Date;
  /** `open` can be completed; `closed` was completed or cancelled; `expired` took too long. */
  readonly state: 'open' | 'closed' | 'expired';
}

/** What `openSignInRequest` stores. */
export interface NewSignInRequest {
  readonly browserId: string;
  readonly query: string;
  readonly typedName: string;
  readonly agreementVersion: string;
  readonly lifetimeMs: number;
}

const prefix = 'sir_';
const keptAfterExpiryMs = 60 * 60 * 1000;

/**
 * Stores a request that only the browser with this id can find again, and gives its random id. Long expired requests
 * are removed on the way, so that their number stays bounded by what arrives within a lifetime.
 */
export async function openSignInRequest(db: Kysely<ProfileTables>, request: NewSignInRequest, now: Date): Promise<string> {
  await db.deleteFrom('upscom.sign_in_request').where('expires_at', '<', new Date(now.getTime() - keptAfterExpiryMs)).execute();
  const id = randomToken(prefix);
  await db.insertInto('upscom.sign_in_request').values({
    id_hash: sha256(id),
    browser_hash: sha256(request.browserId),
    query: request.query,
    typed_name: request.typedName,
    agreement_version: request.agreementVersion,
    agreed_at: now,
    expires_at: new Date(now.getTime() + request.lifetimeMs),
    closed_at: null,
  }).execute();
  return id;
}

/** The request with this id, if this browser made it; null for every other id and every other browser. */
export async function findSignInRequest(db: Kysely<ProfileTables>, id: string, browserId: string, now: Date): Promise<SignInRequest | null> {
  if (!id.startsWith(prefix)) return null;
  const row = await db.selectFrom('upscom.sign_in_request').selectAll()
    .where('id_hash', '=', sha256(id)).where('browser_hash', '=', sha256(browserId)).executeTakeFirst();
  if (!row) return null;
  const state = row.closed_at ? 'closed' : row.expires_at <= now ? 'expired' : 'open';
  return { idHash: row.id_hash, query: row.query, typedName: row.typed_name, agreementVersion: row.agreement_version, agreedAt: row.agreed_at, state };
}

/** Closes an open request. False when it was closed or expired already: somebody else finished it. */
export async function closeSignInRequest(db: Kysely<ProfileTables> | Transaction<ProfileTables>, idHash: Buffer, now: Date): Promise<boolean> {
  const row = await db.updateTable('upscom.sign_in_request').set({ closed_at: now })
    .where('id_hash', '=', idHash).where('closed_at', 'is', null).where('expires_at', '>', now)
    .returning('id_hash').executeTakeFirst();
  return row !== undefined;
}
