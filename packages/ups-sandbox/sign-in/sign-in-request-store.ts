import { Unavailable } from '@wayleave/platform/errors';
import { randomToken, sha256 } from '@wayleave/platform/secret';
import { sql, type Kysely, type Transaction } from 'kysely';
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

/** Of all browsers together: whoever opens requests without end fills no disk (RFC 6819 §4.4.1.11). */
export const mostSignInRequests = 10_000;

/**
 * Stores a request that only the browser with this id can find again, and gives its random id. Long expired requests
 * are removed on the way; when there are too many, those that are over make room. Throws Unavailable when all are open.
 */
export async function openSignInRequest(db: Kysely<ProfileTables>, request: NewSignInRequest, now: Date): Promise<string> {
  await db.deleteFrom('upscom.sign_in_request').where('expires_at', '<', new Date(now.getTime() - keptAfterExpiryMs)).execute();
  const id = randomToken(prefix);
  const insert = async () => {
    const { rows } = await sql`
      insert into upscom.sign_in_request (id_hash, browser_hash, query, typed_name, agreement_version, agreed_at, expires_at)
      select ${sha256(id)}::bytea, ${sha256(request.browserId)}::bytea, ${request.query}, ${request.typedName}, ${request.agreementVersion},
        ${now}::timestamptz, ${new Date(now.getTime() + request.lifetimeMs)}::timestamptz
      where (select count(*) from upscom.sign_in_request) < ${mostSignInRequests}
      returning id_hash`.execute(db);
    return rows.length === 1;
  };
  if (await insert()) return id;
  await db.deleteFrom('upscom.sign_in_request').where((row) => row.or([row('closed_at', 'is not', null), row('expires_at', '<=', now)])).execute();
  if (await insert()) return id;
  throw new Unavailable('More log-ins are under way than this server keeps. Nothing was authorized. Try again in some minutes.');
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
