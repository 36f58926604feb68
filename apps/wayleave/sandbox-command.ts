import { migrate, openDatabase } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { createSandbox, readSandboxConfig, sandboxMigrations } from '@wayleave/ups-sandbox';
import { UsageError } from './command-error.js';
import { databaseUrl } from './database-url.js';
import { closeInOrder, listen } from './serving.js';
import { stopRequested } from './stop-signal.js';

/** `wayleave sandbox`: the stand-in alone, until it is told to stop. It migrates its own schema, `upscom`. */
export async function sandbox(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"sandbox" takes no arguments; its settings come from the environment.');
  const stop = stopRequested();
  const url = databaseUrl(env);
  const config = readSandboxConfig(env);
  const logger = createLogger({ name: 'upscom', level: config.logLevel });
  const database = await openDatabase({ url });
  const closing = [() => database.close()];
  try {
    await migrate(database, [sandboxMigrations]);
    const standIn = await createSandbox({ database, config, logger });
    closing.unshift(() => standIn.close());
    await listen(standIn.app, config.host, config.port);
    logger.info({ host: config.host, port: config.port, publicUrl: config.publicUrl.href }, 'the stand-in is ready');
    await stop;
    await standIn.app.close();
  } finally {
    await closeInOrder(closing);
  }
}
