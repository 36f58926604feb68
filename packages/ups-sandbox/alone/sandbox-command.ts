import { UsageError } from '@wayleave/platform/command';
import { runAlone } from './alone.js';
import { writeParcels } from './write-parcels.js';

/**
 * What follows the name of the stand-in on a command line. Nothing: the stand-in by itself, until it is told to stop.
 * `parcels`: the parcels of one that runs, on stdout. Throws UsageError for anything else, and what the two throw.
 */
export async function sandboxCommand(words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [word, ...more] = words;
  if (more.length > 0 || (word !== undefined && word !== 'parcels')) {
    throw new UsageError(`The stand-in is followed by nothing, or by parcels, not by "${words.join(' ')}"; its settings come from the environment.`);
  }
  if (word === 'parcels') await writeParcels(env, process.stdout);
  else await runAlone(env, (line) => void process.stdout.write(`${line}\n`));
}
