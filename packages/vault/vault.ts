import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import type { Logger } from '@wayleave/platform/logging';
import type { Secret } from '@wayleave/platform/secret';
import type { UpsRequest, UpsResponse } from '@wayleave/ups-api';
import type { Transaction } from 'kysely';
import type { AuditEntry } from './audit/audit.js';
import type { Work } from './audit/usage.js';
import type { AuditVerification, VerifyOptions } from './audit/verify-audit.js';
import type { ClearOutcome } from './clear/clear.js';
import type { GrantView, MemberRef } from './grant/grant.js';
import type { ApplicationId, CompanyId, GrantKey } from './ids.js';
import type { VaultObserver } from './observer.js';
import type { OptInOutcome } from './opt-in/opt-in.js';
import type { PendingConsentView, PendingDecision, PendingOutcome } from './opt-in/pending.js';
import type { VaultEvent } from './outbox/outbox.js';
import type { ProbeOutcome } from './lease/probe.js';
import type { RefreshOutcome } from './redemption/redemption.js';
import type { VaultSettings } from './settings.js';
import type { VaultStock } from './stock.js';
import type { IssuedTokenView } from './token/issued-token.js';

/** Where UPS is, for the callback path and the audit: answers of one environment are not taken on another's callback. */
export type Environment = 'production' | 'cie' | 'stand-in';

/** How an application is registered at UPS.com. `basic` sends the secret at the code exchange, `pkce` the verifier. */
export interface ApplicationCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly redirectUri: string;
  readonly authentication: 'pkce' | 'basic';
}

export interface VaultDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 32 random bytes. Everything at rest hangs on it; a wrong one is refused at the start. */
  readonly masterKey: Secret<Buffer>;
  /** During a rotation the key of before: what is still under it can be opened, nothing new is put under it. */
  readonly previousMasterKey?: Secret<Buffer> | undefined;
  readonly upsBaseUrl: URL;
  readonly environment: Environment;
  readonly applications: Readonly<Record<ApplicationId, ApplicationCredentials>>;
  readonly settings: VaultSettings;
  readonly observer?: VaultObserver | undefined;
}

/** A transaction of the vault's, handed to callers that write their own tables in it. Only it may be used inside. */
export type VaultTransaction = Transaction<unknown>;

/** What a use may do. Both stop working, with GrantEnded, as soon as the grant is cleared or replaced. */
export interface UseTools {
  /**
   * Sends one request with the access token attached and gives the answer, whatever its status. A 401 is looked into
   * first: the call is repeated once with a newer token, or throws NeedsOptIn when UPS refuses the grant for good.
   * Throws GrantEnded, NeedsOptIn, and ups-api's errors for an answer that never came.
   */
  call(request: UpsRequest): Promise<UpsResponse>;
  /** Runs `write` in a transaction that commits only while the grant is the one that this use began with. Throws GrantEnded. */
  store<R>(write: (trx: VaultTransaction) => Promise<R>): Promise<R>;
  /**
   * Remembers, before UPS is asked for it, that an account is subscribed to (Track Alert): UPS would push its events for
   * ever, so Clear ends it. Throws GrantEnded.
   */
  rememberAccountSubscription(account: string): Promise<void>;
  /** Forgets it, after UPS ended it. Throws GrantEnded. */
  forgetAccountSubscription(account: string): Promise<void>;
}

export interface Page {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface Vault {
  /** Begins an opt-in for the session with this binding and gives UPS's address to send the browser to. */
  beginOptIn(start: {
    readonly company: CompanyId;
    readonly application: ApplicationId;
    readonly member: MemberRef;
    readonly sessionBinding: Buffer;
  }): Promise<URL>;

  /** Judges UPS's answer at the callback and, when it is good, exchanges the code. Never throws for what the query holds. */
  completeOptIn(callback: {
    readonly application: ApplicationId;
    readonly environment: string;
    readonly sessionBinding: Buffer;
    readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  }): Promise<OptInOutcome>;

  /** The consent by another UPS.com login that waits beside the grant, or null. Nothing uses or refreshes it before it is confirmed. */
  pendingConsent(company: CompanyId, application: ApplicationId): Promise<PendingConsentView | null>;
  /** Makes a pending consent the living one, in place of the one before. */
  confirmPending(decision: PendingDecision): Promise<PendingOutcome>;
  /** Destroys a pending consent; the grant stays what it is. */
  refusePending(decision: PendingDecision): Promise<PendingOutcome>;

  /** The UPS.com login of the living consent as UPS writes it; null unless the settings say that tokens name one. */
  login(company: CompanyId, application: ApplicationId): Promise<string | null>;
  grant(company: CompanyId, application: ApplicationId): Promise<GrantView>;
  /** One view for each application, in the order of `applicationIds`, also for those never opted in. */
  grants(company: CompanyId): Promise<GrantView[]>;
  /** The issued access tokens of a grant, newest first. */
  issuedTokens(company: CompanyId, application: ApplicationId, page: Page): Promise<{ rows: IssuedTokenView[]; total: number }>;

  /** Runs `work` under the company's grant; its calls are counted in the audit under this purpose, or this job and purpose. Throws NotOptedIn, NeedsOptIn, Suspended, GrantEnded, and what `work` throws. */
  use<T>(key: GrantKey, purpose: string | Work, work: (tools: UseTools) => Promise<T>): Promise<T>;
  /** Asks UPS for one known package, to learn whether the grant still stands. */
  probe(company: CompanyId, application: ApplicationId): Promise<ProbeOutcome>;
  /** Refreshes the token set now. */
  refresh(company: CompanyId, application: ApplicationId): Promise<RefreshOutcome>;

  /**
   * Dissolves the grant if it still has this generation. When it answers `cleared`, no byte that carries the grant is
   * sent any more and nothing retrieved under it is stored, in any process.
   */
  clear(request: {
    readonly company: CompanyId;
    readonly application: ApplicationId;
    readonly member: MemberRef;
    readonly generation: number;
  }): Promise<ClearOutcome>;

  /** What happened to the company's grants, newest first; the counts of uses only when asked for. */
  history(company: CompanyId, options: { readonly limit: number; readonly uses?: boolean }): Promise<AuditEntry[]>;

  /** One page of everything in the company's audit, newest first, of one application or of all, and how many entries there are. */
  auditPage(company: CompanyId, page: Page & { readonly application?: ApplicationId | undefined }): Promise<{ rows: AuditEntry[]; total: number }>;
  /** The company's audit chain as JSON Lines, oldest first, with hashes in hex. Streams: nothing is read ahead of who takes it. */
  exportAudit(company: CompanyId): AsyncIterable<string>;
  /** Looks for entries that were changed, removed, moved or cut off, in one company's chain or in all. */
  verifyAudit(which: CompanyId | 'all', options?: VerifyOptions): Promise<AuditVerification>;

  /** One tick of the worker: due refreshes, due probes, recoveries, Clears whose owner died. Overlapping ticks are safe. */
  maintain(): Promise<void>;
  /** Hands undelivered events to `handler`, in order per grant, each in a transaction of its own. Gives how many were delivered. */
  deliverEvents(handler: (event: VaultEvent, trx: VaultTransaction) => Promise<void>): Promise<number>;
  /** How many leases this instance holds. */
  leasesHeld(): number;
  /** What lies in the vault's tables of all companies, counted in this transaction: a look through all grants. */
  takeStock(trx: VaultTransaction): Promise<VaultStock>;
  /** Ends all uses of this instance, gives its leases back and stops its timers. */
  close(): Promise<void>;
}
