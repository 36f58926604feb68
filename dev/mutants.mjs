// `npm run mutants`: takes each guard of the vault's protocol out of the code and looks whether its test fails.
// With arguments, only the mutants whose names hold one of them.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reportFile = join(root, '.cache', 'mutants.json');

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const patternOf = ({ title, row }) => (row === undefined ? escaped(title) : `${escaped(title)}: '?${escaped(row)}'?$`);

/** Runs the tests of these killers, with one mutant or none. Gives how many passed and failed, and why the first one did. */
function runTests(killers, mutant) {
  mkdirSync(dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const files = [...new Set(killers.map(({ file }) => file))];
  const pattern = killers.map((killer) => `(${patternOf(killer)})`).join('|');
  const args = ['run', '--config', 'dev/mutants/vitest.config.mjs', '--reporter', 'json', '--outputFile', reportFile, '-t', pattern, ...files];
  const env = { ...process.env, WAYLEAVE_MUTANT: mutant ?? '' };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('close', () => {
      try {
        const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(reportFile, 'utf8'));
        const [why = ''] = testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ failureMessages }) => failureMessages ?? []));
        resolve({ passed, failed, why: why.split('\n')[0] });
      } catch {
        process.stdout.write(Buffer.concat(output));
        resolve({ passed: 0, failed: 0, why: '' });
      }
    });
  });
}

async function main(wanted) {
  if (!(await build())) return 1;
  const { mutants } = await import('./dist/mutants/mutants.js');
  const chosen = mutants.filter(({ guard }) => wanted.length === 0 || wanted.some((text) => guard.includes(text)));
  const sound = await runTests(chosen.map(({ killer }) => killer), null);
  console.log(`without a mutant: ${sound.passed} passed, ${sound.failed} failed ${sound.why}`);
  if (sound.failed > 0 || sound.passed === 0) return 1;
  let alive = 0;
  for (const { guard, killer } of chosen) {
    const { passed, failed, why } = await runTests([killer], guard);
    if (failed === 0) alive += 1;
    const fate = failed > 0 ? 'killed' : passed > 0 ? 'SURVIVED' : 'NOT RUN';
    console.log(`${fate}  ${guard}  |  ${killer.file}: ${killer.title}${killer.row ? `: ${killer.row}` : ''}\n        ${why}`);
  }
  console.log(`\n${chosen.length - alive} killed, ${alive} alive`);
  return alive === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
