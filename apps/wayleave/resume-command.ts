import { systemClock } from '@wayleave/platform/clock';
import { CommandError, progressLine, UsageError } from '@wayleave/platform/command';
import { openDatabase } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { findSuspended, resumeGrants, type Suspension } from '@wayleave/vault';
import { createInterface } from 'node:readline/promises';
import { dataFolder, openDemoDatabase } from './data-folder.js';
import { databaseUrl } from './database-url.js';
import { stopRequested } from './stop-signal.js';

/** How many grants are shown by name. */
const shown = 30;

/**
 * `wayleave resume [--yes]`: shows which grants are suspended because the database was restored or moved, and puts them back
 * to work when the operator confirms it. Told to stop, it ends after the grant under way, and goes on when it is run again.
 */
export async function resumeCommand(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.some((word) => word !== '--yes') || words.length > 1) throw new UsageError('"resume" takes nothing but --yes, which confirms without a question.');
  const database = env['DATABASE_URL']?.trim() ? await openDatabase({ url: databaseUrl(env), max: 2 }) : await openDemoDatabase(env, dataFolder(env));
  try {
    const deps = { database, clock: systemClock, logger: createLogger({ name: 'wayleave-resume', level: 'silent' }) };
    const suspension = await findSuspended(deps, shown);
    if (suspension.total === 0) {
      process.stdout.write('Nothing is suspended.\n');
      return;
    }
    process.stdout.write(describe(suspension));
    if (words.length === 0) await confirm(suspension.total);
    const stopping = new AbortController();
    void stopRequested().then(() => stopping.abort());
    const say = progressLine();
    const done = await resumeGrants(deps, { upTo: suspension.since, signal: stopping.signal, onProgress: (count) => say(`${count} of ${suspension.total} resumed`) });
    if (stopping.signal.aborted) throw new CommandError(`Stopped after ${counted(done)}. Run "wayleave resume" again to go on.`);
    process.stdout.write(`Resumed ${counted(done)}. Refreshes come due by themselves, at the client's pace.\n`);
  } finally {
    await database.close();
  }
}

function describe({ total, since, grants }: Suspension): string {
  const lines = grants.map(({ company, application, optedInBy, since: optedInAt, tokensOf }) =>
    `  ${company}  ${application}  opted in by ${optedInBy ?? 'nobody'} at ${stamp(optedInAt)}, tokens of ${stamp(tokensOf)}\n`);
  const more = total > grants.length ? `  and ${total - grants.length} more\n` : '';
  return `The database was restored, promoted or copied. Suspended since ${stamp(since)}, ${counted(total)}:
${lines.join('')}${more}
What was cleared after these tokens were made would work again: have such companies press Clear first, or clear for them.
What was refreshed after that UPS will refuse; those companies have to opt in again. A copy for tests must not be resumed.
`;
}

async function confirm(total: number): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError('Nothing was changed. Run "wayleave resume --yes" to confirm without a question.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Resume ${counted(total)}? Type "resume": `);
  terminal.close();
  if (answer.trim() !== 'resume') throw new CommandError('Nothing was changed.');
}

function counted(grants: number): string {
  return grants === 1 ? '1 grant' : `${grants} grants`;
}

function stamp(at: Date | null): string {
  return at?.toISOString() ?? 'an unknown time';
}
