import type { AuthorizationRequest } from '../authorization/authorization.js';
import type { People } from '../people.js';
import type { Profile } from '../profile/profile.js';
import { holdEpoch, rememberBrowser } from '../profile/profile-store.js';
import { logEvent, type Source } from '../security-event.js';
import { recordAcceptance } from './agreement.js';
import { browserAfterLogIn, browserHash } from './credentials.js';
import { closeSignInRequest, type SignInRequest } from './sign-in-request-store.js';

/** What a completed log-in leaves behind: the code for the application, and the two cookies of the browser. */
export interface CompletedSignIn {
  readonly code: string;
  readonly sessionToken: string;
  readonly browser: string;
}

/**
 * Completes a sign-in request whose password was found right: one code, the acceptance of the agreement, a session and
 * the memory of this browser, all or nothing. `used` when the request was completed before (double click, resubmitted
 * form); `changed` when the password was changed since it was checked. Neither writes anything.
 */
export async function completeSignIn(
  people: People, request: SignInRequest, asked: AuthorizationRequest, profile: Profile, { browser, source }: { browser: string | undefined; source: Source },
): Promise<CompletedSignIn | 'used' | 'changed'> {
  const now = people.clock.now();
  const kept = await browserAfterLogIn(people, browser);
  const completed = await people.db.transaction().execute(async (trx): Promise<CompletedSignIn | 'used' | 'changed'> => {
    if (!await holdEpoch(trx, profile.id, profile.epoch)) return 'changed';
    if (!await closeSignInRequest(trx, request.idHash, now)) return 'used';
    await recordAcceptance(trx, {
      profileId: profile.id,
      clientId: asked.application.clientId,
      textVersion: request.agreementVersion,
      typedName: request.typedName,
      agreedAt: request.agreedAt,
      completedAt: now,
    });
    await rememberBrowser(trx, browserHash(kept), profile.id, now);
    const code = await people.authorization.issueCode(trx, {
      clientId: asked.application.clientId,
      profileId: profile.id,
      epoch: profile.epoch,
      redirectUri: asked.redirectUri,
      codeChallenge: asked.codeChallenge,
      scope: asked.scope,
    });
    return { code, sessionToken: await people.sessions().create(profile.id, profile.epoch, trx), browser: kept };
  });
  if (typeof completed !== 'string') {
    for (const event of ['logged in', 'application authorized']) logEvent(people.logger, event, profile.id, source);
  }
  return completed;
}
