import { Client } from 'pg';

const defaultUrl = 'postgres://postgres@127.0.0.1:5432/postgres';
const prefix = 'wayleave_test_';
const connectTimeoutMs = 3000;
const abandonedAfterSeconds = 3600;

/**
 * The URL of the PostgreSQL to test on: `TEST_DATABASE_URL`, else the local default when one answers there, else null.
 * A `TEST_DATABASE_URL` that does not answer is an error: someone asked for it.
 */
export async function findPostgres(env: NodeJS.ProcessEnv): Promise<string | null> {
  const wanted = env['TEST_DATABASE_URL'];
  try {
    await withClient(wanted || defaultUrl, async (client) => client.query('select 1'));
    return wanted || defaultUrl;
  } catch (error) {
    if (!wanted) return null;
    throw new Error('TEST_DATABASE_URL is set, but no PostgreSQL answers there.', { cause: error });
  }
}

/** Opens one connection for the length of `work`. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Name of a database that belongs to this run and is dropped at its end. */
export function testDatabaseName(run: string, rest: string): string {
  return `${prefix}${run}_${rest}`;
}

/**
 * Makes the template database `name` unless another test process has, with `fill` run once on an unfinished copy.
 * An advisory lock makes the others wait; they see either no template or a complete one.
 */
export async function ensureTemplate(serverUrl: string, name: string, fill: (url: string) => Promise<void>): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 1) return;
    const unfinished = `${name}_filling`;
    await client.query(`drop database if exists "${unfinished}" with (force)`);
    await client.query(`create database "${unfinished}"`);
    await fill(databaseUrl(serverUrl, unfinished));
    await client.query(`alter database "${unfinished}" rename to "${name}"`);
  });
}

/** Copies a template. The copy does not wait for the disk: it lives for one test file. */
export async function cloneTemplate(serverUrl: string, template: string, name: string): Promise<string> {
  await withClient(serverUrl, async (client) => {
    await client.query(`create database "${name}" template "${template}"`);
    await client.query(`alter database "${name}" set synchronous_commit = off`);
  });
  return databaseUrl(serverUrl, name);
}

/** Drops one test database, with whoever is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, async (client) => client.query(`drop database if exists "${name}" with (force)`));
}

/** Drops the databases of `run`, or (null) those that an interrupted run left behind more than an hour ago. */
export async function dropLeftDatabases(serverUrl: string, { run }: { run: string | null }): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [
      run === null ? prefix : `${prefix}${run}_`,
    ]);
    for (const { datname } of rows) {
      const startedAt = Number(datname.slice(prefix.length).split('_')[0]);
      if (run !== null || Date.now() / 1000 - startedAt > abandonedAfterSeconds) {
        await client.query(`drop database if exists "${datname}" with (force)`);
      }
    }
  });
}

/** A role that may do what the URL's may, with this password. `url` logs in as it. */
export async function createRole(url: string, password: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `${new URL(url).pathname.slice(1)}_role`;
  await withClient(url, (client) => client.query(`create role "${name}" login password '${password}' in role current_user`));
  return {
    url: Object.assign(new URL(url), { username: name, password }).href,
    drop: async () => void (await withClient(url, (client) => client.query(`drop role "${name}"`))),
  };
}
