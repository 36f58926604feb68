import { Secret } from '@wayleave/platform/secret';
import type { SettingsReader } from '@wayleave/platform/settings';

/** The settings that must never be printed. A wrong one is named, its value is not repeated. */
export interface Secrets {
  /** 32 bytes. */
  masterKey: Secret<Buffer>;
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
    masterKey: readMasterKey(settings),
    clientSecrets: {
      idm: new Secret(settings.text('UPS_IDM_CLIENT_SECRET')),
      idh: new Secret(settings.text('UPS_IDH_CLIENT_SECRET')),
    },
    smtpUrl: smtpUrl === undefined ? undefined : new Secret(smtpUrl),
  };
}

function readMasterKey(settings: SettingsReader): Secret<Buffer> {
  const text = settings.optionalText('WAYLEAVE_MASTER_KEY');
  const key = Buffer.from(text ?? '', 'base64');
  if (text === undefined) {
    settings.problem('WAYLEAVE_MASTER_KEY is not set. Make one with "openssl rand -base64 32", keep it where you keep secrets, and set it.');
  } else if (key.length !== 32) {
    settings.problem('WAYLEAVE_MASTER_KEY must be 32 bytes in base64; make one with "openssl rand -base64 32".');
  }
  return new Secret(key);
}
