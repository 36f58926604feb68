import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { createServer } from '@wayleave/platform/http';
import { packageRoot } from '@wayleave/platform/package-root';
import type { FastifyInstance } from 'fastify';

import { registerCompanyRoutes } from './company/company-routes.js';
import { registerHelpRoutes } from './help/help-routes.js';
import { registerIdhRoutes } from './idh/idh-routes.js';
import { registerIdmRoutes } from './idm/idm-routes.js';
import { registerMailboxRoutes } from './mail/mailbox-routes.js';
import { registerOptInRoutes } from './opt-in/opt-in-routes.js';
import { registerPendingRoutes } from './opt-in/pending-routes.js';
import { problemAnswers } from './problem/problem-answers.js';
import { registerRetrievalRoutes } from './retrieval/retrieval-routes.js';
import { registerPasswordRoutes } from './sign-in/password-routes.js';
import { registerSignInRoutes } from './sign-in/sign-in-routes.js';
import { loadSignedIn } from './sign-in/signed-in.js';
import { csrfKey, type SuiteContext } from './suite.js';
import { registerWebhookRoutes } from './webhooks/webhook-routes.js';

const turbo = pathToFileURL(createRequire(import.meta.url).resolve('@hotwired/turbo'));

/** The suite's pages as a server, not yet listening. Closing it leaves the context open. */
export async function createWeb(context: SuiteContext): Promise<FastifyInstance> {
  const { config, database, logger, metrics } = context;
  const app = await createServer({
    publicUrl: config.publicUrl,
    logger,
    cookieName: 'wayleave',
    csrfKey: csrfKey(config),
    // On every page, also those without such a form: Turbo keeps the policy of the page that was loaded first.
    formAction: config.ups.browserOrigins,
    trustedProxies: [...config.trustedProxies],
    ready: () => database.ping(),
    ...(metrics && { answered: metrics.answered }),
    assets: [
      { prefix: '/assets/', directory: new URL('assets/', packageRoot(import.meta.url)) },
      { prefix: '/turbo/', directory: new URL('./', turbo) },
    ],
    ...problemAnswers(context),
  });
  loadSignedIn(app, context);
  registerSignInRoutes(app, context);
  registerPasswordRoutes(app, context);
  registerMailboxRoutes(app, context);
  registerCompanyRoutes(app, context);
  registerWebhookRoutes(app, context);
  registerHelpRoutes(app, context);
  registerIdmRoutes(app, context);
  registerIdhRoutes(app, context);
  registerOptInRoutes(app, context);
  registerPendingRoutes(app, context);
  await registerRetrievalRoutes(app, context);
  return app;
}
