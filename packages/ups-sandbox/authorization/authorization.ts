import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { SandboxSettings } from '../config/settings.js';
import { createAccessTokens } from './access-token.js';
import { createApplicationStore, type ApplicationStore } from './application-store.js';
import { createApplicationTokenStore, type ApplicationTokenStore } from './application-token-store.js';
import { validateAuthorizationRequest, type AuthorizationRequest } from './authorization-request.js';
import { createCodeStore, type CodeStore } from './code-store.js';
import { createTokenStore, type TokenStore } from './token-store.js';

/** Everything the stand-in can do with applications, codes and tokens. Each verb that writes is atomic. */
export interface Authorization extends ApplicationStore, ApplicationTokenStore, CodeStore, TokenStore {
  /** Reads and checks the raw query (without `?`) of /authorize, of the Log In page, or as kept by it. Throws UpsRefusal. */
  validateAuthorizationRequest(rawQuery: string): Promise<AuthorizationRequest>;
}

export { callbackUrl, loginUrl, type AuthorizationRequest } from './authorization-request.js';

/** Opens the authorization stores on the stand-in's database. */
export function createAuthorization(deps: { database: Database; clock: Clock; settings: SandboxSettings }): Authorization {
  const applications = createApplicationStore(deps);
  const accessTokens = createAccessTokens(deps);
  return {
    ...applications,
    ...createApplicationTokenStore({ ...deps, accessTokens }),
    ...createCodeStore({ ...deps, accessTokens }),
    ...createTokenStore({ ...deps, accessTokens }),
    validateAuthorizationRequest: (rawQuery) => validateAuthorizationRequest(applications, rawQuery),
  };
}
