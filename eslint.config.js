import tseslint from 'typescript-eslint';
import { escapedTernary } from './dev/eslint/escaped-ternary.js';
import { walls } from './dev/eslint/walls.js';

const sources = ['packages/**/*.{ts,tsx}', 'apps/**/*.{ts,tsx}', 'dev/**/*.{ts,tsx}', 'bench/**/*.ts'];
const servers = ['packages/**/*.{ts,tsx}', 'apps/**/*.{ts,tsx}'];
const tests = ['**/*.test.{ts,tsx}', '**/tests/**', 'dev/browser/**', 'dev/database/**', 'dev/constellation/**', 'dev/vitest/**'];

const environment = {
  object: 'process',
  property: 'env',
  message: 'The environment is read once, in config/env.ts; take settings as arguments.',
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', '.wayleave/**'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: sources,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin, pages: { rules: { 'escaped-ternary': escapedTernary } } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'no-console': 'error',
      'no-eval': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-template-curly-in-string': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 0, 'ts-expect-error': true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['**/*.tsx'], ignores: tests, rules: { 'pages/escaped-ternary': 'error' } },
  { files: servers, rules: { 'no-restricted-properties': ['error', environment] } },
  { files: [...tests, '**/config/env.ts', 'apps/wayleave/main.ts', 'packages/ups-sandbox/alone/main.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['**/*.test.{ts,tsx}'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['**/*.{js,mjs}'], rules: { 'max-lines': ['error', 400], 'no-var': 'error', 'prefer-const': 'error' } },
  ...walls,
);
