import { CommandError, UsageError } from '@wayleave/platform/command';
import { DataFolderInUse, MigrationMismatch } from '@wayleave/platform/database';
import { SettingsError } from '@wayleave/platform/settings';
import { sandboxCommand } from './sandbox-command.js';
import { usage } from './usage.js';

const tellable = [CommandError, SettingsError, DataFolderInUse, MigrationMismatch];
const words = process.argv.slice(2);

try {
  if (['help', '--help', '-h'].includes(words[0] ?? '')) process.stdout.write(usage);
  else await sandboxCommand(words, process.env);
  process.exit(0);
} catch (error) {
  if (tellable.some((kind) => error instanceof kind)) process.stderr.write(`${(error as Error).message}\n`);
  else process.stderr.write(`The stand-in stopped: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
  process.exit(1);
}
