import { runAlone } from '@wayleave/ups-sandbox';
import { UsageError } from './command-error.js';

/** `wayleave sandbox`: the stand-in by itself, as its own package runs it, until it is told to stop. */
export async function sandbox(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (words.length > 0) throw new UsageError('"sandbox" takes no arguments; its settings come from the environment.');
  await runAlone(env, (line) => void process.stdout.write(`${line}\n`));
}
