// `npm run lint`: ESLint with the import walls, and a scan of every package's pages for unescaped text.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function hasPages(folder) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.isDirectory()) return !['node_modules', 'dist'].includes(entry.name) && hasPages(join(folder, entry.name));
    return entry.name.endsWith('.tsx');
  });
}

function run(command, args, cwd) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, [join(root, 'node_modules', command), ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (status) => resolve({ status, output }));
  });
}

async function lintSources() {
  const { status, output } = await run('eslint/bin/eslint.js', ['--max-warnings', '0', '.'], root);
  if (status !== 0) console.log(output.trim());
  return status === 0;
}

/** The scan reads a package's own tsconfig and works only from inside the package. Its warnings (2) are about needless `safe`. */
async function scanPages() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const folders = references.map((reference) => join(root, reference.path)).filter(hasPages);
  let allOk = true;
  for (const folder of folders) {
    const { status, output } = await run('@kitajs/ts-html-plugin/dist/cli.js', [], folder);
    if (status === 0 || status === 2) continue;
    console.log(`${relative(root, folder)}:\n${output.trim()}`);
    allOk = false;
  }
  return allOk;
}

const results = await Promise.all([lintSources(), scanPages()]);
console.log(results.every(Boolean) ? 'Lint: passed' : 'Lint: failed');
process.exitCode = results.every(Boolean) ? 0 : 1;
