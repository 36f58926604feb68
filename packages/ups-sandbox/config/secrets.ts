import { Secret } from '@wayleave/platform/secret';
import type { SettingsReader } from '@wayleave/platform/settings';
import { hkdfSync } from 'node:crypto';

/** What must not be known outside. */
export interface SandboxSecrets {
  /** Opens the control interface. */
  readonly controlToken: Secret;
  /** Keys the forms' CSRF tokens; the same in every process that has the same control token. */
  readonly csrfKey: Secret<Buffer>;
  /** Where mail goes; without it, mail stays in the mailbox page. */
  readonly smtpUrl: Secret | undefined;
}

const shortestControlToken = 32;

/** Reads the secrets. Without a control token of at least 32 characters there is no start. */
export function readSecrets(settings: SettingsReader): SandboxSecrets {
  const controlToken = settings.text('UPSCOM_CONTROL_TOKEN');
  if (controlToken !== '' && !new RegExp(`^[\\x21-\\x7e]{${shortestControlToken},}$`).test(controlToken)) {
    settings.problem(`UPSCOM_CONTROL_TOKEN must have at least ${shortestControlToken} printable characters without spaces. Make one with: openssl rand -hex 32`);
  }
  const smtpUrl = settings.optionalText('SMTP_URL');
  if (smtpUrl !== undefined && !/^smtps?:\/\/./.test(smtpUrl)) {
    settings.problem('SMTP_URL must begin with smtp:// or smtps://. Leave it out to keep mail in the mailbox page.');
  }
  return {
    controlToken: new Secret(controlToken),
    csrfKey: new Secret(Buffer.from(hkdfSync('sha256', controlToken, '', 'wayleave stand-in csrf', 32))),
    smtpUrl: smtpUrl === undefined ? undefined : new Secret(smtpUrl),
  };
}
