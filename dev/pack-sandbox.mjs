// `node dev/pack-sandbox.mjs [folder]`: makes the tarball of the stand-in that `npx` can run by itself. The two workspaces
// that it is built on go inside it; everything else comes from the registry.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stage = join(root, '.cache', 'pack', 'ups-sandbox');
const inside = ['platform', 'ups-api'];

const manifestOf = (name) => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));

/** Without what only the workspace understands. */
function published({ private: _private, devDependencies: _devDependencies, ...manifest }) {
  const exports = Object.fromEntries(Object.entries(manifest.exports).map(([path, { 'wayleave-source': _source, ...conditions }]) => [path, conditions]));
  return { ...manifest, exports };
}

function copyPackage(name, folders, to) {
  mkdirSync(to, { recursive: true });
  for (const folder of folders) {
    cpSync(join(root, 'packages', name, folder), join(to, folder), { recursive: true, filter: (file) => !/\.map$|\.tsbuildinfo$/.test(file) });
  }
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
}

if (!(await build({ project: 'packages/ups-sandbox' }))) process.exit(1);
rmSync(stage, { recursive: true, force: true });
const manifest = published(manifestOf('ups-sandbox'));
copyPackage('ups-sandbox', [...manifest.files, 'README.md'], stage);
// npm does not look for what a bundled package depends on, and obeys the overrides of nobody but the package that is installed into.
const { overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dependencies = Object.assign({}, ...inside.map((name) => manifestOf(name).dependencies), manifest.dependencies, overrides);
const bundleDependencies = inside.map((name) => `@wayleave/${name}`);
writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ ...manifest, dependencies, bundleDependencies }, null, 2)}\n`);
for (const name of inside) {
  const folder = join(stage, 'node_modules', '@wayleave', name);
  copyPackage(name, ['dist'], folder);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published(manifestOf(name)), null, 2)}\n`);
}
const destination = resolve(process.argv[2] ?? root);
const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', destination], { cwd: stage, stdio: 'inherit' });
process.exitCode = status ?? 1;
