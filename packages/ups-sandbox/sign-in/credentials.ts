import { TooManyRequests } from '@wayleave/platform/errors';
import { randomToken, sha256 } from '@wayleave/platform/secret';
import type { People } from '../people.js';
import { nameKey, type Profile } from '../profile/profile.js';
import { findForLogIn, isKnownBrowser, replaceHash } from '../profile/profile-store.js';
import { logEvent, type Source } from '../security-event.js';

/** One try to log in. `browser` is the value of the browser's own cookie, if it has one. */
export interface LogInAttempt {
  readonly typedName: string;
  readonly password: string;
  readonly source: Source;
  readonly browser: string | undefined;
}

/** The cookie that tells a browser in which somebody logged in before. */
export const browserCookie = 'device';
export const browserCookieSeconds = 365 * 24 * 60 * 60;

const prefix = 'dev-';

/**
 * The profile whose name and password these are, or null. An unknown name costs the same work and gets the same answer.
 *
 * Tries are limited by name and by address (TooManyRequests), except in a browser in which this very profile logged in
 * before: that one has a limit of its own, so that a stranger's tries never keep the owner out.
 */
export async function checkCredentials(people: People, attempt: LogInAttempt): Promise<Profile | null> {
  const found = await findForLogIn(people.db, attempt.typedName, browserHash(attempt.browser));
  try {
    return await tryPassword(people, attempt, found);
  } catch (error) {
    if (error instanceof TooManyRequests) logEvent(people.logger, 'log-in limited', found?.id ?? null, attempt.source, 'warn');
    throw error;
  }
}

async function tryPassword(people: People, attempt: LogInAttempt, found: Awaited<ReturnType<typeof findForLogIn>>): Promise<Profile | null> {
  const { throttle, settings } = people;
  const { attemptWindowMs: windowMs, nameAttempts, addressAttempts, browserAttempts } = settings();
  const usual = found?.knownBrowser === true;
  const key = usual ? `log-in/browser/${found.id}/${attempt.browser}` : `log-in/name/${nameKey(attempt.typedName)}`;
  const addressKey = `log-in/address/${attempt.source.address}`;
  const byAddress = { limit: addressAttempts, windowMs };
  if (!usual) await throttle.check(addressKey, byAddress);
  await throttle.hit(key, { limit: usual ? browserAttempts : nameAttempts, windowMs });
  const fits = await people.passwords.verify(attempt.password, found?.passwordHash ?? null);
  if (!found || !fits) {
    logEvent(people.logger, 'log-in refused', found?.id ?? null, attempt.source);
    if (!usual) await throttle.hit(addressKey, byAddress);
    return null;
  }
  await throttle.clear(key);
  if (people.passwords.outdated(found.passwordHash)) {
    await replaceHash(people.db, found.id, found.passwordHash, await people.passwords.hash(attempt.password));
  }
  return { id: found.id, username: found.username, email: found.email, epoch: found.epoch };
}

/** The form in which a browser's cookie is stored. */
export function browserHash(browser: string | undefined): Buffer {
  return sha256(browser ?? '');
}

/** The cookie with which a browser is recognised after a log-in: its present one if we gave it that, else a new one. */
export async function browserAfterLogIn(people: People, present: string | undefined): Promise<string> {
  if (present?.startsWith(prefix) && await isKnownBrowser(people.db, browserHash(present))) return present;
  return randomToken(prefix);
}
