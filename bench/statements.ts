import pg from 'pg';

/** How many statements this process sent to PostgreSQL so far, on any connection. */
export let statements = 0;

/** How long it waited for their answers, in milliseconds, all together. */
export let waitedMs = 0;

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(this: pg.Client, ...words: Parameters<typeof query>) {
  statements += 1;
  const started = performance.now();
  const answer: unknown = query.apply(this, words);
  const note = () => {
    waitedMs += performance.now() - started;
  };
  if (answer instanceof Promise) answer.then(note, note);
  return answer;
} as typeof query;
