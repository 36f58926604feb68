import { UsageError } from '@wayleave/platform/command';
import { migrate, openDatabase } from '@wayleave/platform/database';
import { suiteMigrations } from '@wayleave/suite';
import { vaultMigrations } from '@wayleave/vault';
import { databaseUrl } from './database-url.js';

/** `wayleave migrate`: brings the schemas of vault and suite up to date. Safe to run twice, and by several at once. */
export async function migrateCommand(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"migrate" takes no arguments.');
  const database = await openDatabase({ url: databaseUrl(env), max: 2, answerWithinMs: null });
  try {
    await migrate(database, [vaultMigrations, suiteMigrations]);
    process.stdout.write('The database is up to date.\n');
  } finally {
    await database.close();
  }
}
