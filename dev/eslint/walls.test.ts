import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const withoutTypes = { ...tseslint.configs.disableTypeChecked, rules: { ...tseslint.configs.disableTypeChecked.rules, 'pages/escaped-ternary': 'off' as const } };
const eslint = new ESLint({ cwd, overrideConfig: withoutTypes });

async function findings(filePath: string, source: string): Promise<string[]> {
  const results = await eslint.lintText(source, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

describe('the import walls', () => {
  it.each([
    ['packages/platform/http/index.ts', '@wayleave/ups-api'],
    ['packages/platform/http/index.ts', '@wayleave/vault'],
    ['packages/ups-api/client/oauth.ts', '@wayleave/platform/secret'],
    ['packages/vault/vault.ts', '@wayleave/suite'],
    ['packages/vault/vault.ts', '@wayleave/ups-sandbox'],
    ['packages/vault/vault.ts', '../ups-sandbox/index.js'],
    ['packages/ups-sandbox/index.ts', '@wayleave/vault'],
    ['packages/ups-sandbox/index.ts', '@wayleave/ups-api'],
    ['apps/suite/index.ts', '@wayleave/ups-sandbox'],
    ['apps/suite/index.ts', '@wayleave/dev/database'],
    ['apps/suite/index.ts', '../../packages/ups-sandbox/index.js'],
    ['apps/suite/idm/token-manager-page.tsx', '../idh/opt-in-page.js'],
    ['apps/suite/idh/opt-in-page.tsx', '../idm/token-manager-page.js'],
    ['apps/suite/idh/history/history-page.tsx', '../../idm/token-manager-page.js'],
    ['apps/wayleave/web-command.ts', '@wayleave/ups-sandbox'],
    ['apps/wayleave/web-command.ts', '@wayleave/ups-api'],
  ])('stop %s from importing %s', async (file, module) => {
    expect(await findings(file, `import '${module}';\n`)).toEqual(['no-restricted-imports']);
  });

  it.each([
    ['packages/vault/vault.ts', '@wayleave/ups-api'],
    ['packages/ups-sandbox/index.ts', '@wayleave/ups-api/wire'],
    ['apps/suite/index.ts', '@wayleave/vault'],
    ['apps/suite/idm/token-manager-page.tsx', '../ui/layout.js'],
    ['apps/suite/idm/token-manager-page.tsx', '@wayleave/platform/html'],
    ['apps/wayleave/constellation.ts', '@wayleave/ups-sandbox'],
    ['apps/suite/web.test.ts', '@wayleave/dev/constellation'],
  ])('let %s import %s', async (file, module) => {
    expect(await findings(file, `import '${module}';\n`)).toEqual([]);
  });

  it('keep calls that carry a token inside the vault', async () => {
    const source = `import { refreshRequest } from '@wayleave/ups-api';\nrefreshRequest();\n`;
    expect(await findings('apps/suite/retrieval/follow-run.ts', source)).toEqual(['no-restricted-imports']);
    expect(await findings('packages/vault/token/token.ts', source)).toEqual([]);
  });
});

describe('the rules of the house', () => {
  it.each([
    ['the environment outside config', 'apps/suite/web.ts', 'export const port = process.env.PORT;', 'no-restricted-properties'],
    ['the console in a server', 'packages/vault/vault.ts', "console.log('x');", 'no-console'],
    ['any', 'packages/vault/vault.ts', 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['an unchecked line', 'packages/vault/vault.ts', '// @ts-ignore\nexport const x = 1;', '@typescript-eslint/ban-ts-comment'],
    ['a file of more than 400 lines', 'packages/vault/vault.ts', 'export {};\n'.repeat(401), 'max-lines'],
  ])('refuse %s', async (_, file, source, rule) => {
    expect(await findings(file, source)).toContain(rule);
  });

  it('cannot be switched off by a comment', async () => {
    const source = "// eslint-disable-next-line no-console\nconsole.log('x');";
    expect(await findings('packages/vault/vault.ts', source)).toContain('no-console');
  });

  it('let the environment be read where settings are', async () => {
    expect(await findings('apps/suite/config/env.ts', 'export const port = process.env.PORT;')).toEqual([]);
  });
});
