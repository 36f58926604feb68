import type { MemberRef } from '../grant/grant.js';
import type { IssuedTokenFate } from '../tables.js';

export type IssuedTokenState = 'in use' | 'replaced' | 'expired' | 'destroyed by Clear' | 'voided' | 'never stored' | 'waiting' | 'never used';

/** An access token that UPS created for us, and what became of it. */
export interface IssuedTokenView {
  readonly createdAt: Date;
  /** Until when UPS honours it. UPS offers no way to withdraw it earlier. */
  readonly expiresAt: Date;
  readonly cameBy: 'opt-in' | 'refresh';
  readonly optedInBy: MemberRef;
  /** Tells tokens apart without showing any part of them: `xxxx xxxx xxxx` of a keyed hash. */
  readonly fingerprint: string;
  readonly state: IssuedTokenState;
}

/** The state that the grid shows: a token in use expires by itself, every other fate stays what it is. */
export function issuedTokenState(fate: IssuedTokenFate, expiresAt: Date, now: Date): IssuedTokenState {
  return fate === 'in use' && expiresAt <= now ? 'expired' : fate;
}
