import { CommandError } from '@wayleave/platform/command';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { demoSignIns } from './demo-people.js';

/** What the demo makes once and keeps: keys, the applications' secrets and everybody's password. */
export interface DemoSecrets {
  /** 32 bytes in base64. */
  masterKey: string;
  controlToken: string;
  clientSecrets: { idm: string; idh: string };
  /** By sign-in name. */
  passwords: Record<string, string>;
}

const fileName = 'demo-secrets.json';

/** Reads the demo's secrets from the data folder, or makes them (mode 0600). Throws CommandError when the file is damaged. */
export async function readDemoSecrets(folder: string): Promise<DemoSecrets> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, fileName);
  if (!existsSync(file)) await writeOnce(file, `${JSON.stringify(makeDemoSecrets(), null, 2)}\n`);
  return parse(file);
}

/** Writes a whole file unless there is one: of two processes that start together, both go on with what one wrote. */
async function writeOnce(file: string, content: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  rmSync(unfinished, { force: true });
  const handle = await open(unfinished, 'wx', 0o600);
  await handle.writeFile(content);
  await handle.sync();
  await handle.close();
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** New random secrets. */
export function makeDemoSecrets(): DemoSecrets {
  const token = () => randomBytes(32).toString('base64url');
  return {
    masterKey: randomBytes(32).toString('base64'),
    controlToken: token(),
    clientSecrets: { idm: token(), idh: token() },
    passwords: Object.fromEntries(demoSignIns.map((name) => [name, makePassword()])),
  };
}

/** Easy to type from a terminal: four groups such as `kedo`, about 50 random bits. */
function makePassword(): string {
  const pick = (letters: string) => letters[randomInt(letters.length)] ?? '';
  const group = () => pick('bdfghjkmnprstvz') + pick('aeiou') + pick('bdfghjkmnprstvz') + pick('aeiou');
  return Array.from({ length: 4 }, group).join('-');
}

function parse(file: string): DemoSecrets {
  try {
    const secrets: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isComplete(secrets)) return secrets;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CommandError(
    `${file} is damaged, and without its master key the stored tokens cannot be read. Restore the file, or set WAYLEAVE_DATA to a new folder.`,
  );
}

function isComplete(value: unknown): value is DemoSecrets {
  if (typeof value !== 'object' || value === null) return false;
  const { masterKey, controlToken, clientSecrets, passwords } = value as Partial<Record<keyof DemoSecrets, unknown>>;
  const isText = (text: unknown) => typeof text === 'string' && text !== '';
  const hasTexts = (map: unknown, names: readonly string[]) =>
    typeof map === 'object' && map !== null && names.every((name) => isText((map as Record<string, unknown>)[name]));
  return [masterKey, controlToken].every(isText) && hasTexts(clientSecrets, ['idm', 'idh']) && hasTexts(passwords, demoSignIns);
}
