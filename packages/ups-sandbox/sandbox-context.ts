import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import type { Mailer } from '@wayleave/platform/mail';
import type { PasswordHasher } from '@wayleave/platform/password';
import type { Throttle } from '@wayleave/platform/throttle';
import type { Authorization } from './authorization/authorization.js';
import type { SandboxConfig } from './config/config.js';
import type { SandboxSettings } from './config/settings.js';

/** What every part of the stand-in is handed: made once, in `sandbox.ts`. */
export interface SandboxContext {
  readonly database: Database;
  /** The stand-in's time; control can move it. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: SandboxConfig;
  readonly settings: SandboxSettings;
  readonly authorization: Authorization;
  readonly passwords: PasswordHasher;
  readonly throttle: Throttle;
  readonly mailer: Mailer;
}
