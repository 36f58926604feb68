import type { People } from '../people.js';
import type { Profile } from '../profile/profile.js';
import { holdEpoch, rememberBrowser } from '../profile/profile-store.js';
import { logEvent, type Source } from '../security-event.js';
import { browserAfterLogIn, browserHash } from './credentials.js';

/** The two cookies that a log-in leaves in the browser. */
export interface LoggedInBrowser {
  readonly sessionToken: string;
  readonly browser: string;
}

/** A session without an application, for a profile whose password was found right. Null when it was changed since. */
export async function logInDirectly(people: People, profile: Profile, { browser, source }: { browser: string | undefined; source: Source }): Promise<LoggedInBrowser | null> {
  const kept = await browserAfterLogIn(people, browser);
  const loggedIn = await people.db.transaction().execute(async (trx) => {
    if (!await holdEpoch(trx, profile.id, profile.epoch)) return null;
    await rememberBrowser(trx, browserHash(kept), profile.id, people.clock.now());
    return { sessionToken: await people.sessions().create(profile.id, profile.epoch, trx), browser: kept };
  });
  if (loggedIn) logEvent(people.logger, 'logged in', profile.id, source);
  return loggedIn;
}
