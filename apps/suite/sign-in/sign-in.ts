import { TooManyRequests } from '@wayleave/platform/errors';
import { sha256 } from '@wayleave/platform/secret';

import type { SuiteContext } from '../suite.js';

import { findCredentials, isKnownBrowser, knowBrowser, noteSignIn } from './member-store.js';
import { sessionEpoch } from './signed-in.js';

const quarterHour = 15 * 60_000;

/**
 * How many tries there are in 15 minutes: per Sign In name from browsers that never signed in with it, per address
 * from such browsers, and per name from each browser that has. The third count is apart from the first two, so nobody
 * can lock an owner out of the browser the owner uses.
 */
export const signInLimits = {
  perName: { limit: 10, windowMs: quarterHour },
  perAddress: { limit: 100, windowMs: quarterHour },
  perKnownBrowser: { limit: 10, windowMs: quarterHour },
} as const;

export interface SignInAttempt {
  /** As typed; case and outer spaces do not matter. */
  signInName: string;
  password: string;
  /** The browser's own id. */
  browser: string;
  address: string;
  /** The id of the request, for the log. */
  request: string;
}

/**
 * Checks name and password and opens a session; answers its token, or null when they do not match. An unknown name
 * costs the same work as a wrong password. Throws TooManyRequests past the limits. Each outcome is a line in the log.
 */
export async function signIn(context: SuiteContext, attempt: SignInAttempt): Promise<string | null> {
  const { db, throttle, passwords, sessions, clock, logger } = context;
  const name = normalSignInName(attempt.signInName);
  const browserHash = sha256(attempt.browser);
  const counters = await countersFor(context, name, browserHash, attempt.address);
  const member = await findCredentials(db, name);
  const who = { request: attempt.request, address: attempt.address, company: member?.companyId ?? null, member: member?.id ?? null };
  try {
    for (const counter of counters) await throttle.hit(counter.key, counter.limit);
  } catch (error) {
    if (error instanceof TooManyRequests) logger.warn(who, 'sign-in limited');
    throw error;
  }
  const matches = await passwords.verify(attempt.password, member?.passwordHash ?? null);
  if (!member || !matches) {
    logger.info(who, 'sign-in refused');
    return null;
  }
  const token = await sessions.create(member.id, sessionEpoch(member));
  const now = clock.now();
  await noteSignIn(db, member, now);
  await knowBrowser(db, member, browserHash, now);
  for (const counter of counters) if (counter.clearedBySuccess) await throttle.clear(counter.key);
  logger.info(who, 'signed in');
  return token;
}

/** The one form in which Sign In names are stored and compared. */
export function normalSignInName(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

async function countersFor(context: SuiteContext, name: string, browserHash: Buffer, address: string) {
  if (await isKnownBrowser(context.db, name, browserHash)) {
    return [{ key: `sign-in browser ${browserHash.toString('hex')} ${name}`, limit: signInLimits.perKnownBrowser, clearedBySuccess: true }];
  }
  return [
    { key: `sign-in address ${address}`, limit: signInLimits.perAddress, clearedBySuccess: false },
    { key: `sign-in name ${name}`, limit: signInLimits.perName, clearedBySuccess: true },
  ];
}
