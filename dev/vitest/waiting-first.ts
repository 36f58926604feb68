import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, most of it waiting for what lasts: a window of a budget, a lease of a process that died,
 * a process that starts. Begun first, they wait beside the others; begun last, everybody would wait for them.
 */
export const waiting = [
  'apps/suite/retrieval/killed-worker.test.ts',
  'packages/vault/tests/refresh-processes.test.ts',
  'packages/vault/tests/clear-processes.test.ts',
  'apps/wayleave/tests/start.test.ts',
  'packages/vault/clear/clear.test.ts',
  'packages/vault/lease/renewal.test.ts',
  'apps/wayleave/tests/sandbox.test.ts',
];

/** Begins with the files that wait, one after the other between those of the browser; the rest comes in vitest's own order. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => waiting.findIndex((file) => moduleId === join(this.ctx.config.root, file));
    const first = sorted.filter((file) => place(file) >= 0).sort((one, other) => place(one) - place(other));
    const rest = sorted.filter((file) => place(file) < 0);
    return first.length === 0 ? rest : [...first.splice(0, 1), ...rest.flatMap((file, index) => index % 2 === 1 ? [file, ...first.splice(0, 1)] : [file]), ...first];
  }
}
