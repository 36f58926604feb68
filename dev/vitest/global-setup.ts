import { dropLeftDatabases, findPostgres } from '../database/postgres-template.js';
import { findPostgresPrograms } from '../postgres-cluster/programs.js';

/**
 * Looks once for a PostgreSQL to test on, and for the programs to run clusters with, and tells the test processes through
 * their environment; afterwards drops every database that this run made.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const url = await findPostgres(process.env);
  const run = `${Math.floor(Date.now() / 1000)}_${process.pid}`;
  process.env['WAYLEAVE_TEST_RUN'] = run;
  process.env['WAYLEAVE_TEST_POSTGRES'] = url ?? '';
  process.env['WAYLEAVE_TEST_POSTGRES_PROGRAMS'] = findPostgresPrograms() ?? '';
  if (url === null) return async () => {};
  await dropLeftDatabases(url, { run: null });
  return async () => {
    await dropLeftDatabases(url, { run });
  };
}
