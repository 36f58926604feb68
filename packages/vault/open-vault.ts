import type { MigrationSet } from '@wayleave/platform/database';
import { packageRoot } from '@wayleave/platform/package-root';
import type { Vault, VaultDeps } from './vault.js';

/** The tables of schema `vault`. Run them before `openVault`. */
export const vaultMigrations: MigrationSet = { schema: 'vault', directory: new URL('migrations/', packageRoot(import.meta.url)) };

/** Opens the vault. Throws WrongMasterKey. */
export async function openVault(deps: VaultDeps): Promise<Vault> {
  deps.logger.debug('opening the vault');
  throw new Error('openVault is being written');
}
