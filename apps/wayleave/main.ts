import { CommandError, UsageError } from './command-error.js';
import { sentencesFor } from './failure.js';
import { usage } from './usage.js';

/** A command gets the words after its own name and ends when its work is done, or when it was told to stop. */
type Command = (words: string[], env: NodeJS.ProcessEnv) => Promise<void>;

/**
 * Each command loads only what it runs. `web` and `worker` never load the stand-in: it is reached through `start` and
 * `sandbox` alone.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.js')).start,
  web: async () => (await import('./web-command.js')).web,
  worker: async () => (await import('./worker-command.js')).worker,
  migrate: async () => (await import('./migrate-command.js')).migrateCommand,
  company: async () => (await import('./administration-command.js')).company,
  member: async () => (await import('./administration-command.js')).member,
  sandbox: async () => (await import('./sandbox-command.js')).sandbox,
};

async function main([name = '', ...words]: string[]): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) throw new UsageError(name === '' ? 'Which command?' : `There is no command "${name}".`);
    const command = await load();
    await command(words, process.env);
    return 0;
  } catch (error) {
    process.stderr.write(`${sentencesFor(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
    else if (!(error instanceof CommandError) && process.env['WAYLEAVE_DEBUG']) process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
