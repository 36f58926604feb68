/** A whole number within bounds, or a switch, with its default. */
type Definition =
  | { readonly otherwise: number; readonly min: number; readonly max: number }
  | { readonly otherwise: boolean };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * What can be set, by environment at the start and by control while running. UPS publishes none of these; where its
 * behaviour is known from recordings, the default is what was recorded.
 */
export const settingDefinitions = {
  /** How long an authorization code can be exchanged. */
  codeLifetimeMs: { otherwise: minute, min: second, max: 10 * minute },
  /** UPS's `expires_in` says one second less: "14399". */
  accessTokenLifetimeMs: { otherwise: 4 * hour, min: 2 * second, max: 30 * day },
  /** UPS's `refresh_token_expires_in` says one second less: "5183999". */
  refreshTokenLifetimeMs: { otherwise: 60 * day, min: 2 * second, max: 366 * day },
  /** How long a UPS.com session lasts unused. */
  sessionIdleMs: { otherwise: 30 * minute, min: second, max: day },
  /** How long a UPS.com session lasts at all. */
  sessionAbsoluteMs: { otherwise: 12 * hour, min: second, max: 30 * day },
  /** How long a mailed link works. */
  linkLifetimeMs: { otherwise: hour, min: second, max: day },
  /** How long the Password page can be completed after the Log In page. */
  signInRequestLifetimeMs: { otherwise: 30 * minute, min: second, max: day },
  /** The time within which the following attempts and mails are counted. */
  attemptWindowMs: { otherwise: 15 * minute, min: second, max: day },
  /** Passwords tried for one name, from browsers in which its profile never logged in. */
  nameAttempts: { otherwise: 10, min: 1, max: 1_000_000 },
  /** Wrong passwords from one address, for any names, from such browsers. */
  addressAttempts: { otherwise: 60, min: 1, max: 1_000_000 },
  /** Passwords tried for a profile from a browser in which it logged in before. */
  browserAttempts: { otherwise: 20, min: 1, max: 1_000_000 },
  /** Mails that strangers can have sent to one mail address. */
  mailsPerAddress: { otherwise: 5, min: 1, max: 1_000_000 },
  /** Whether a spent refresh token that its client presents again ends the whole family. */
  refreshReuseEndsFamily: { otherwise: true },
  /** Whether access tokens are JWTs as UPS's are, not opaque texts. Signing one takes milliseconds of a core. */
  jwtAccessTokens: { otherwise: false },
  /** Whether `sub` and `uuid` of a JWT name the profile that consented; else the application's owner. Which one UPS's name is not known. */
  jwtNamesProfile: { otherwise: true },
  /** Whether 429 carries Retry-After; UPS's does not. */
  retryAfterHeader: { otherwise: false },
  /** Whether Cancel sends the browser back with `error=access_denied`; what UPS does is unknown. */
  cancelGoesBack: { otherwise: true },
  /** Calls of the token endpoints that one client may make in a minute. */
  tokenCallsPerMinute: { otherwise: 3_000, min: 1, max: 1_000_000 },
  /** Failed client authentications from one address for one client id in a minute. */
  failedTokenCallsPerMinute: { otherwise: 20, min: 1, max: 1_000_000 },
  /** Whether a token that a profile consented to opens Quantum View; UPS's files name tokens of applications only. */
  quantumViewForProfiles: { otherwise: true },
  /** How far the clock of Quantum View's file names and ranges is from GMT. */
  quantumViewOffsetMinutes: { otherwise: -300, min: -720, max: 840 },
  /** Whether a range that begins before Quantum View's seven days is refused, instead of beginning with them. */
  quantumViewRefusesOldRanges: { otherwise: true },
  /** Whether a token that a profile consented to may subscribe to accounts; UPS's file names tokens of applications only. */
  trackAlertAccountsForProfiles: { otherwise: true },
  /** Whether Track Alert takes its two test numbers only, as UPS's own test environment does. */
  trackAlertTestNumbersOnly: { otherwise: false },
} as const satisfies Record<string, Definition>;

export type SettingName = keyof typeof settingDefinitions;
type Value<D> = D extends { readonly min: number } ? number : boolean;
export type SettingValues = { readonly [Name in SettingName]: Value<(typeof settingDefinitions)[Name]> };

/** The settings as they are now. Ask each time: control may change them at any moment. */
export interface SandboxSettings {
  current(): SettingValues;
}

export const settingNames = Object.keys(settingDefinitions) as SettingName[];

/** The settings nobody changed. */
export const defaultSettings = Object.fromEntries(
  settingNames.map((name) => [name, settingDefinitions[name].otherwise]),
) as unknown as SettingValues;

/** A setting's name in control's JSON: `codeLifetimeMs` is `code_lifetime_ms`. */
export function wireName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What is wrong with a value for a setting, as a sentence, or null. */
export function settingProblem(name: SettingName, value: unknown): string | null {
  const definition: Definition = settingDefinitions[name];
  if ('min' in definition) {
    const { min, max } = definition;
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
    return fits ? null : `${wireName(name)} is a whole number from ${min} to ${max}.`;
  }
  return typeof value === 'boolean' ? null : `${wireName(name)} is true or false.`;
}
