import { systemClock } from '@wayleave/platform/clock';
import { openDatabase } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { openMetrics, openSuite, readSuiteConfig, type SuiteContext } from '@wayleave/suite';
import { databaseUrl } from './database-url.js';
import { closeInOrder } from './serving.js';

/**
 * Opens the suite as it is deployed, on the PostgreSQL of `DATABASE_URL` and against the UPS of the settings, with
 * its metrics; runs `work`, and closes everything when that ends. Throws SettingsError and WrongMasterKey.
 */
export async function withDeployedSuite(name: string, env: NodeJS.ProcessEnv, work: (suite: SuiteContext) => Promise<void>): Promise<void> {
  const url = databaseUrl(env);
  const config = readSuiteConfig(env);
  const logger = createLogger({ name: `wayleave-${name}`, level: config.logLevel });
  const database = await openDatabase({ url });
  const closing = [() => database.close()];
  try {
    const suite = await openSuite({ config, database, clock: systemClock, logger });
    closing.unshift(() => suite.vault.close());
    closing.unshift(await openMetrics(suite));
    await work(suite);
  } finally {
    await closeInOrder(closing);
  }
}
