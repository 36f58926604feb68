import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';

/** The tables that the platform's stores expect of their owner, in a schema of the tests. */
export async function createStoreTables(database: Database): Promise<void> {
  await sql.raw(`
    create schema t;
    create table t.session (id_hash bytea primary key, subject text not null, epoch int4 not null,
      created_at timestamptz not null, last_seen_at timestamptz not null, flash jsonb);
    create table t.one_time_link (token_hash bytea primary key, purpose text not null, subject text not null, data jsonb not null,
      created_at timestamptz not null, expires_at timestamptz not null);
    create table t.throttle (key_hash bytea primary key, window_start timestamptz not null, hits int4 not null);
    create table t.mail (id bigint generated always as identity primary key, recipient text not null, subject text not null, body text not null,
      created_at timestamptz not null, sent_at timestamptz, attempts int4 not null default 0, next_attempt_at timestamptz, last_error text);
  `).execute(database.kysely());
}
