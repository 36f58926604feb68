import { systemClock } from '@wayleave/platform/clock';
import { CommandError, progressLine, UsageError } from '@wayleave/platform/command';
import { openDatabase } from '@wayleave/platform/database';
import { SettingsError } from '@wayleave/platform/settings';
import { countOldSecrets, readKeyConfig } from '@wayleave/suite';
import { rotateKeys } from '@wayleave/vault';
import { databaseUrl } from './database-url.js';
import { stopRequested } from './stop-signal.js';

/**
 * `wayleave rotate-keys`: puts all tokens under WAYLEAVE_MASTER_KEY and retires WAYLEAVE_PREVIOUS_MASTER_KEY, while the
 * suite runs. Told to stop, it ends after the grant under way, and goes on when it is run again.
 */
export async function rotateKeysCommand(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"rotate-keys" takes no arguments; the keys come from the environment.');
  const url = databaseUrl(env);
  const { masterKey, previousMasterKey } = readKeyConfig(env);
  if (!previousMasterKey) throw new SettingsError(['WAYLEAVE_PREVIOUS_MASTER_KEY is not set. Set it to the key of before, and WAYLEAVE_MASTER_KEY to the new one.']);
  const stopping = new AbortController();
  void stopRequested().then(() => stopping.abort());
  const database = await openDatabase({ url, max: 2 });
  try {
    const say = progressLine();
    const outcome = await rotateKeys({
      database, clock: systemClock, masterKey, previousMasterKey, signal: stopping.signal,
      onProgress: ({ done, left }) => say(`${done} grants done, ${left} to go`),
    });
    if (outcome.kind === 'stopped') throw new CommandError(`Stopped after ${outcome.grants} grants. Run "wayleave rotate-keys" again to go on.`);
    process.stdout.write(outcome.kind === 'rotated'
      ? `All tokens are under the new key: those of ${outcome.grants} grants were put there now. The old key opens none any more.\n`
      : 'The old key was retired before: there is nothing to do.\n');
    const secrets = await countOldSecrets(database, { masterKey, previousMasterKey });
    if (secrets > 0) {
      throw new CommandError(
        `${secrets === 1 ? 'The secret of 1 webhook endpoint is' : `The secrets of ${secrets} webhook endpoints are`} still under the old key: keep it. A worker that runs with both keys puts them under the new one within seconds. Then run "wayleave rotate-keys" again.`,
      );
    }
    process.stdout.write('Take WAYLEAVE_PREVIOUS_MASTER_KEY out of the settings of web and worker, and destroy the old key.\n');
  } finally {
    await database.close();
  }
}
