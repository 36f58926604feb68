import { Secret } from '@wayleave/platform/secret';
import type { SettingsReader } from '@wayleave/platform/settings';

/** The keys that wrap the data keys of all tokens, 32 bytes each. */
export interface MasterKeys {
  masterKey: Secret<Buffer>;
  /** Set during a rotation. */
  previousMasterKey: Secret<Buffer> | undefined;
}

/** The settings that must never be printed. A wrong one is named, its value is not repeated. */
export interface Secrets extends MasterKeys {
  clientSecrets: { idm: Secret; idh: Secret };
  /** Holds a password. */
  smtpUrl: Secret | undefined;
}

/** Reads the suite's secrets. */
export function readSecrets(settings: SettingsReader): Secrets {
  const smtpUrl = settings.optionalText('SMTP_URL');
  if (smtpUrl !== undefined && !/^smtps?:\/\/[^/]/.test(smtpUrl)) {
    settings.problem('SMTP_URL must begin with smtp:// or smtps:// and name a server, such as smtps://user:password@mail.example.com.');
  }
  return {
    ...readMasterKeys(settings),
    clientSecrets: {
      idm: new Secret(settings.text('UPS_IDM_CLIENT_SECRET')),
      idh: new Secret(settings.text('UPS_IDH_CLIENT_SECRET')),
    },
    smtpUrl: smtpUrl === undefined ? undefined : new Secret(smtpUrl),
  };
}

/** Reads the master key and, during a rotation, the one of before. */
export function readMasterKeys(settings: SettingsReader): MasterKeys {
  const name = 'WAYLEAVE_MASTER_KEY';
  const previousName = 'WAYLEAVE_PREVIOUS_MASTER_KEY';
  const masterKey = readKey(settings, name);
  const previousMasterKey = readKey(settings, previousName);
  if (masterKey === undefined) {
    settings.problem(`${name} is not set. Make one with "openssl rand -base64 32", keep it where you keep secrets, and set it.`);
  } else if (previousMasterKey?.equals(masterKey)) {
    settings.problem(`${previousName} is the same as ${name}. Set ${name} to the new key, or leave ${previousName} out.`);
  }
  return {
    masterKey: new Secret(masterKey ?? Buffer.alloc(0)),
    previousMasterKey: previousMasterKey && new Secret(previousMasterKey),
  };
}

function readKey(settings: SettingsReader, name: string): Buffer | undefined {
  const text = settings.optionalText(name);
  if (text === undefined) return undefined;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) settings.problem(`${name} must be 32 bytes in base64; make one with "openssl rand -base64 32".`);
  return key;
}
