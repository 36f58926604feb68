import { UsageError } from '@wayleave/platform/command';
import { createWeb } from '@wayleave/suite';
import { withDeployedSuite } from './deployed-suite.js';
import { listen } from './serving.js';
import { stopRequested } from './stop-signal.js';

/** `wayleave web`: the suite's pages, until it is told to stop. */
export async function web(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"web" takes no arguments; its settings come from the environment.');
  const stop = stopRequested();
  await withDeployedSuite('web', env, async (suite) => {
    const app = await createWeb(suite);
    await listen(app, suite.config.host, suite.config.port);
    suite.logger.info({ host: suite.config.host, port: suite.config.port, publicUrl: suite.config.publicUrl.href }, 'web is ready');
    await stop;
    await app.close();
  });
}
