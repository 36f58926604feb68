import { systemClock } from '@wayleave/platform/clock';
import { migrate, openDatabase } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { openSuite, readSuiteConfig, suiteMigrations } from '@wayleave/suite';
import { vaultMigrations } from '@wayleave/vault';
import { parseAdministration, type Administration } from './administration.js';
import { askRunningProcess } from './administration-door.js';
import { dataFolder } from './data-folder.js';
import { readDemoSecrets } from './demo/demo-secrets.js';
import { demoSettings } from './demo/demo-settings.js';
import { withDeployedSuite } from './deployed-suite.js';
import { closeInOrder } from './serving.js';

/** `wayleave company …`: see `usage`. */
export function company(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  return administer(['company', ...words], env);
}

/** `wayleave member …`: see `usage`. */
export function member(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  return administer(['member', ...words], env);
}

/**
 * Works on the database of `DATABASE_URL`. Without it, the demo is meant: a running `wayleave start` carries the command
 * out, and when none runs, the embedded database is opened for it.
 */
async function administer(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const work = parseAdministration(words);
  if (env['DATABASE_URL']?.trim()) {
    await withDeployedSuite('administration', env, async (suite) => print(await work(suite)));
    return;
  }
  const folder = dataFolder(env);
  print((await askRunningProcess(folder, words)) ?? (await onEmbeddedSuite(env, folder, work)));
}

async function onEmbeddedSuite(env: NodeJS.ProcessEnv, folder: string, work: Administration): Promise<string> {
  const database = await openDatabase({ dataDirectory: folder });
  const closing = [() => database.close()];
  try {
    const settings = demoSettings(env, await readDemoSecrets(folder));
    const config = readSuiteConfig(settings);
    const logger = createLogger({ name: 'wayleave', level: config.logLevel, destination: process.stderr });
    await migrate(database, [vaultMigrations, suiteMigrations]);
    const suite = await openSuite({ config, database, clock: systemClock, logger });
    closing.unshift(() => suite.vault.close());
    return await work(suite);
  } finally {
    await closeInOrder(closing);
  }
}

function print(text: string): void {
  process.stdout.write(text);
}
