// Builds every workspace with one `tsc -b`, and only when something it reads has changed.
// Plain JavaScript: it runs before anything is built, also on behalf of `npx wayleave`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, '.cache', 'build.json');
const lock = join(root, '.cache', 'build.lock');
const skippedFolders = new Set(['node_modules', 'dist', '.git', '.cache', '.wayleave']);
const longestBuildMs = 120_000;

/** Folders of the workspaces that building `folder` builds: those it refers to, and itself. */
function workspaces(folder, found = new Set()) {
  const { references = [], files } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) workspaces(join(folder, path), found);
  if (files?.length !== 0) found.add(folder);
  return found;
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) yield* sourceFiles(path);
    } else if (/\.tsx?$|^tsconfig\.json$|^package\.json$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) {
      yield path;
    }
  }
}

/** Changes whenever a file that the build of `folder` reads is added, removed or written. */
function fingerprint(folder) {
  const hash = createHash('sha256');
  const common = ['tsconfig.base.json', 'package-lock.json'].map((name) => join(root, name));
  for (const file of [...common, ...sourceFiles(folder)].sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** What every workspace looked like when it was last built, by its folder. */
function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function isCurrent(folders) {
  const stamps = readStamps();
  return folders.every((folder) => {
    const isBuilt = existsSync(join(folder, 'dist', '.tsbuildinfo'));
    return isBuilt && stamps[relative(root, folder)] === fingerprint(folder);
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started together must not write the same output files at the same time. */
async function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = Date.now() + longestBuildMs;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
    if (Date.now() > deadline || (owner > 0 && !isAlive(owner))) rmSync(lock, { force: true });
    else await delay(100);
  }
}

/**
 * Brings the `dist` folders of a workspace and all it refers to up to date, by default of every workspace. Says one
 * line when there was something to do. Returns false when the compiler found errors; it has printed them by then.
 */
export async function build({ project = '.' } = {}) {
  const folders = [...workspaces(join(root, project))];
  if (isCurrent(folders)) return true;
  await takeLock();
  try {
    if (isCurrent(folders)) return true;
    const started = Date.now();
    const before = Object.fromEntries(folders.map((folder) => [relative(root, folder), fingerprint(folder)]));
    const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
    if (!existsSync(compiler)) {
      console.error('The TypeScript compiler is missing. Run `npm ci` first.');
      return false;
    }
    const { status } = spawnSync(process.execPath, [compiler, '-b', project], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) {
      console.error('Build failed.');
      return false;
    }
    writeFileSync(stampFile, JSON.stringify({ ...readStamps(), ...before }));
    console.error(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    return true;
  } finally {
    rmSync(lock, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await build()) ? 0 : 1;
