import { CommandError } from '@wayleave/platform/command';
import type { CompanyContext } from '@wayleave/suite';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAdministration } from './administration.js';
import { sentencesFor } from './failure.js';

/** Longer paths do not fit into a socket's address. */
const longestPath = 100;

function doorOf(folder: string): string {
  return join(folder, 'commands.sock');
}

/**
 * Lets `wayleave company` and `wayleave member` work while this process has the data folder open: a socket in the folder,
 * which only its owner can enter. The returned function closes it.
 */
export async function openDoor(folder: string, suite: CompanyContext): Promise<() => Promise<void>> {
  const path = doorOf(folder);
  if (Buffer.byteLength(path) > longestPath) return async () => {};
  rmSync(path, { force: true });
  const server = createServer((incoming, answer) => {
    carryOut(incoming, suite).then(
      (printed) => answer.end(printed),
      (error: unknown) => answer.writeHead(422).end(sentencesFor(error)),
    );
  });
  server.listen(path);
  await once(server, 'listening');
  return async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
}

/**
 * Has the running `wayleave start` of this data folder carry the command out and answers what it printed; null when none
 * runs. Throws CommandError with its sentence when it refused.
 */
export async function askRunningProcess(folder: string, words: readonly string[]): Promise<string | null> {
  const asked = request({ socketPath: doorOf(folder), method: 'POST', path: '/' });
  asked.end(JSON.stringify(words));
  const answer = await once(asked, 'response').then(([response]: IncomingMessage[]) => response, () => null);
  if (!answer) return null;
  const printed = await text(answer);
  if (answer.statusCode !== 200) throw new CommandError(printed);
  return printed;
}

async function carryOut(incoming: IncomingMessage, suite: CompanyContext): Promise<string> {
  const words: unknown = JSON.parse(await text(incoming));
  if (!Array.isArray(words)) throw new CommandError('This is not a command.');
  return parseAdministration(words.map(String))(suite);
}
