import { SettingsError } from '@wayleave/platform/settings';
import { describe, expect, it } from 'vitest';
import { runAlone } from './alone.js';

describe('the stand-in by itself', () => {
  it.each([
    [{ UPSCOM_CONTROL_TOKEN: 'short' }, 'UPSCOM_CONTROL_TOKEN must have at least 32'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must begin with postgres://'],
    [{ UPSCOM_WORLD_SIZE: '7' }, 'UPSCOM_WORLD_SIZE is "7"; it must be a whole number from 100'],
  ])('does not start with %j, and says what is wrong with it', async (env, sentence) => {
    const said: string[] = [];
    const failure = await runAlone(env, (line) => void said.push(line)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SettingsError);
    expect((failure as SettingsError).message).toContain(sentence);
    expect(said).toEqual([]);
  });
});
