import { readSettings } from '@wayleave/platform/settings';

/** `DATABASE_URL`, which must lead to PostgreSQL. Throws SettingsError. */
export function databaseUrl(env: NodeJS.ProcessEnv): string {
  return readSettings(env, (settings) => {
    const url = settings.text('DATABASE_URL');
    if (url !== '' && !/^postgres(ql)?:\/\//.test(url)) {
      settings.problem('DATABASE_URL must begin with postgres:// or postgresql://, such as postgres://user@localhost:5432/wayleave.');
    }
    return url;
  });
}
