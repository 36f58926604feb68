import { databaseUrl, dropDatabase, findPostgres, withClient } from '@wayleave/dev/database';
import { migrate, openDatabase, type Database } from '@wayleave/platform/database';
import { vaultMigrations } from '@wayleave/vault';

/** An own database on the PostgreSQL server, as durable as the server makes it, with the vault's tables. */
export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
}

/** Null, with a line that says so, when no PostgreSQL answers. `max` is the pool's size. */
export async function benchDatabase(max: number): Promise<BenchDatabase | null> {
  const server = await findPostgres(process.env);
  if (server === null) {
    process.stdout.write('PostgreSQL: NOT RUN\n');
    return null;
  }
  const name = `wayleave_bench_${process.pid}`;
  await withClient(server, (client) => client.query(`create database "${name}"`));
  const url = databaseUrl(server, name);
  const database = await openDatabase({ url, max });
  await migrate(database, [vaultMigrations]);
  return {
    url,
    database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await dropDatabase(server, name);
    },
  };
}
