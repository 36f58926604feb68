import { CommandError } from '@wayleave/platform/command';
import { MigrationMismatch, DataFolderInUse } from '@wayleave/platform/database';
import { Problem } from '@wayleave/platform/errors';
import { SettingsError } from '@wayleave/platform/settings';
import { WrongMasterKey } from '@wayleave/vault';

const tellable = [CommandError, SettingsError, DataFolderInUse, MigrationMismatch, WrongMasterKey, Problem];

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** What to tell the person at the terminal. A fault of ours is told as such, with what the runtime said. */
export function sentencesFor(error: unknown): string {
  if (tellable.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, port, path, message } = error as { code?: unknown; port?: unknown; path?: unknown; message?: unknown };
  if (code === 'EADDRINUSE') return `Port ${String(port)} is already taken. Stop the program that uses it, or set another port (SUITE_PORT, UPSCOM_PORT, METRICS_PORT).`;
  if (code === 'EADDRNOTAVAIL') return 'This machine does not have the address to listen on. Set SUITE_HOST or METRICS_HOST to an address of this machine.';
  if (code === 'EACCES' && port !== undefined) return `This user may not listen on port ${String(port)}. Set a port above 1023 (SUITE_PORT, UPSCOM_PORT, METRICS_PORT).`;
  if (code === 'EACCES' || code === 'EROFS') return `${String(path)} cannot be written. Make it writable for this user, or set WAYLEAVE_DATA to another folder.`;
  if (unreachable.has(String(code))) return 'The database of DATABASE_URL does not answer. Start it, or mend the setting.';
  if (code === '28P01' || code === '28000') return 'The database of DATABASE_URL refuses this user or password. Mend the setting.';
  if (code === '3D000') return 'The database named in DATABASE_URL does not exist. Create it, or mend the setting.';
  if (code === '42P01' || code === '3F000') return 'The database is not up to date. Run "wayleave migrate" first.';
  return `Wayleave stopped because of a fault of its own: ${String(message ?? error)}. Set WAYLEAVE_DEBUG=1 to see where.`;
}
