import { runAlone } from '@wayleave/ups-sandbox';
import { UsageError } from './command-error.js';
import { writeParcels } from './sandbox-parcels.js';

/**
 * `wayleave sandbox`: the stand-in by itself, as its own package runs it, until it is told to stop. `wayleave sandbox
 * parcels`: the parcels of one that runs, on stdout.
 */
export async function sandbox(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [word, ...more] = words;
  if (more.length > 0 || (word !== undefined && word !== 'parcels')) throw new UsageError('"sandbox" is followed by nothing, or by parcels; its settings come from the environment.');
  if (word === 'parcels') await writeParcels(env, process.stdout);
  else await runAlone(env, (line) => void process.stdout.write(`${line}\n`));
}
