import { createBatch } from '@wayleave/platform/batch';
import type { Database } from '@wayleave/platform/database';
import { sql } from 'kysely';

/** One request as it reached the stand-in. What it turned out to carry is filled in while it is handled. */
export interface Arrival {
  /** Real time, taken before any work, in milliseconds since 1970; the clock that control moves has no part in it. */
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  clientId: string | null;
  /** The token family that the presented (or just minted) token belongs to. */
  grant: string | null;
  profileId: string | null;
}

/** A line of the ledger, as control answers it. `status` is null when no answer was sent, or none yet. */
export interface LedgerEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly client_id: string | null;
  readonly grant: string | null;
  readonly profile: string | null;
}

export interface LedgerQuery {
  /** Only arrivals at or after this instant. */
  readonly since?: Date | undefined;
  /** Only arrivals before this instant. */
  readonly until?: Date | undefined;
  /** Only this application's, by client id. */
  readonly application?: string | undefined;
  /** Only this grant's. */
  readonly grant?: string | undefined;
}

/** The arrivals at the OAuth and data endpoints. */
export interface Ledger {
  /** Notes that a request is being handled, so that it is in `entries` before it is answered. */
  begin(arrival: Arrival): void;
  /**
   * Leaves the arrival's line, answered 200, to whoever writes it in one commit with the work; `line` resolves to its id, or to
   * null when nothing was written.
   */
  entrust(arrival: Arrival, line: Promise<string | null>): void;
  /** Writes the arrival with its outcome; called again for the same arrival it corrects the line. */
  finish(arrival: Arrival, status: number | null): Promise<void>;
  /** What arrived, oldest first: the newest `mostEntries`, and one before them where there are more. */
  entries(query: LedgerQuery): Promise<LedgerEntry[]>;
}

export const mostEntries = 10_000;
const mostAtOnce = 256;
const keptDays = 7;
const pruneEvery = 5_000;
/** Lines that a database in memory keeps: some 60 MB. */
const mostInMemory = 100_000;

/** Where an arrival is in the table. An entrusted line says 200 and all that is known. */
interface Line {
  readonly id: string;
  readonly isEntrusted: boolean;
}

interface ArrivalRow {
  readonly id: string;
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly client_id: string | null;
  readonly grant_id: string | null;
  readonly profile_id: string | null;
}

/** The table `upscom.arrival`, and the requests that are being handled in this process. */
export function createLedger(database: Database): Ledger {
  const db = database.kysely<unknown>();
  const pending = new Set<Arrival>();
  const written = new WeakMap<Arrival, Promise<Line | null>>();
  let sinceSweep = 0;

  /** The lines of one moment are one commit. Ids ascend in the order of the lines. */
  const insert = createBatch<{ arrival: Arrival; status: number | null }, string>({
    most: mostAtOnce,
    async work(lines) {
      const column = <T>(value: (line: (typeof lines)[number]) => T) => lines.map(value);
      const { rows } = await sql<{ id: string }>`
        insert into upscom.arrival (at, method, path, status, client_id, grant_id, profile_id)
        select at, method, path, status, client_id, grant_id, profile_id from unnest(
          ${column(({ arrival }) => new Date(arrival.atMs))}::timestamptz[], ${column(({ arrival }) => arrival.method)}::text[],
          ${column(({ arrival }) => arrival.path)}::text[], ${column(({ status }) => status)}::int4[], ${column(({ arrival }) => arrival.clientId)}::text[],
          ${column(({ arrival }) => arrival.grant)}::uuid[], ${column(({ arrival }) => arrival.profileId)}::text[]
        ) with ordinality as line (at, method, path, status, client_id, grant_id, profile_id, number)
        order by number
        returning id
      `.execute(db);
      return rows.map(({ id }) => BigInt(id)).sort((a, b) => (a < b ? -1 : 1)).map(String);
    },
  });

  async function lineOf(arrival: Arrival): Promise<Line | null | undefined> {
    return written.get(arrival);
  }

  async function write(arrival: Arrival, status: number | null, line: Line | null): Promise<Line> {
    if (!line) return { id: await insert({ arrival, status }), isEntrusted: false };
    if (line.isEntrusted && status === 200) return line;
    await sql`
      update upscom.arrival
      set status = ${status}, client_id = ${arrival.clientId}, grant_id = ${arrival.grant}, profile_id = ${arrival.profileId}
      where id = ${line.id}
    `.execute(db);
    return { ...line, isEntrusted: false };
  }

  return {
    begin(arrival) {
      pending.add(arrival);
    },
    entrust(arrival, line) {
      written.set(arrival, line.then((id) => id === null ? null : { id, isEntrusted: true }, () => null));
    },
    async finish(arrival, status) {
      const earlier = written.get(arrival);
      const writing = earlier ? earlier.then((line) => write(arrival, status, line)) : write(arrival, status, null);
      // What failed changes nothing about where the line is, so that it can be tried again.
      written.set(arrival, writing.catch(async () => (await earlier) ?? null));
      await writing.finally(() => pending.delete(arrival));
      sinceSweep += 1;
      if (sinceSweep < pruneEvery) return;
      sinceSweep = 0;
      await sql`delete from upscom.arrival where at < ${new Date(Date.now() - keptDays * 86_400_000)}`.execute(db);
      const isInMemory = database.kind === 'pglite' && database.filesId === null;
      if (isInMemory) await sql`delete from upscom.arrival where id < (select max(id) from upscom.arrival) - ${mostInMemory}`.execute(db);
    },
    async entries({ since, until, application, grant }) {
      const handled = [...pending];
      const linesBefore = await Promise.all(handled.map(lineOf));
      const unwritten = handled.filter((_, index) => !linesBefore[index]);
      const { rows } = await sql<ArrivalRow>`
        select * from (
          select id, at, method, path, status, client_id, grant_id, profile_id from upscom.arrival
          where (${since ?? null}::timestamptz is null or at >= ${since ?? null})
            and (${until ?? null}::timestamptz is null or at < ${until ?? null})
            and (${application ?? null}::text is null or client_id = ${application ?? null})
            and (${grant ?? null}::text is null or grant_id::text = ${grant ?? null})
          order by at desc, id desc limit ${mostEntries + 1}
        ) newest order by at, id
      `.execute(db);
      const shown = new Set(rows.map(({ id }) => id));
      // What was written while the table was read may be missing in it.
      const lines = await Promise.all(unwritten.map(lineOf));
      const waiting = unwritten.filter((arrival, index) => !shown.has(lines[index]?.id ?? '')
        && (!since || arrival.atMs >= since.getTime())
        && (!until || arrival.atMs < until.getTime())
        && (application === undefined || arrival.clientId === application)
        && (grant === undefined || arrival.grant === grant));
      return [...rows.map(fromRow), ...waiting.map(fromArrival)].sort((a, b) => a.at.localeCompare(b.at));
    },
  };
}

function fromRow(row: ArrivalRow): LedgerEntry {
  const { at, method, path, status, client_id, grant_id, profile_id } = row;
  return { at: at.toISOString(), method, path, status, client_id, grant: grant_id, profile: profile_id };
}

function fromArrival(arrival: Arrival): LedgerEntry {
  const { atMs, method, path, clientId, grant, profileId } = arrival;
  return { at: new Date(atMs).toISOString(), method, path, status: null, client_id: clientId, grant, profile: profileId };
}
