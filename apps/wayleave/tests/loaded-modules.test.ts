import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WayleaveProcess } from '@wayleave/dev/process';

const hook = new URL('./note-modules.mjs', import.meta.url).href;

const processTest = 60_000;

describe('what a command loads', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayleave-modules-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function modulesOf(command: string): Promise<string[]> {
    const file = join(folder, command);
    const child = new WayleaveProcess([command], { LOADED_MODULES: file, WAYLEAVE_DATA: join(folder, 'data'), SUITE_HOST: '192.0.2.1' }, ['--import', hook]);
    expect(await child.ends()).toBe(1);
    return (await readFile(file, 'utf8')).trim().split('\n');
  }

  const standIn = /\/packages\/ups-sandbox\//;

  it.each(['web', 'worker', 'company'])('%s never loads the stand-in', async (command) => {
    const modules = await modulesOf(command);
    expect(modules.some((url) => url.includes('/apps/suite/dist/'))).toBe(true);
    expect(modules.filter((url) => standIn.test(url))).toEqual([]);
  }, processTest);

  it('start loads it', async () => {
    expect((await modulesOf('start')).some((url) => standIn.test(url))).toBe(true);
  }, processTest);
});
