import { UsageError } from '@wayleave/platform/command';
import { createLogger } from '@wayleave/platform/logging';
import { openDoor } from './administration-door.js';
import { openConstellation, readConstellationConfig } from './constellation.js';
import { dataFolder, openDemoDatabase } from './data-folder.js';
import { readDemoSecrets } from './demo/demo-secrets.js';
import { seedDemo } from './demo/demo-seed.js';
import { demoSettings, refuseOtherMachines } from './demo/demo-settings.js';
import { welcome } from './demo/welcome.js';
import { closeInOrder } from './serving.js';
import { stopRequested } from './stop-signal.js';

/** `wayleave start`: the demo, until it is told to stop. */
export async function start(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"start" takes no arguments; its settings come from the environment.');
  refuseOtherMachines(env);
  const folder = dataFolder(env);
  const secrets = await readDemoSecrets(folder);
  const settings = demoSettings(env, secrets);
  const config = readConstellationConfig(settings);
  const stop = stopRequested();
  const database = await openDemoDatabase(env, folder);
  const closing = [() => database.close()];
  try {
    const logger = createLogger({ name: 'wayleave', level: config.suite.logLevel, destination: process.stderr });
    const constellation = await openConstellation({ database, config, logger });
    closing.unshift(() => constellation.stop());
    await seedDemo(constellation, secrets);
    await constellation.start();
    closing.unshift(await openDoor(folder, constellation.suite));
    process.stdout.write(welcome(settings, secrets, folder));
    await stop;
    process.stdout.write('Stopping.\n');
  } finally {
    await closeInOrder(closing);
  }
}
