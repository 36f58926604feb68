import { DataFolderInUse, MigrationMismatch } from '@wayleave/platform/database';
import { SettingsError } from '@wayleave/platform/settings';
import { runAlone } from './alone.js';

const tellable = [SettingsError, DataFolderInUse, MigrationMismatch];

try {
  await runAlone(process.env, (line) => void process.stdout.write(`${line}\n`));
  process.exit(0);
} catch (error) {
  if (tellable.some((kind) => error instanceof kind)) process.stderr.write(`${(error as Error).message}\n`);
  else process.stderr.write(`The stand-in stopped: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exit(1);
}
