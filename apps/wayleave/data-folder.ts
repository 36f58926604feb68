import { openDatabase, type Database } from '@wayleave/platform/database';
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

/** PostgreSQL when `DATABASE_URL` names one, else the database embedded in the data folder. Throws DataFolderInUse. */
export function openDemoDatabase(env: Environment, folder: string): Promise<Database> {
  const url = env['DATABASE_URL']?.trim();
  return openDatabase(url ? { url } : { dataDirectory: folder });
}
