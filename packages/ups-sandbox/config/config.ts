import { readSettings, type SettingsReader } from '@wayleave/platform/settings';
import { readSecrets, type SandboxSecrets } from './secrets.js';
import { defaultSettings, settingDefinitions, settingNames, wireName, type SettingName, type SettingValues } from './settings.js';

/** Everything the stand-in is told at its start. */
export interface SandboxConfig {
  /** Where it listens; loopback unless told otherwise. */
  readonly host: string;
  readonly port: number;
  /** Where browsers reach it. */
  readonly publicUrl: URL;
  readonly trustedProxies: readonly string[];
  readonly mailFrom: string;
  readonly logLevel: string;
  /** The settings to begin with; control may change them. */
  readonly settings: SettingValues;
  /** Which world there is: the same seed and size give the same parcels. `size` is about how many Track shows at a time. */
  readonly world: { readonly seed: number; readonly size: number };
  readonly secrets: SandboxSecrets;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the stand-in's configuration. Throws SettingsError with a sentence for each wrong setting. */
export function readSandboxConfig(environment: Environment): SandboxConfig {
  return readSettings(environment, (settings) => {
    const port = settings.integer('UPSCOM_PORT', 4010, { min: 0, max: 65_535 });
    const everyone = settings.choice('UPSCOM_LISTEN_BEYOND_THIS_MACHINE', ['yes', 'no'], 'no') === 'yes';
    return {
      host: everyone ? '0.0.0.0' : '127.0.0.1',
      port,
      publicUrl: settings.url('UPSCOM_PUBLIC_URL', `http://127.0.0.1:${port}`),
      trustedProxies: settings.list('UPSCOM_TRUSTED_PROXIES'),
      mailFrom: settings.text('UPSCOM_MAIL_FROM', 'UPS.com stand-in <noreply@upscom.invalid>'),
      logLevel: settings.choice('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
      settings: readValues(settings),
      world: {
        seed: settings.integer('UPSCOM_WORLD_SEED', 1_907, { min: 0, max: 4_294_967_295 }),
        size: settings.integer('UPSCOM_WORLD_SIZE', 2_000, { min: 100, max: 10_000_000 }),
      },
      secrets: readSecrets(settings),
    };
  });
}

function readValues(settings: SettingsReader): SettingValues {
  const values = settingNames.map((name) => [name, readValue(settings, name)]);
  return { ...defaultSettings, ...Object.fromEntries(values) as Partial<SettingValues> };
}

/** The setting `codeLifetimeMs` is the variable `UPSCOM_CODE_LIFETIME_MS`; switches are `yes` or `no`. */
function readValue(settings: SettingsReader, name: SettingName): number | boolean {
  const definition = settingDefinitions[name];
  const variable = `UPSCOM_${wireName(name).toUpperCase()}`;
  if ('min' in definition) return settings.integer(variable, definition.otherwise, definition);
  return settings.choice(variable, ['yes', 'no'], definition.otherwise ? 'yes' : 'no') === 'yes';
}
