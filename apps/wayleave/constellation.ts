import { systemClock, type Clock } from '@wayleave/platform/clock';
import { migrate, type Database, type MigrationSet } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import { createWeb, createWorker, openMetrics, openSuite, readSuiteConfig, suiteMigrations, type SuiteConfig, type SuiteContext, type Worker } from '@wayleave/suite';
import { createSandbox, readSandboxConfig, sandboxMigrations, type Sandbox, type SandboxConfig } from '@wayleave/ups-sandbox';
import { vaultMigrations } from '@wayleave/vault';
import { endBy, listen } from './serving.js';

/** Every schema of the constellation, in the order in which they are built. */
export const constellationMigrations: readonly MigrationSet[] = [vaultMigrations, suiteMigrations, sandboxMigrations];

export interface ConstellationConfig {
  readonly suite: SuiteConfig;
  readonly sandbox: SandboxConfig;
}

/** Reads the settings of suite and stand-in together, as they would stand in the environment. Throws SettingsError. */
export function readConstellationConfig(settings: Readonly<Record<string, string | undefined>>): ConstellationConfig {
  return { suite: readSuiteConfig(settings), sandbox: readSandboxConfig(settings) };
}

export interface ConstellationOptions {
  /** Shared by suite and stand-in, each in its own schemas. */
  readonly database: Database;
  readonly config: ConstellationConfig;
  readonly logger: Logger;
  /** The suite's time; the stand-in has its own, moved through its control. */
  readonly clock?: Clock;
}

/** Suite and stand-in UPS.com in one process, on one database, not yet listening. */
export interface Constellation {
  readonly suite: SuiteContext;
  readonly worker: Worker;
  readonly sandbox: Sandbox;
  /** Opens both servers for requests and, unless told otherwise, starts the worker. */
  start(options?: { worker: boolean }): Promise<void>;
  /** Ends what runs, then closes servers, worker and vault; the database stays open. */
  stop(): Promise<void>;
}

/** Migrates the database and puts the servers together. Throws MigrationMismatch and WrongMasterKey. */
export async function openConstellation({ database, config, logger, clock = systemClock }: ConstellationOptions): Promise<Constellation> {
  await migrate(database, constellationMigrations);
  const sandbox = await createSandbox({ database, config: config.sandbox, logger: logger.child({ server: 'upscom' }) });
  const suite = await openSuite({ config: config.suite, database, clock, logger: logger.child({ server: 'suite' }) });
  const web = await createWeb(suite);
  const worker = createWorker(suite);
  let closeMetrics: () => Promise<void> = async () => undefined;
  return {
    suite,
    worker,
    sandbox,
    async start(options = { worker: true }) {
      await listen(sandbox.app, config.sandbox.host, config.sandbox.port);
      await listen(web, config.suite.host, config.suite.port);
      closeMetrics = await openMetrics(suite);
      if (options.worker) worker.start();
    },
    async stop() {
      const worked = worker.stop();
      await closeMetrics();
      await Promise.all([endBy(worked), web.close()]);
      await suite.vault.close();
      await worked;
      await sandbox.app.close();
      await sandbox.close();
    },
  };
}
