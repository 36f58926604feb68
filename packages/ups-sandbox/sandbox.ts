import { systemClock, type Clock } from '@wayleave/platform/clock';
import type { Database, MigrationSet } from '@wayleave/platform/database';
import { createServer } from '@wayleave/platform/http';
import type { Logger } from '@wayleave/platform/logging';
import { createMailer } from '@wayleave/platform/mail';
import { packageRoot } from '@wayleave/platform/package-root';
import { createPasswordHasher } from '@wayleave/platform/password';
import { createThrottle } from '@wayleave/platform/throttle';
import type { FastifyInstance } from 'fastify';
import { createAuthorization } from './authorization/authorization.js';
import { registerAuthorizeRoutes } from './authorization/authorize-routes.js';
import { openSigningKey } from './authorization/signing-key.js';
import { registerTokenRoutes } from './authorization/token-routes.js';
import { createParcelFinder } from './carrier/parcel-finder.js';
import { registerQuantumRoutes } from './carrier/quantum-view/quantum-routes.js';
import { createQuantumSubscriptionStore } from './carrier/quantum-view/quantum-subscription-store.js';
import { createReportFeed } from './carrier/report-feed.js';
import { createAlertPushStore } from './carrier/track-alert/alert-push-store.js';
import { registerAlertRoutes } from './carrier/track-alert/alert-routes.js';
import { createAlertSubscriptionStore } from './carrier/track-alert/alert-subscription-store.js';
import { startPushing } from './carrier/track-alert/track-alert.js';
import { registerRateRoutes } from './carrier/rate/rate-routes.js';
import { registerTransitRoutes } from './carrier/time-in-transit/transit-routes.js';
import { registerTrackRoutes } from './carrier/track-routes.js';
import type { SandboxConfig } from './config/config.js';
import { watchArrivals } from './control/arrivals.js';
import { openControlState } from './control/control-store.js';
import { createControl, type ControlFunctions } from './control/control.js';
import { registerControlPages } from './control/control-page-routes.js';
import { createControlSessions } from './control/control-session.js';
import { registerControlRoutes } from './control/control-routes.js';
import { createLedger } from './control/ledger.js';
import { answerMachineProblem, unreadableEnvelope } from './control/machine-problems.js';
import { refuseOtherPaths } from './control/machine-route.js';
import { openWeather } from './control/weather-store.js';
import { registerPages } from './pages.js';
import { createProfile } from './profile/create-profile.js';
import type { SandboxContext } from './sandbox-context.js';
import { renderProblemPage } from './ui/problem-page.js';
import { createWorld } from './world/world.js';

const schema = 'upscom';
const mailEveryMs = 5_000;
const forgetEveryMs = 3_600_000;

/** The stand-in's tables, all in the schema `upscom`. */
export const sandboxMigrations: MigrationSet = { schema, directory: new URL('migrations/', packageRoot(import.meta.url)) };

/** A running stand-in UPS.com, not yet listening. */
export interface Sandbox {
  readonly app: FastifyInstance;
  readonly control: ControlFunctions;
  /** Stops taking requests, ends what runs in the background. The database stays open. */
  close(): Promise<void>;
}

/** Builds the stand-in on a migrated database. `clock` is the time that control's offset is added to. */
export async function createSandbox(deps: { database: Database; config: SandboxConfig; logger: Logger; clock?: Clock }): Promise<Sandbox> {
  const { database, config, logger } = deps;
  const state = await openControlState({ database, clock: deps.clock ?? systemClock, defaults: config.settings });
  const { clock, settings } = state;
  const context: SandboxContext = {
    database, clock, logger, config, settings,
    authorization: createAuthorization({ database, clock, settings }),
    passwords: createPasswordHasher(),
    throttle: createThrottle({ database, table: `${schema}.throttle`, clock }),
    mailer: createMailer({ database, table: `${schema}.mail`, clock, logger, from: config.mailFrom, smtpUrl: config.secrets.smtpUrl?.reveal() }),
  };
  if (settings.current().jwtAccessTokens) await openSigningKey(database);
  const ledger = createLedger(database);
  const weather = await openWeather(database);
  const world = createWorld({ beginsAt: state.worldBeginsAt, ...config.world });

  const app = await createServer({
    publicUrl: config.publicUrl,
    logger,
    cookieName: 'upscom',
    csrfKey: config.secrets.csrfKey.reveal(),
    trustedProxies: config.trustedProxies,
    ready: () => database.ping(),
    assets: [{ prefix: '/assets/', directory: new URL('assets/', packageRoot(import.meta.url)) }],
    renderProblem: renderProblemPage,
    unreadable: unreadableEnvelope,
    // A call of the machine interfaces is one event, whatever came of it: who, with which application, from where (ASVS 16.3.1).
    known: ({ arrival, ip }) => arrival && { address: ip, client: arrival.clientId, grant: arrival.grant, profile: arrival.profileId },
    answerProblem: (problem, request, reply) => answerMachineProblem(settings, problem, request, reply),
  });
  app.decorateRequest('caller', null);
  watchArrivals(app, { ledger, weather });
  const { people } = registerPages(app, context);
  const quantumSubscriptions = createQuantumSubscriptionStore(database);
  const pushes = createAlertPushStore({ database });
  const control = createControl({
    context, quantumSubscriptions, pushes, state, ledger, weather, createProfile: (profile) => createProfile(people, profile), world,
  });
  registerAuthorizeRoutes(app, { authorization: context.authorization, publicUrl: config.publicUrl });
  await registerTokenRoutes(app, { ...context, ledger });
  const parcels = createParcelFinder({ world, database });
  const reports = createReportFeed(world);
  const subscriptions = createAlertSubscriptionStore({ database, clock });
  registerTrackRoutes(app, { authorization: context.authorization, clock, parcels });
  registerQuantumRoutes(app, { authorization: context.authorization, subscriptions: quantumSubscriptions, reports, clock, settings });
  await registerAlertRoutes(app, { authorization: context.authorization, subscriptions, pushes, clock, settings });
  registerRateRoutes(app, context);
  registerTransitRoutes(app, context);
  registerControlPages(app, { control, sessions: createControlSessions(context, config.secrets.controlToken) });
  refuseOtherPaths(app);
  await registerControlRoutes(app, { control, controlToken: config.secrets.controlToken });

  const chores = [
    repeat(mailEveryMs, () => context.mailer.deliver(), 'mail was not delivered'),
    repeat(forgetEveryMs, () => context.authorization.forgetEnded(), 'old tokens were not deleted'),
  ];

  const pusher = startPushing({ database, clock, logger, subscriptions, pushes, reports, parcels });

  function repeat(everyMs: number, work: () => Promise<unknown>, failure: string): NodeJS.Timeout {
    return setInterval(() => {
      work().catch((error: unknown) => logger.warn({ err: error }, failure));
    }, everyMs).unref();
  }

  return {
    app,
    control,
    async close() {
      chores.forEach(clearInterval);
      await app.close();
      await pusher.close();
      await weather.close();
      await state.close();
    },
  };
}
