import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files that run long. In a fresh clone vitest knows sizes only, and would have everybody wait for them at the end. */
const longest = ['apps/suite/retrieval/killed-worker.test.ts', 'dev/walks/accessibility.browser.test.ts', 'packages/vault/tests/model/model.test.ts'];

/** Begins with the files that run longest; the rest comes in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((file) => moduleId === join(this.ctx.config.root, file));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
