import { systemClock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { Secret } from '@wayleave/platform/secret';
import { companyId, defaultVaultSettings, memberId, openVault, type Vault, type VaultSettings } from '@wayleave/vault';

const sessionBinding = Buffer.alloc(32, 1);

/** Who presses the buttons. */
export const admin = { id: memberId('m_admin'), label: 'admin@example.test' };

/** Opens a vault with nothing around it, on the machine's own clock and with a key that all of them share. */
export function openBareVault(database: Database, upsBaseUrl: URL, settings: Partial<VaultSettings>): Promise<Vault> {
  const application = (name: string) => ({
    clientId: `client-${name}`, clientSecret: new Secret(`secret-${name}`), redirectUri: `http://localhost:4000/callback/stand-in/${name}`, authentication: 'pkce' as const,
  });
  return openVault({
    database,
    clock: systemClock,
    logger: createLogger({ name: 'vault', level: 'silent' }),
    masterKey: new Secret(Buffer.alloc(32, 7)),
    upsBaseUrl,
    environment: 'stand-in',
    applications: { idm: application('idm'), idh: application('idh') },
    settings: { ...defaultVaultSettings, ...settings },
  });
}

/** A whole opt-in of a company for application `idm`, by this code. Throws when it does not succeed. */
export async function optInBare(vault: Vault, company: string, code = company): Promise<void> {
  const url = await vault.beginOptIn({ company: companyId(company), application: 'idm', member: admin, sessionBinding });
  const query = { state: url.searchParams.get('state') ?? '', code };
  const { kind } = await vault.completeOptIn({ application: 'idm', environment: 'stand-in', sessionBinding, query });
  if (kind !== 'opted-in') throw new Error(`the opt-in came to ${kind}`);
}
