import pg from 'pg';
import { startRawServer } from './raw-server.js';
import type { TokenServer } from './token-server.js';

const connections = 10;

/** The raw server with one bare PostgreSQL commit for each request: a row of one hash and a time, over a pool like the stand-in's. */
export async function startCommitServer(databaseUrl: string): Promise<TokenServer> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  await pool.query('create table bare (hash text primary key, at timestamptz not null default now())');
  const server = await startRawServer(async (hash) => {
    await pool.query({ name: 'commit', text: 'insert into bare (hash) values ($1)', values: [hash] });
  });
  return {
    ...server,
    async close() {
      await server.close();
      await pool.end();
    },
  };
}
