import type { Reporter, TestModule } from 'vitest/node';

/** Prints, after vitest's own summary, one line a suite with what ran in it. */
export class SuiteReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const suites = new Map<string, { files: number; passed: number; failed: number; skipped: number }>();
    for (const module of modules) {
      const count = suites.get(module.project.name) ?? { files: 0, passed: 0, failed: 0, skipped: 0 };
      count.files += 1;
      let tests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') count[state] += 1;
        tests += 1;
      }
      if (module.state() === 'failed' && (tests === 0 || module.errors().length > 0)) count.failed += 1;
      suites.set(module.project.name, count);
    }
    for (const [name, { files, passed, failed, skipped }] of [...suites].sort()) {
      process.stdout.write(`${name} tests: ${passed} passed, ${failed} failed, ${skipped} skipped (${files} files)\n`);
    }
  }
}
