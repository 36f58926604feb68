import { sentencesFor } from './failure.js';
import { usage } from './usage.js';
import { UsageError } from '@wayleave/platform/command';

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
  'rotate-keys': async () => (await import('./rotate-keys-command.js')).rotateKeysCommand,
  resume: async () => (await import('./resume-command.js')).resumeCommand,
  'verify-audit': async () => (await import('./verify-audit-command.js')).verifyAuditCommand,
  company: async () => (await import('./administration-command.js')).company,
  member: async () => (await import('./administration-command.js')).member,
  sandbox: async () => (await import('./sandbox-command.js')).sandbox,
};

/**
 * Runs one command line; `say` gets what goes wrong, in sentences. Answers the exit code: 0, or 1 when the command could
 * not be carried out.
 */
export async function run([name = '', ...words]: readonly string[], env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) throw new UsageError(name === '' ? 'Which command?' : `There is no command "${name}".`);
    const command = await load();
    await command(words, env);
    return 0;
  } catch (error) {
    say(`${sentencesFor(error)}\n`);
    if (error instanceof UsageError) say(`\n${usage}`);
    else if (env['WAYLEAVE_DEBUG'] && error instanceof Error) say(`${error.stack ?? ''}\n`);
    return 1;
  }
}
