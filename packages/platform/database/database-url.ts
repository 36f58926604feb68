import pg from 'pg';
import type { SettingsReader } from '../settings/index.js';

const name = 'DATABASE_URL';

/**
 * The PostgreSQL that `DATABASE_URL` names; undefined when it is not set. What is wrong with it is noted without what it
 * says: a password may be in it.
 */
export function readDatabaseUrl(settings: SettingsReader): string | undefined {
  const url = settings.optionalText(name);
  if (url === undefined) return undefined;
  if (!/^postgres(ql)?:\/\//.test(url)) settings.problem(`${name} must begin with postgres:// or postgresql://, such as postgres://user@localhost:5432/wayleave.`);
  else noteUnreadable(settings, url);
  return url;
}

/** Reads it as a connection would, certificates that it names included. */
function noteUnreadable(settings: SettingsReader, url: string): void {
  try {
    new pg.Client({ connectionString: url });
  } catch (error) {
    const { path } = error as NodeJS.ErrnoException;
    settings.problem(path === undefined
      ? `${name} cannot be read as postgres://user:password@host:5432/database. Look at the port, and in user and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25.`
      : `${name} names a file that cannot be read: ${path}. Mend the path, or the rights to the file.`);
  }
}
