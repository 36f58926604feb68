import type { TokenNames } from './opt-in/login.js';

/** Lengths of time are milliseconds. */
export interface VaultSettings {
  /** From the button to the callback. */
  readonly optInLifetimeMs: number;
  /** How long it is tried to store a consent whose code was exchanged; a browser waits for it. No try begins later. */
  readonly consentMs: number;
  /** How long a consent by another UPS.com login waits for an admin's decision. */
  readonly pendingLifetimeMs: number;
  /** Whom the claims of UPS's access tokens are taken to name. */
  readonly tokenNames: TokenNames;
  /** How long an instance may use a generation without asking the database again; also bounds how long a dead process delays Clear. */
  readonly leaseMs: number;
  /** A lease that nothing uses is kept this long: renewing it with the others is cheap, giving it back and taking it anew is not. */
  readonly leaseIdleMs: number;
  /** After a call was cut off, how long its last bytes may still be on their way. Part of every give-back. */
  readonly wireAllowanceMs: number;
  /** Deadline of one call to UPS, of the code exchange, and of waiting for somebody else's refresh. */
  readonly callTimeoutMs: number;
  /** Deadline of a refresh POST. UPS may take 45 s, and an answer given up is an answer lost. */
  readonly refreshTimeoutMs: number;
  /** How long a redemption belongs to the instance that began it. Longer than `refreshTimeoutMs`. */
  readonly redemptionMs: number;
  /** How many due refreshes of one application an instance has under way at most; as many probes, and of all recoveries and unfinished Clears. */
  readonly dueAtOnce: number;
  /** An access token is refreshed this long before it expires at the latest, or before the last quarter of a shorter life. */
  readonly refreshMarginMs: number;
  /** The calls to UPS that one client makes by itself in a minute at most, in all processes together: refreshes, recoveries, probes. */
  readonly callsPerMinute: number;
  /** A refused access token younger than this is not refreshed yet: UPS itself just vouched for it. */
  readonly refusedTokenAgeMs: number;
  /** A grant that was quiet for this long is probed. */
  readonly probeIntervalMs: number;
  /** The package number that a probe asks for. */
  readonly probeNumber: string;
  /** What is done under a lease that goes on is entered into the audit chain this often. */
  readonly auditWindowMs: number;
  /** The first wait after a refresh that did not work; doubles up to `backOffMaxMs`. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** The largest answer that is read, in bytes. */
  readonly maxAnswerBytes: number;
}

export const defaultVaultSettings: VaultSettings = {
  optInLifetimeMs: 10 * 60_000,
  consentMs: 45_000,
  pendingLifetimeMs: 24 * 60 * 60_000,
  tokenNames: 'unknown',
  leaseMs: 5_000,
  leaseIdleMs: 30_000,
  wireAllowanceMs: 100,
  callTimeoutMs: 20_000,
  refreshTimeoutMs: 60_000,
  redemptionMs: 90_000,
  dueAtOnce: 100,
  refreshMarginMs: 15 * 60_000,
  callsPerMinute: 1_000,
  refusedTokenAgeMs: 60_000,
  probeIntervalMs: 15 * 60_000,
  probeNumber: '1Z12345E0205271688',
  auditWindowMs: 15 * 60_000,
  backOffMs: 5_000,
  backOffMaxMs: 15 * 60_000,
  maxAnswerBytes: 4 * 1024 * 1024,
};
