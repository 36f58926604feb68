import pg from 'pg';

/** How many statements this process sent to PostgreSQL so far, on any connection. */
export let statements = 0;

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(this: pg.Client, ...words: Parameters<typeof query>) {
  statements += 1;
  return query.apply(this, words);
} as typeof query;
