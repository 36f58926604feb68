import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The data folder is open in another process. Two PGlite processes on one folder corrupt it silently, so the second is refused. */
export class DataFolderInUse extends Error {
  readonly processId: number;

  constructor(folder: string, processId: number) {
    super(`The data folder ${folder} is in use by process ${processId}. Stop that process, or set WAYLEAVE_DATA to another folder.`);
    this.name = 'DataFolderInUse';
    this.processId = processId;
  }
}

/**
 * Takes the folder's lock file for this process; the returned function gives it back. A lock left by a killed process
 * is taken over: its process id is no longer alive, or (after a reboot or in a fresh container) names a process that
 * started at another time than the lock says.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  // Written aside and linked into place, so that nobody ever reads a lock that is only half written.
  const mine = `${file}.${process.pid}.new`;
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 });
  try {
    return takeLock(file, mine, folder);
  } finally {
    rmSync(mine, { force: true });
  }
}

function takeLock(file: string, mine: string, folder: string): () => void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      linkSync(mine, file);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || attempt > 5) throw error;
      const seen = readIfThere(file);
      const [processId = '', start = ''] = seen.trim().split(' ');
      if (isAlive(Number(processId)) && startOf(Number(processId)) === start) throw new DataFolderInUse(folder, Number(processId));
      removeStale(file, seen);
    }
  }
}

/** Removes the lock only if it still is the stale one that was read: another starter may have replaced it meanwhile. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A process's start time in clock ticks since boot where /proc tells it (Linux), else a constant: the id alone then decides. */
function startOf(processId: number): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
