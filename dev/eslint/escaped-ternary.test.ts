import { ESLint } from 'eslint';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('text in a branch of a condition', () => {
  let folder: string;
  beforeAll(async () => {
    const cache = join(root, '.cache');
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(join(cache, 'lint-'));
    await mkdir(join(folder, 'packages'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function findings(child: string): Promise<number> {
    const file = join(folder, 'packages', 'sample.tsx');
    const source = `import { escapeHtml } from '@kitajs/html';
declare const name: string;
declare const known: boolean;
declare const element: JSX.Element;
export const part = ${child};
export const whole = escapeHtml(element);
`;
    await writeFile(file, source);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.base.json', include: ['packages'] }));
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: join(root, 'eslint.config.js'),
      overrideConfig: { languageOptions: { parserOptions: { project: join(folder, 'tsconfig.json') } } },
    });
    const [result] = await eslint.lintFiles([file]);
    return result?.messages.filter(({ ruleId }) => ruleId === 'pages/escaped-ternary').length ?? -1;
  }

  it('is found when it is not escaped', async () => {
    expect(await findings(`<p>{known ? name : ''}</p>`)).toBe(1);
    expect(await findings(`<p>{known ? '' : known ? \`a \${name}\` : ''}</p>`)).toBe(1);
  });

  it('passes when the element is safe, when it is escaped, and when it is an element', async () => {
    expect(await findings(`<p safe>{known ? name : ''}</p>`)).toBe(0);
    expect(await findings(`<p>{known ? escapeHtml(name) : 'unknown'}</p>`)).toBe(0);
    expect(await findings(`<p>{known ? <b safe>{name}</b> : element}</p>`)).toBe(0);
  });
});
