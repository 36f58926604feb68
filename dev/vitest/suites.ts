import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const workspaceFolders = ['packages', 'apps', 'dev', 'bench'];
const skippedFolders = new Set(['node_modules', 'dist']);
const databaseImport = /from '@wayleave\/dev\/(?:database|constellation|deployment)'/;
const databaseFolders = [join(root, 'dev', 'database'), join(root, 'dev', 'constellation')];
const relativeImport = /from '(\.{1,2}\/[^']+)\.js'/g;

/** Test files by suite, relative to the repository root. */
export interface Suites {
  unit: string[];
  database: string[];
  browser: string[];
}

/**
 * Sorts every test file into the suite that it is counted in: `*.browser.test.ts` drives a browser; a file that imports
 * the test database or the test constellation, itself or through a helper beside it, is a database test; the rest are
 * unit tests.
 */
export function findSuites(): Suites {
  const suites: Suites = { unit: [], database: [], browser: [] };
  for (const folder of workspaceFolders) {
    for (const file of testFiles(join(root, folder))) {
      const name = relative(root, file);
      if (/\.browser\.test\.tsx?$/.test(file)) suites.browser.push(name);
      else if (reachesDatabase(file, new Set())) suites.database.push(name);
      else suites.unit.push(name);
    }
  }
  return suites;
}

function* testFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) yield* testFiles(path);
    else if (/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

function reachesDatabase(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  if (databaseImport.test(source) || databaseFolders.includes(dirname(file))) return true;
  return [...source.matchAll(relativeImport)].some(([, path = '']) => {
    const imported = ['.ts', '.tsx'].map((ending) => resolve(dirname(file), path + ending)).find((candidate) => existsSync(candidate));
    return imported !== undefined && reachesDatabase(imported, seen);
  });
}
