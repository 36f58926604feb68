import { loginUrl, type AuthorizationRequest } from '../authorization/authorization.js';
import type { People } from '../people.js';

/**
 * The application's request that waits while somebody signs up or recovers a name or password: a percent-encoded query
 * of UPS's parameters, validated again wherever it is used. Null when nobody asked for anything.
 */
export type PendingOptIn = string | null;

/** What the Log In page can be told to say on arrival. */
export type Notice = 'profile-confirmed' | 'password-changed' | 'took-too-long';

/** The part of an address behind its `?`, as it was sent. */
export function rawQuery(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

/** A validated request as a query of UPS's parameters only. */
export function queryOf(publicUrl: URL, asked: AuthorizationRequest): string {
  return rawQuery(loginUrl(publicUrl, asked));
}

/** The opt-in that an address carries on; null when it names no client. Throws the refusal of a bad one. */
export async function pendingOptIn(people: People, url: string): Promise<PendingOptIn> {
  const query = rawQuery(url);
  if (!new URLSearchParams(query).has('client_id')) return null;
  return queryOf(people.publicUrl, await people.authorization.validateAuthorizationRequest(query));
}

/** The opt-in as a mailed link kept it. */
export function keptOptIn(kept: unknown): PendingOptIn {
  return typeof kept === 'string' ? kept : null;
}

/** A path of ours with the pending opt-in, and further parameters, as its query. */
export function withOptIn(path: string, pending: PendingOptIn, more: Readonly<Record<string, string>> = {}): string {
  const query = [pending ?? '', new URLSearchParams(more).toString()].filter(Boolean).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Where to log in: the opt-in's Log In page if one is pending, else the profile's own. */
export function logInPath(pending: PendingOptIn, more: { username?: string; notice?: Notice } = {}): string {
  return withOptIn(pending === null ? '/log-in' : '/lasso/signin', pending, more);
}

/** What an address brings along for the Log In page besides the request: a name to fill in, and a notice. */
export function arrival(url: string): { username: string; notice: Notice | null } {
  const query = new URLSearchParams(rawQuery(url));
  const notice = query.get('notice');
  const known = notice === 'profile-confirmed' || notice === 'password-changed' || notice === 'took-too-long';
  return { username: query.get('username') ?? '', notice: known ? notice : null };
}
