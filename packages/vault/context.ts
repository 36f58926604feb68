import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import type { Transport } from '@wayleave/ups-api';
import type { Kysely, Transaction } from 'kysely';
import type { Sightings } from './home/sighting.js';
import type { ApplicationId } from './ids.js';
import type { Signals } from './lease/signals.js';
import type { VaultObserver } from './observer.js';
import type { VaultSettings } from './settings.js';
import type { VaultTables } from './tables.js';
import type { KeyRing } from './token/key-ring.js';
import type { ApplicationCredentials, Environment } from './vault.js';

/** What every part of one vault instance works with. */
export interface VaultContext {
  readonly databaseKind: Database['kind'];
  readonly filesId: Database['filesId'];
  readonly sightings: Sightings;
  readonly db: Kysely<VaultTables>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keys: KeyRing;
  /** One for each application, over the same connections. */
  readonly transports: Readonly<Record<ApplicationId, Transport>>;
  readonly observer: VaultObserver | undefined;
  readonly upsBaseUrl: URL;
  readonly environment: Environment;
  readonly applications: Readonly<Record<ApplicationId, ApplicationCredentials>>;
  readonly settings: VaultSettings;
  readonly signals: Signals;
  /** Random per start: a restarted process never takes itself for the one before. */
  readonly instanceId: string;
}

export type VaultTrx = Transaction<VaultTables>;
