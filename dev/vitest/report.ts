import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

interface Count {
  files: number;
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Prints one line a suite with what ran in it, after vitest's own summary. With WAYLEAVE_TEST_REPORT it also writes the
 * sums to that file, for the command that started the run.
 */
export class SuiteReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const suites = new Map<string, Count>();
    for (const module of modules) {
      const count = suites.get(module.project.name) ?? { files: 0, passed: 0, failed: 0, skipped: 0 };
      suites.set(module.project.name, add(count, module));
    }
    const lines = [...suites].sort().map(([name, { files, passed, failed, skipped }]) => {
      const more = skipped > 0 ? `, ${skipped} skipped` : '';
      return `${name} tests: ${passed} passed, ${failed} failed${more} (${files} files)\n`;
    });
    process.stdout.write(lines.join(''));
    const file = process.env['WAYLEAVE_TEST_REPORT'];
    if (!file) return;
    const sum = (key: keyof Count) => [...suites.values()].reduce((total, count) => total + count[key], 0);
    const report = {
      passed: sum('passed'),
      failed: sum('failed') + unhandledErrors.length,
      suites: Object.fromEntries(suites),
      postgres: Boolean(process.env['WAYLEAVE_TEST_POSTGRES']),
      clusters: Boolean(process.env['WAYLEAVE_TEST_POSTGRES_PROGRAMS']),
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(report));
  }
}

function add(count: Count, module: TestModule): Count {
  const sum = { ...count, files: count.files + 1 };
  let reportedFailures = 0;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'pending') continue;
    sum[state] += 1;
    if (state === 'failed') reportedFailures += 1;
  }
  // A file that cannot be loaded, or whose hooks fail, is one failure though none of its tests is.
  if (module.state() === 'failed' && reportedFailures === 0) sum.failed += 1;
  return sum;
}
