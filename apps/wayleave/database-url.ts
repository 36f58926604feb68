import { readDatabaseUrl } from '@wayleave/platform/database';
import { readSettings } from '@wayleave/platform/settings';

/** `DATABASE_URL`, which must be set. Throws SettingsError. */
export function databaseUrl(env: NodeJS.ProcessEnv): string {
  return readSettings(env, (settings) => readDatabaseUrl(settings) ?? settings.text('DATABASE_URL'));
}
