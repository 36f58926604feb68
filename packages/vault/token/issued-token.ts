import type { MemberRef } from '../grant/grant.js';

export type IssuedTokenState = 'in use' | 'replaced' | 'expired' | 'destroyed by Clear' | 'voided' | 'never stored';

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
