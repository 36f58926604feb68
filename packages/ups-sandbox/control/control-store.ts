import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { InvalidForm } from '@wayleave/platform/errors';
import { sql, type QueryExecutorProvider } from 'kysely';
import { settingNames, settingProblem, wireName, type SandboxSettings, type SettingName, type SettingValues } from '../config/settings.js';

/** The stand-in's time and settings: what the configuration says, changed by control, kept in the database. */
export interface ControlState {
  /** Real time plus the offset that control moved it by. */
  readonly clock: Clock;
  readonly settings: SandboxSettings;
  /** When the world's parcels set off, by the stand-in's clock. */
  readonly worldBeginsAt: Date;
  /** Moves the clock forwards or (negative) backwards, for every process on this database. Resolves to the new time. */
  advanceClock(ms: number): Promise<Date>;
  /** Changes settings, given by their wire names. Throws InvalidForm and changes nothing when one is wrong. */
  changeSettings(changes: Readonly<Record<string, unknown>>): Promise<SettingValues>;
  close(): Promise<void>;
}

interface ControlRow {
  readonly clock_offset_ms: string;
  readonly world_begins_at: Date;
  readonly settings: Partial<SettingValues>;
}

const channel = 'upscom_control';
const furthestMs = 20 * 366 * 86_400_000;
/** After so long nothing moves any more, and the parcels set off again when the stand-in starts. */
const worldLastsMs = 10 * 86_400_000;

/**
 * Opens the table `upscom.control`. A change acts at once in this process, and in others on the same database as soon as
 * they are notified.
 */
export async function openControlState(deps: { database: Database; clock: Clock; defaults: SettingValues }): Promise<ControlState> {
  const db = deps.database.kysely<unknown>();
  let row = await begin(db, deps.clock);

  const stopListening = await deps.database.listen(channel, () => {
    readRow(db).then((fresh) => {
      row = fresh;
    }, () => undefined);
  });

  const now = () => new Date(deps.clock.now().getTime() + Number(row.clock_offset_ms));
  const current = (): SettingValues => ({ ...deps.defaults, ...row.settings });

  return {
    clock: { now },
    settings: { current },
    get worldBeginsAt() {
      return row.world_begins_at;
    },
    async advanceClock(ms) {
      if (!Number.isInteger(ms) || Math.abs(Number(row.clock_offset_ms) + ms) > furthestMs) {
        throw new InvalidForm({ advance_ms: 'advance_ms is a whole number of milliseconds that keeps the clock within 20 years of the real time.' });
      }
      await sql`update upscom.control set clock_offset_ms = clock_offset_ms + ${ms}`.execute(db);
      row = await announce(db);
      return now();
    },
    async changeSettings(changes) {
      const checked = checkChanges(changes);
      await sql`update upscom.control set settings = settings || ${JSON.stringify(checked)}::jsonb`.execute(db);
      row = await announce(db);
      return current();
    },
    close: stopListening,
  };
}

/** Reads the row; parcels that arrived long ago set off anew. */
async function begin(db: QueryExecutorProvider, clock: Clock): Promise<ControlRow> {
  const nowMs = clock.now().getTime();
  await sql`
    update upscom.control set world_begins_at = to_timestamp((${nowMs} + clock_offset_ms) / 1000.0)
    where world_begins_at is null or world_begins_at < to_timestamp((${nowMs - worldLastsMs} + clock_offset_ms) / 1000.0)
  `.execute(db);
  return readRow(db);
}

async function readRow(db: QueryExecutorProvider): Promise<ControlRow> {
  const { rows } = await sql<ControlRow>`select clock_offset_ms::text, world_begins_at, settings from upscom.control`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('the table upscom.control has lost its row');
  return row;
}

async function announce(db: QueryExecutorProvider): Promise<ControlRow> {
  await sql`select pg_notify(${channel}, '')`.execute(db);
  return readRow(db);
}

function checkChanges(changes: Readonly<Record<string, unknown>>): Partial<Record<SettingName, unknown>> {
  const problems: Record<string, string> = {};
  const checked: Partial<Record<SettingName, unknown>> = {};
  for (const [given, value] of Object.entries(changes)) {
    const name = settingNames.find((known) => wireName(known) === given);
    const problem = name ? settingProblem(name, value) : `There is no setting of this name. There are: ${settingNames.map(wireName).join(', ')}.`;
    if (problem) problems[given] = problem;
    else if (name) checked[name] = value;
  }
  if (Object.keys(problems).length > 0) throw new InvalidForm(problems);
  return checked;
}
