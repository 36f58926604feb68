import type { Mail } from '@wayleave/platform/mail';
import type { Secret } from '@wayleave/platform/secret';
import type { Application, NewApplication } from '../authorization/application.js';
import { openSigningKey } from '../authorization/signing-key.js';
import type { SettingValues } from '../config/settings.js';
import type { ProfileRequest } from '../profile/create-profile.js';
import type { Profile } from '../profile/profile.js';
import type { AlertPushStore } from '../carrier/track-alert/alert-push-store.js';
import type { QuantumSubscriptionStore } from '../carrier/quantum-view/quantum-subscription-store.js';
import { orderQuantumSubscription } from './quantum-subscription-order.js';
import type { SandboxContext } from '../sandbox-context.js';
import { turn } from '../turn.js';
import { parcelState, type ParcelState } from '../world/parcel.js';
import type { World } from '../world/world.js';
import type { ControlState } from './control-store.js';
import type { Ledger, LedgerEntry, LedgerQuery } from './ledger.js';
import type { WeatherNow, WeatherStore } from './weather-store.js';
import { readWeather } from './weather.js';

/** What can be done to the stand-in from outside its pages. The control interface calls these; so may its own process. */
export interface ControlFunctions {
  /** Registers an application, or replaces what is registered under its client id. Throws InvalidForm. */
  registerApplication(application: NewApplication): Promise<{ application: Application; clientSecret: Secret }>;
  /** The registered applications, by name. */
  applications(): Promise<Application[]>;
  /** Makes a UPS.com profile without a mail to confirm. Throws InvalidForm, also when the username or mail is taken. */
  createProfile(profile: ProfileRequest): Promise<Profile>;
  /**
   * The requests that arrived at the OAuth and data endpoints, oldest first, those still being handled included: the newest
   * `mostEntries` (and one before them where there are more).
   */
  ledger(query?: LedgerQuery): Promise<LedgerEntry[]>;
  /** The stand-in's time. */
  now(): Date;
  /** Moves the stand-in's time by milliseconds, forwards or (negative) backwards. Resolves to the new time. */
  advanceClock(ms: number): Promise<Date>;
  settings(): SettingValues;
  /** Changes settings, given by their wire names (`code_lifetime_ms`). Throws InvalidForm and changes nothing. */
  changeSettings(changes: Readonly<Record<string, unknown>>): Promise<SettingValues>;
  /** Lets the next answers of an endpoint suffer a fault; the fields are those of `readWeather`. Throws InvalidForm. */
  orderWeather(order: Readonly<Record<string, unknown>>): Promise<void>;
  /** What is due, oldest first. */
  weather(): Promise<WeatherNow[]>;
  clearWeather(): Promise<void>;
  /** Names, or with null forgets, the URL that Track Alert pushes an application's events to. Throws InvalidForm. */
  setAlertUrl(clientId: string, url: string | null): Promise<void>;
  /** Gives a profile (by username) or an application (by client id) a Quantum View subscription, or changes its status. Throws InvalidForm. */
  setQuantumSubscription(subscription: QuantumSubscriptionOrder): Promise<void>;
  /** The parcels of the world as they stand now: the documented samples first, then the newest others. */
  parcels(): WorldNow;
  /** The newest mails first. */
  mail(limit?: number): Promise<Mail[]>;
}

/** The parcels that there are at an instant of the stand-in's time. */
export interface WorldNow {
  /** About how many. */
  readonly count: number;
  /** In batches that take a moment each to make; other requests are answered in between. */
  readonly batches: AsyncIterable<readonly ParcelState[]>;
}

/** A Quantum View subscription as control orders it; one of `username` and `clientId`. */
export interface QuantumSubscriptionOrder {
  readonly username?: string | undefined;
  readonly clientId?: string | undefined;
  readonly name: string;
  readonly status: string;
}

/** Builds the control functions over the stand-in's stores. */
export function createControl(deps: {
  context: SandboxContext;
  quantumSubscriptions: QuantumSubscriptionStore;
  pushes: AlertPushStore;
  state: ControlState;
  ledger: Ledger;
  weather: WeatherStore;
  createProfile(profile: ProfileRequest): Promise<Profile>;
  world: World;
}): ControlFunctions {
  const { context, state, ledger, weather } = deps;
  return {
    registerApplication: (application) => context.authorization.registerApplication(application),
    applications: () => context.authorization.listApplications(),
    createProfile: (profile) => deps.createProfile(profile),
    ledger: (query = {}) => ledger.entries(query),
    now: () => state.clock.now(),
    advanceClock: (ms) => state.advanceClock(ms),
    settings: () => state.settings.current(),
    async changeSettings(changes) {
      const settings = await state.changeSettings(changes);
      if (settings.jwtAccessTokens) await openSigningKey(context.database);
      return settings;
    },
    orderWeather: (order) => weather.order(readWeather(order)),
    weather: () => weather.list(),
    clearWeather: () => weather.clear(),
    setAlertUrl: (clientId, url) => deps.pushes.setDestination(clientId, url),
    setQuantumSubscription: (order) => orderQuantumSubscription(deps, order),
    parcels() {
      const now = state.clock.now();
      return { count: deps.world.count(now), batches: standing(deps.world, now) };
    },
    mail: (limit = 100) => context.mailer.list(limit),
  };
}

async function* standing(world: World, now: Date): AsyncGenerator<readonly ParcelState[]> {
  for (const batch of world.parcels(now)) {
    await turn();
    yield batch.flatMap((parcel) => parcelState(parcel, now) ?? []);
  }
}
