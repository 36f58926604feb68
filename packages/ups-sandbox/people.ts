import type { Clock } from '@wayleave/platform/clock';
import type { Logger } from '@wayleave/platform/logging';
import type { Mailer } from '@wayleave/platform/mail';
import { createLinkStore, type LinkStore } from '@wayleave/platform/one-time-link';
import type { PasswordHasher } from '@wayleave/platform/password';
import { createSessionStore, type SessionStore } from '@wayleave/platform/session';
import type { Throttle } from '@wayleave/platform/throttle';
import type { Kysely } from 'kysely';
import type { Authorization } from './authorization/authorization.js';
import type { SettingValues } from './config/settings.js';
import type { ProfileTables } from './profile/profile-tables.js';
import type { SandboxContext } from './sandbox-context.js';

/** What the pages for people and their rules share. */
export interface People {
  readonly db: Kysely<ProfileTables>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publicUrl: URL;
  readonly authorization: Authorization;
  readonly links: LinkStore;
  readonly throttle: Throttle;
  readonly mailer: Mailer;
  readonly passwords: PasswordHasher;
  /** As they are now: control may change them at any moment. */
  settings(): SettingValues;
  sessions(): SessionStore;
}

/** Opens the stores of the pages on the stand-in's database. */
export function createPeople(context: SandboxContext): People {
  const { database, clock, logger, authorization, throttle, mailer, passwords } = context;
  const settings = () => context.settings.current();
  return {
    db: database.kysely<ProfileTables>(),
    clock,
    logger,
    publicUrl: context.config.publicUrl,
    authorization,
    links: createLinkStore({ database, table: 'upscom.one_time_link', clock }),
    throttle,
    mailer,
    passwords,
    settings,
    sessions() {
      const { sessionIdleMs, sessionAbsoluteMs } = settings();
      return createSessionStore({ database, table: 'upscom.session', clock, idleMs: sessionIdleMs, absoluteMs: sessionAbsoluteMs });
    },
  };
}
