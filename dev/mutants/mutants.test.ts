import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyChange, mutants } from './mutants.js';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** As a row of a table of tests is written: by its name, or as a mix of the model, among those of `npm test`. */
function holdsRow(file: string, row: string): boolean {
  const mix = row.split(', ').map((part) => part.split(' ').reverse().join(': ')).join(', ');
  return read(file.replace('schedules.test.ts', 'places.ts')).includes(`name: '${row}'`) || (read(file).split('farBounds')[0] ?? '').includes(`[{ ${mix} }, `);
}

describe.each(mutants)('the mutant "$guard"', ({ guard, changes, killer }) => {
  it('still fits the code, its test and docs/vault.md', () => {
    for (const change of changes) expect(applyChange(read(change.file), change)).not.toBe(read(change.file));
    expect(read(killer.file).includes(killer.title), `${killer.file} holds "${killer.title}"`).toBe(true);
    if (killer.row) expect(holdsRow(killer.file, killer.row), `${killer.file} has the row "${killer.row}"`).toBe(true);
    expect(read('docs/vault.md').includes(`| ${guard} | \`${killer.file.replace('packages/vault/', '')}\`: ${killer.title}${killer.row ? `: ${killer.row}` : ''} |`), 'docs/vault.md has its row').toBe(true);
  });
});
