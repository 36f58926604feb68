import type { GrantView, MemberRef } from '../grant/grant.js';
import type { ApplicationId, CompanyId } from '../ids.js';

/** A consent by another UPS.com login than before, which waits for an admin's decision. */
export interface PendingConsent {
  /** Pages send it back with the decision, so that none falls on a consent that nobody saw. */
  readonly number: number;
  readonly optedInBy: MemberRef;
  readonly arrivedAt: Date;
  /** When it is destroyed if nobody decides. */
  readonly expiresAt: Date;
}

/** The same with the logins as UPS writes them; null where one is not known any more. */
export interface PendingConsentView extends PendingConsent {
  readonly login: string | null;
  readonly formerLogin: string | null;
}

/** An admin's decision about a pending consent. */
export interface PendingDecision {
  readonly company: CompanyId;
  readonly application: ApplicationId;
  readonly member: MemberRef;
  readonly number: number;
}

export type PendingOutcome =
  | { readonly kind: 'confirmed'; readonly replaced: boolean; readonly grant: GrantView }
  | { readonly kind: 'refused'; readonly grant: GrantView }
  /** It still waits: while the grant is suspended it cannot be confirmed. */
  | { readonly kind: 'suspended'; readonly grant: GrantView }
  /** It does not wait any more: it expired, was decided, cleared, or replaced by a newer consent, which may wait itself. */
  | { readonly kind: 'gone'; readonly grant: GrantView };

/** Why a pending consent was destroyed without an admin's decision about it. */
export type PendingEnd = 'expired' | 'replaced' | 'cleared';
