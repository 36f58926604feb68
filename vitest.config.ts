import { defineConfig } from 'vitest/config';
import { SuiteReport } from './dev/vitest/report.js';
import { findSuites } from './dev/vitest/suites.js';
import { LongestFirst } from './dev/vitest/longest-first.js';

const suites = findSuites();

/** Workspaces run from their sources; 'import' and 'default' would lead to `dist`. */
const resolve = { conditions: ['wayleave-source', 'node'] };

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: '@kitajs/html' } },
  resolve,
  ssr: { resolve },
  test: {
    globalSetup: './dev/vitest/global-setup.ts',
    reporters: ['default', new SuiteReport()],
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // No test measures time with these: they end what hangs, on a machine that others keep busy as well.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    // Test files of one worker share its modules (`isolate: false`): loading them anew for each file took a minute.
    projects: [
      { extends: true, test: { name: 'unit', include: suites.unit, isolate: false } },
      { extends: true, test: { name: 'database', include: suites.database, isolate: false } },
      { extends: true, test: { name: 'browser', include: suites.browser, isolate: false } },
    ],
  },
});
