import { NotSignedIn } from '@wayleave/platform/errors';
import { sessionCookie } from '@wayleave/platform/http';
import type { FastifyRequest } from 'fastify';
import type { People } from '../people.js';
import type { Profile } from '../profile/profile.js';
import { findProfile } from '../profile/profile-store.js';

/** Who is logged in to UPS.com in a browser, and the session's token. */
export interface LoggedIn {
  readonly profile: Profile;
  readonly token: string;
}

/** The profile of the request's session. Throws NotSignedIn when there is none, it ended, or the password changed since. */
export async function requireProfile(people: People, request: FastifyRequest): Promise<LoggedIn> {
  const token = sessionCookie(request);
  const session = token === undefined ? null : await people.sessions().find(token);
  const profile = session ? await findProfile(people.db, session.subject) : null;
  if (token === undefined || !session || profile?.epoch !== session.epoch) throw new NotSignedIn();
  return { profile, token };
}
