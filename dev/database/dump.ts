import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';

/** One row of a table as text; bytes are in hex. */
export interface DumpedRow {
  /** With its schema. */
  readonly table: string;
  readonly row: string;
}

/** Every row of every table that is not the database's own. */
export async function dumpTables(database: Database): Promise<DumpedRow[]> {
  const db = database.kysely<unknown>();
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`.execute(db);
  const dumps = [];
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(db);
    dumps.push(...rows.map(({ row }) => ({ table: `${schema}.${name}`, row })));
  }
  return dumps;
}
