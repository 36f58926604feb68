import { Secret } from '@wayleave/platform/secret';
import type { SettingValues } from '../config/settings.js';

/** All tokens that go back to one authorization code. Its id is what the ledger calls the grant. */
export interface TokenFamily {
  readonly id: string;
  readonly clientId: string;
  readonly profileId: string;
  readonly epoch: number;
  readonly scope: string;
  readonly refreshCount: number;
}

/** An access token and a refresh token that were just minted. The tables have only their hashes. */
export interface TokenPair {
  readonly family: TokenFamily;
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  readonly issuedAt: Date;
  readonly accessTokenLifetimeMs: number;
  readonly refreshTokenLifetimeMs: number;
}

/** The pair that was minted for a family at an instant, under the settings of that instant. */
export function toTokenPair(family: TokenFamily, minted: { accessToken: string; refreshToken: string }, settings: SettingValues, issuedAt: Date): TokenPair {
  const { accessTokenLifetimeMs, refreshTokenLifetimeMs } = settings;
  return {
    family, accessToken: new Secret(minted.accessToken), refreshToken: new Secret(minted.refreshToken), issuedAt, accessTokenLifetimeMs, refreshTokenLifetimeMs,
  };
}
