// `npm test`: build, lint, type check of the tests, then the unit, database and browser suites.
// Arguments are passed on to vitest, for instance `npm test -- packages/vault`.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reportFile = join(root, '.cache', 'test-report.json');
const suites = ['unit', 'database', 'browser'];
/** Twice the two cores that the time limit is set for: tests wait a good part of their time. What stands in the configuration no option of vitest's would change. */
const workers = '--maxWorkers=4';
/** What there is to say of a run that did not come to the tests. */
const nothing = { passed: 0, postgres: true, clusters: true };
/** UPS's own files lie beside the repository and are no part of it. */
const upsSpecs = join(dirname(root), 'shared', 'specs', 'ups');

/** Runs a script of node's; answers whether it ended with 0. Its output appears at once, or with `quiet` only if it fails. */
function run(script, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const output = [];
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    child.stdout?.on('data', (data) => output.push(data));
    child.stderr?.on('data', (data) => output.push(data));
    child.on('close', (status) => {
      if (status !== 0) process.stdout.write(Buffer.concat(output));
      resolve(status === 0);
    });
  });
}

async function check(name, script, args) {
  const ok = await run(script, args, { quiet: true });
  console.log(`${name}: ${ok ? 'passed' : 'failed'}`);
  return ok ? 0 : 1;
}

/** The checks that need no server; answers how many failed. */
async function runChecks() {
  const failures = await Promise.all([
    check('lint', 'dev/lint.mjs', []),
    check('type check of the tests', 'node_modules/typescript7/bin/tsc', ['-p', 'tsconfig.test.json']),
  ]);
  return failures.reduce((sum, failed) => sum + failed, 0);
}

async function runSuites(vitestArguments) {
  rmSync(reportFile, { force: true });
  const { ensureChromium } = await import('./dist/browser/chromium.js');
  const chromium = ensureChromium(process.env, (line) => console.log(line));
  const env = { WAYLEAVE_TEST_REPORT: reportFile, CHROMIUM_PATH: chromium };
  const ok = await run('node_modules/vitest/vitest.mjs', ['run', workers, ...vitestArguments], { env });
  if (!existsSync(reportFile)) return { ...nothing, failed: 1 };
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const missing = vitestArguments.length > 0 ? [] : suites.filter((suite) => !report.suites[suite]?.passed);
  for (const suite of missing) console.log(`${suite} tests: none ran`);
  const failed = report.failed + missing.length;
  return { ...report, failed: failed === 0 && !ok ? 1 : failed };
}

/** Prints the closing lines and answers the exit code. */
function close({ passed, failed, postgres, clusters }) {
  console.log(`\n${passed} passed, ${failed} failed`);
  if (!existsSync(upsSpecs)) console.log('UPS specs: NOT CHECKED');
  if (!clusters) console.log('PostgreSQL clusters: NOT RUN');
  if (!postgres) console.log('PostgreSQL: NOT RUN');
  return failed === 0 ? 0 : 1;
}

async function main(vitestArguments) {
  if (!(await build())) return close({ ...nothing, failed: 1 });
  const failedChecks = await runChecks();
  const result = await runSuites(vitestArguments).catch((error) => {
    console.log(error.message);
    return { ...nothing, failed: 1 };
  });
  return close({ ...result, failed: result.failed + failedChecks });
}

process.exitCode = await main(process.argv.slice(2));
