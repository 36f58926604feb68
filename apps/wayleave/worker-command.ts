import { UsageError } from '@wayleave/platform/command';
import { createWorker } from '@wayleave/suite';
import { withDeployedSuite } from './deployed-suite.js';
import { endBy } from './serving.js';
import { stopRequested } from './stop-signal.js';

/** `wayleave worker`: the suite's jobs, until it is told to stop. */
export async function worker(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"worker" takes no arguments; its settings come from the environment.');
  const stop = stopRequested();
  await withDeployedSuite('worker', env, async (suite) => {
    const jobs = createWorker(suite);
    jobs.start();
    suite.logger.info('worker is ready');
    await stop;
    const worked = jobs.stop();
    await endBy(worked);
    await suite.vault.close();
    await worked;
  });
}
