import { openDatabase, readDatabaseUrl, type Database } from '@wayleave/platform/database';
import { readSettings } from '@wayleave/platform/settings';
import { chmodSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of the demo's data and secrets, closed to other users of the machine. */
export function dataFolder(env: Environment): string {
  const folder = resolve(env['WAYLEAVE_DATA']?.trim() || '.wayleave');
  process.umask(0o077);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  return folder;
}

/** PostgreSQL when `DATABASE_URL` names one, else the database embedded in the data folder. Throws SettingsError and DataFolderInUse. */
export async function openDemoDatabase(env: Environment, folder: string): Promise<Database> {
  const url = readSettings(env, readDatabaseUrl);
  return openDatabase(url === undefined ? { dataDirectory: folder } : { url });
}
