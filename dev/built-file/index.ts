import { packageRoot } from '@wayleave/platform/package-root';
import { fileURLToPath } from 'node:url';

let built: Promise<boolean> | undefined;

/** A file of this workspace that a process of its own runs, compiled and up to date. */
export async function builtFile(path: string): Promise<string> {
  const root = packageRoot(import.meta.url);
  const builder = (await import(new URL('build.mjs', root).href)) as { build(options: { project: string }): Promise<boolean> };
  built ??= builder.build({ project: 'dev' });
  if (!(await built)) throw new Error('what the processes of this test run does not compile');
  return fileURLToPath(new URL(`dist/${path}`, root));
}
