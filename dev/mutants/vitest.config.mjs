// The tests' own configuration, with one mutant's changes made to the sources as they are loaded.
import { mergeConfig } from 'vitest/config';
import tests from '../../vitest.config.ts';
import { applyChange, mutants } from '../dist/mutants/mutants.js';

const mutant = mutants.find(({ guard }) => guard === process.env.WAYLEAVE_MUTANT);

export default mergeConfig(tests, {
  plugins: [{
    name: 'mutant',
    enforce: 'pre',
    transform(code, id) {
      const changes = mutant?.changes.filter(({ file }) => id.endsWith(`/${file}`)) ?? [];
      return changes.length > 0 ? changes.reduce(applyChange, code) : undefined;
    },
  }],
});
